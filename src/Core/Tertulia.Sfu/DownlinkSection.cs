using Tertulia.Rtc.Sdp;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu;

/// <summary>One media section that the server sends in. It keeps its place for life; what it carries may change.</summary>
internal sealed class DownlinkSection(string mid, MediaKind kind)
{
    public string Mid { get; } = mid;

    public MediaKind Kind { get; } = kind;

    /// <summary>Null while the section is unused.</summary>
    public LocalTrack? Track { get; set; }

    public ParticipantId? Publisher { get; set; }

    public TrackSource Source { get; set; }

    /// <summary>Exists once the receiver has answered.</summary>
    public Subscription? Subscription { get; set; }

    public bool IsFree => Track is null;

    public bool Carries(ParticipantId publisher, TrackSource source) => Publisher == publisher && Source == source;
}
