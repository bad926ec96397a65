namespace Tertulia.Sfu;

/// <summary>A participant's peer id as signaling knows it.</summary>
public readonly record struct ParticipantId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>What a published track shows or carries.</summary>
public enum TrackSource
{
    Microphone,
    Camera,
    Screen,
    ScreenAudio,
}

public enum ConnectionKind
{
    /// <summary>The participant sends, the server receives.</summary>
    Uplink,

    /// <summary>
    /// The participant sends its camera a second time, small, for receivers whose lines do not carry the first (per-peer dialect).
    /// </summary>
    SmallUplink,

    /// <summary>The server sends one other participant's audio and video, standing in for that peer (per-peer dialect).</summary>
    PeerDownlink,

    /// <summary>The server sends every remote track on one connection (transport dialect).</summary>
    Downlink,
}

/// <summary>Names one of a participant's connections.</summary>
public readonly record struct ConnectionKey(ConnectionKind Kind, ParticipantId? Publisher = null)
{
    public static readonly ConnectionKey Uplink = new(ConnectionKind.Uplink);

    public static readonly ConnectionKey SmallUplink = new(ConnectionKind.SmallUplink);

    public static readonly ConnectionKey Downlink = new(ConnectionKind.Downlink);

    public static ConnectionKey DownlinkOf(ParticipantId publisher) => new(ConnectionKind.PeerDownlink, publisher);
}

/// <summary>Which media section of a participant's uplink carries which source.</summary>
public sealed record TrackAssignment(string Mid, TrackSource Source);

/// <summary>Which media section of a shared downlink carries whose source.</summary>
public sealed record DownlinkTrack(string Mid, ParticipantId Publisher, TrackSource Source);

/// <summary>A description to send, or why there is none.</summary>
public sealed record NegotiationResult(string? Sdp, string? ErrorCode, string? ErrorMessage, IReadOnlyList<DownlinkTrack> Tracks)
{
    public bool Succeeded => ErrorCode is null;

    /// <summary>True when the description belongs to a new connection that takes the place of an earlier one.</summary>
    public bool IsFresh { get; init; }

    internal static NegotiationResult Of(string? sdp, IReadOnlyList<DownlinkTrack>? tracks = null) => new(sdp, null, null, tracks ?? []);

    internal static NegotiationResult Refused(string code, string message) => new(null, code, message, []);
}
