namespace Tertulia.Rtc.Sdp;

/// <summary>What we want with a section of a peer's offer; the answer's direction is that, as far as the offer allows it.</summary>
public sealed record SectionAnswer
{
    /// <summary>Answer with port 0.</summary>
    public static readonly SectionAnswer Reject = new() { IsRejected = true };

    /// <summary>Keep the section without media.</summary>
    public static readonly SectionAnswer Inactive = new();

    /// <summary>Receive what the peer sends.</summary>
    public static readonly SectionAnswer Receive = new() { Direction = MediaDirection.ReceiveOnly };

    private SectionAnswer()
    {
    }

    public bool IsRejected { get; private init; }

    public MediaDirection Direction { get; private init; }

    public LocalTrack? Track { get; private init; }

    /// <summary>Tells the peer to send at most so much, in kbit/s (<c>b=AS</c>, <c>b=TIAS</c>).</summary>
    public int? MaxKilobitsPerSecond { get; init; }

    /// <summary>Send <paramref name="track"/> and receive nothing, so that the peer sends nothing.</summary>
    public static SectionAnswer Send(LocalTrack track) => new() { Direction = MediaDirection.SendOnly, Track = track };

    public static SectionAnswer SendAndReceive(LocalTrack track) => new() { Direction = MediaDirection.SendReceive, Track = track };
}

/// <summary>One section of an offer of ours.</summary>
public sealed record OfferedSection
{
    private OfferedSection(string mid, MediaKind kind, MediaDirection direction, LocalTrack? track) =>
        (Mid, Kind, Direction, Track) = (mid, kind, direction, track);

    public string Mid { get; }

    public MediaKind Kind { get; }

    public MediaDirection Direction { get; }

    public LocalTrack? Track { get; }

    /// <summary>Tells the peer to send at most so much, in kbit/s (<c>b=AS</c>, <c>b=TIAS</c>).</summary>
    public int? MaxKilobitsPerSecond { get; init; }

    public static OfferedSection Receive(string mid, MediaKind kind) => new(mid, kind, MediaDirection.ReceiveOnly, null);

    public static OfferedSection Send(string mid, LocalTrack track) => new(mid, track.Kind, MediaDirection.SendOnly, track);

    /// <summary>A section whose track is gone: it keeps its place and may be used again.</summary>
    public static OfferedSection Inactive(string mid, MediaKind kind) => new(mid, kind, MediaDirection.Inactive, null);
}
