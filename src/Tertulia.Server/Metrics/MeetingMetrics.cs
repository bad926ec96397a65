using System.Diagnostics.Metrics;
using Tertulia.Control.Meetings;
using Tertulia.MediaNode;
using Tertulia.Server.Hosting;

namespace Tertulia.Server.Metrics;

/// <summary>What meetings and the media node count anyway, read when somebody asks.</summary>
internal sealed class MeetingMetrics
{
    public MeetingMetrics(IMeterFactory meters, MeetingDirectory meetings, MediaPlane media)
    {
        var meter = meters.Create("Tertulia.Meetings");
        meter.CreateObservableGauge("tertulia_meetings", () => meetings.MeetingCount, description: "Meetings with somebody in them.");
        meter.CreateObservableGauge("tertulia_participants", () => meetings.ParticipantCount, description: "Participants in all meetings.");

        meter = meters.Create("Tertulia.Media");
        Gauge(meter, media, "tertulia_media_connections", "Connections of browsers with the media node.", loop => loop.Connections);
        Counter(meter, media, "tertulia_media_received_datagrams", "Datagrams received.", loop => loop.ReceivedDatagrams);
        Counter(meter, media, "tertulia_media_received_bytes", "Bytes in datagrams received.", loop => loop.ReceivedBytes);
        Counter(meter, media, "tertulia_media_sent_datagrams", "Datagrams sent.", loop => loop.SentDatagrams);
        Counter(meter, media, "tertulia_media_sent_bytes", "Bytes in datagrams sent.", loop => loop.SentBytes);
        Counter(meter, media, "tertulia_media_segmented_runs", "Runs of two or more datagrams that left as one.", loop => loop.SegmentedRuns);
        Counter(meter, media, "tertulia_media_allocated_bytes", "Managed memory allocated by the media threads.", loop => loop.AllocatedBytes);
        Counter(meter, media, "tertulia_media_send_errors", "Datagrams that the system did not take.", loop => loop.SendErrors);
        Counter(meter, media, "tertulia_media_receive_losses", "Datagrams that came faster than they were read.", loop => loop.ReceiveLosses);
        Counter(meter, media, "tertulia_media_handed_over", "Datagrams given to another loop: of connections that live there, or to and from relays.", loop => loop.HandedOver);
        Counter(meter, media, "tertulia_media_handed_over_lost", "Datagrams given to a loop that did not take them in time.", loop => loop.MailLost);
        Gauge(meter, media, "tertulia_media_connected_flows", "Connections received by a socket of their own, where loops share one port.", loop => loop.ConnectedFlows);
        Counter(meter, media, "tertulia_media_refused_flows", "Sockets for such connections that could not be had; their datagrams are handed over.", loop => loop.RefusedFlows);
        Counter(meter, media, "tertulia_media_faults", "Connections, rooms and turns that ended in an exception.", loop => loop.ConnectionFaults + loop.RoomFaults + loop.LoopFaults);
        meter.CreateObservableCounter(
            "tertulia_media_dropped_datagrams",
            () => media.Node.Statistics.Loops.SelectMany((loop, i) => loop.Drops.Select(drop => new Measurement<long>(drop.Value, Loop(i), Port(loop), new("reason", drop.Key.ToString())))),
            description: "Datagrams that reached no room, by reason.");
    }

    private static void Counter(Meter meter, MediaPlane media, string name, string description, Func<MediaLoopStatistics, long> read) =>
        meter.CreateObservableCounter(name, () => media.Node.Statistics.Loops.Select((loop, i) => new Measurement<long>(read(loop), Loop(i), Port(loop))), description: description);

    private static void Gauge(Meter meter, MediaPlane media, string name, string description, Func<MediaLoopStatistics, long> read) =>
        meter.CreateObservableGauge(name, () => media.Node.Statistics.Loops.Select((loop, i) => new Measurement<long>(read(loop), Loop(i), Port(loop))), description: description);

    private static KeyValuePair<string, object?> Loop(int index) => new("loop", index);

    private static KeyValuePair<string, object?> Port(MediaLoopStatistics loop) => new("udp_port", loop.UdpPort);
}
