using Tertulia.Rtc;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu;

/// <summary>One participant of a room: its connections and what it publishes.</summary>
internal sealed class Participant(ParticipantId id, string cname)
{
    private readonly Dictionary<TrackSource, PublishedTrack> _tracks = [];
    private Dictionary<(ParticipantId, TrackSource), int>? _heights;

    public ParticipantId Id { get; } = id;

    /// <summary>Canonical name of everything it publishes (RFC 3550 section 6.5.1): receivers play what shares one in sync.</summary>
    public string Cname { get; } = cname;

    public Dictionary<ConnectionKey, RoomConnection> Connections { get; } = [];

    public Dictionary<TrackSource, PublishedTrack> Tracks => _tracks;

    /// <summary>Sources that are not to be forwarded, whether or not they are published yet.</summary>
    public HashSet<TrackSource> Muted { get; } = [];

    /// <summary>It asked for a shared downlink: it is told when that should be offered anew.</summary>
    public bool WantsDownlink { get; set; }

    /// <summary>It was told, and has not asked for a new offer since.</summary>
    public bool DownlinkIsOutdated { get; set; }

    /// <summary>It was asked for its camera a second time, small.</summary>
    public bool SmallUplinkIsWanted { get; set; }

    /// <summary>When some receiver last needed that.</summary>
    public Instant SmallUplinkNeededAt { get; set; } = Instant.Never;

    /// <summary>Takes note of what is on this participant's screen; what is not listed is hidden from then on.</summary>
    public void SetView(IReadOnlyList<Allocation.ViewItem> items)
    {
        _heights ??= [];
        _heights.Clear();
        foreach (var item in items) _heights[(item.Publisher, item.Source)] = Math.Clamp(item.Height, 0, 16_384);
    }

    /// <summary>Rows of pixels that a video has on this participant's screen: 0 if hidden, the maximum if it never told.</summary>
    public int HeightOnScreen(ParticipantId publisher, TrackSource source) =>
        _heights is null ? int.MaxValue : _heights.GetValueOrDefault((publisher, source));

    public MediaClock Clock { get; } = new();

    /// <summary>How well its line carries the meeting.</summary>
    public Quality.LineMonitor Line { get; } = new();

    public Quality.SilenceWatch Silence { get; } = new();

    /// <summary>What stands for this participant's picture on a connection that can show only one.</summary>
    public PublishedTrack? MainVideo => _tracks.GetValueOrDefault(TrackSource.Screen) ?? _tracks.GetValueOrDefault(TrackSource.Camera);

    public PublishedTrack? Microphone => _tracks.GetValueOrDefault(TrackSource.Microphone);

    public void AddTrack(PublishedTrack track) => _tracks[track.Source] = track;

    public bool RemoveTrack(TrackSource source, out PublishedTrack? track) => _tracks.Remove(source, out track);

    public void OnSenderReport(Instant now, PublishedLayer layer)
    {
        Clock.Update(now, layer.Stream.SenderReportTime);
        layer.Track.OnClockAnchor(layer, Clock.ToLocal(layer.Stream.SenderReportTime), layer.Stream.SenderReportTimestamp);
    }
}
