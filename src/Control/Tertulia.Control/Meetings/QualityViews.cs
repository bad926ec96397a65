using System.Text.Json;
using Tertulia.Contracts.Rest;
using Tertulia.Sfu.Quality;

namespace Tertulia.Control.Meetings;

/// <summary>The room's report on a participant's line, as it goes over the wire.</summary>
internal static class QualityViews
{
    /// <summary><c>NotSent</c> becomes <c>not-sent</c>.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static ParticipantQualityView Of(string peerId, DateTimeOffset now, QualityReport report) => new(
        peerId,
        NameOf(report.Quality),
        now,
        report.Uplink is { } uplink ? Of(uplink) : null,
        [.. report.Downlinks.Select(downlink => Of(now, downlink))]);

    private static UplinkQuality Of(UplinkReport uplink) => new(NameOf(uplink.State), Share(uplink.Loss), [.. uplink.Layers.Select(layer => new ReceivedLayer(
        TrackSources.NameOf(layer.Source), layer.Rid, layer.IsFlowing, Known(layer.Height), layer.BitsPerSecond == 0 ? null : layer.BitsPerSecond,
        layer.Packets, layer.Lost, layer.Recovered))]);

    private static DownlinkQuality Of(DateTimeOffset now, DownlinkReport downlink) => new(
        downlink.Publisher?.Value,
        NameOf(downlink.State),
        downlink.Estimate.BitsPerSecond,
        NameOf(downlink.Reason),
        now - downlink.ChangedAgo,
        downlink.Demand.BitsPerSecond,
        Share(downlink.Loss),
        downlink.RoundTrip is { } roundTrip ? Math.Round(roundTrip.TotalMilliseconds, 1) : null,
        [.. downlink.Tracks.Select(track => Of(now, track))]);

    private static TrackQuality Of(DateTimeOffset now, SentTrackReport track) => new(
        track.Publisher.Value,
        TrackSources.NameOf(track.Source),
        Of(track.Wanted),
        Of(track.Sent),
        NameOf(track.Reason),
        track.Packets,
        track.Retransmitted,
        Share(track.RepairOverhead),
        [.. track.Changes.Select(change => new LayerChange(now - change.Ago, Of(change.Wanted), NameOf(change.Reason), change.Estimate.BitsPerSecond))]);

    private static VideoLayer? Of(LayerReport? layer) => layer is null ? null : new VideoLayer(layer.Rid, layer.Spatial, layer.Temporal, Known(layer.Height));

    private static int? Known(int height) => height == 0 ? null : height;

    private static double Share(double value) => Math.Round(value, 4);
}
