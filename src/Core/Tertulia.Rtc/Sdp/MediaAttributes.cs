using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Sdp;

/// <summary>An attribute that this implementation has no member for; <paramref name="Value"/> is null for a bare name.</summary>
public readonly record struct SdpAttribute(string Name, string? Value);

/// <summary>
/// <c>a=extmap</c> (RFC 8285 section 6).
/// </summary>
/// <param name="Id">1..14 for the one-byte form, up to 255 in the two-byte form.</param>
/// <param name="Direction">As written by the description's owner.</param>
public sealed record RtpHeaderExtension(int Id, string Uri, MediaDirection Direction = MediaDirection.SendReceive)
{
    /// <summary>Anything after the URI.</summary>
    public string? Attributes { get; init; }
}

/// <summary>
/// Which stream and track a section's media belongs to (RFC 8830).
/// </summary>
/// <param name="StreamId"><c>-</c> when the track belongs to no stream.</param>
/// <param name="TrackId">Empty when the description gives none.</param>
public readonly record struct Msid(string StreamId, string TrackId)
{
    public override string ToString() => TrackId.Length == 0 ? StreamId : $"{StreamId} {TrackId}";
}

/// <summary>What <c>a=ssrc</c> lines say of one source (RFC 5576).</summary>
public sealed record SsrcDescription(Ssrc Ssrc)
{
    public string? Cname { get; init; }

    public Msid? Msid { get; init; }
}

/// <summary><c>a=ssrc-group</c>: FID joins a source and its retransmissions.</summary>
public sealed record SsrcGroup(string Semantics, IReadOnlyList<Ssrc> Ssrcs);

/// <summary>
/// <c>a=rid</c> (RFC 8851).
/// </summary>
/// <param name="IsSend">True for <c>send</c>, false for <c>recv</c>, as seen by the description's owner.</param>
/// <param name="Restrictions">Anything after the direction, such as <c>pt=96;max-width=640</c>.</param>
public sealed record RidDescription(string Id, bool IsSend, string? Restrictions = null);

/// <summary>One of the alternatives of a simulcast stream; paused ones are written with a tilde.</summary>
public readonly record struct SimulcastRid(string Rid, bool IsPaused = false);

/// <summary>One simulcast stream: alternatives in the order of preference.</summary>
public sealed record SimulcastStream(IReadOnlyList<SimulcastRid> Alternatives);

/// <summary><c>a=simulcast</c> (RFC 8853).</summary>
public sealed record SimulcastDescription(IReadOnlyList<SimulcastStream> Send, IReadOnlyList<SimulcastStream> Receive);

/// <summary><c>b=</c>: AS is in kbit/s, TIAS in bit/s.</summary>
public readonly record struct SdpBandwidth(string Type, long Value);

/// <summary><c>a=group</c> (RFC 5888); the one that matters is BUNDLE (RFC 9143).</summary>
public sealed record MediaGroup(string Semantics, IReadOnlyList<string> Mids)
{
    public const string Bundle = "BUNDLE";
}
