using Tertulia.Rtc.Net;
using Tertulia.Sfu.Forwarding;
using Tertulia.Sfu.Layers;

namespace Tertulia.Sfu.Quality;

/// <summary>Puts together what a participant gets and why; asked for seldom, so it may allocate.</summary>
internal static class QualityReporter
{
    public static QualityReport Describe(Instant now, Participant participant)
    {
        var uplink = participant.Connections.GetValueOrDefault(ConnectionKey.Uplink);
        var downlinks = participant.Connections.Values.Where(connection => connection.Key.Kind != ConnectionKind.Uplink);
        return new QualityReport(
            participant.Line.Quality,
            uplink is null ? null : Describe(now, participant, uplink),
            [.. downlinks.Select(connection => Describe(now, connection))]);
    }

    private static UplinkReport Describe(Instant now, Participant participant, RoomConnection uplink) => new(
        uplink.Connection.State,
        participant.Line.Measure.UplinkLoss,
        [.. participant.Tracks.Values.SelectMany(track => track.LayersByIndex).Select(layer => new ReceivedLayerReport(
            layer.Track.Source,
            layer.Stream.Rid,
            layer.IsFlowing(now),
            layer.PictureHeight,
            layer.Rates.BitsPerSecond(layer.Rates.MaxSpatial, layer.Rates.MaxTemporal),
            layer.Stream.Statistics.Packets,
            layer.Stream.Statistics.Lost,
            layer.Stream.PacketsRecovered))]);

    private static DownlinkReport Describe(Instant now, RoomConnection downlink)
    {
        var bandwidth = downlink.Connection.Bandwidth;
        var tracks = downlink.Sections.Select(section => section.Subscription).OfType<Subscription>().Where(subscription => subscription.Track is not null);
        return new DownlinkReport(
            downlink.Key.Publisher,
            downlink.Connection.State,
            bandwidth.Estimate,
            bandwidth.Demand,
            LineMeasure.LossTo(downlink),
            bandwidth.RoundTripTime,
            bandwidth.LastChange.Reason,
            now - bandwidth.LastChange.At,
            [.. tracks.Select(subscription => Describe(now, subscription))]);
    }

    private static SentTrackReport Describe(Instant now, Subscription subscription) => new(
        subscription.Track!.Publisher.Id,
        subscription.Track.Source,
        Describe(subscription.Target),
        Describe(subscription.Sent),
        subscription.Reason,
        subscription.PacketsForwarded,
        subscription.Stream.PacketsRetransmitted,
        subscription.RepairOverhead,
        [.. Enumerable.Range(0, subscription.Decisions.Count).Select(index => Describe(now, subscription.Decisions[index]))]);

    private static DecisionReport Describe(Instant now, in SelectionChange change) => new(now - change.At, Describe(change.Target), change.Reason, change.Estimate);

    private static LayerReport? Describe(LayerTarget? target) =>
        target is { } layer ? new LayerReport(layer.Layer.Stream.Rid, layer.Spatial, layer.Temporal, layer.Layer.PictureHeight) : null;
}
