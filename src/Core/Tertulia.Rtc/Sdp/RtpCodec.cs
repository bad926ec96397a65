using Tertulia.Rtc.Codecs;

namespace Tertulia.Rtc.Sdp;

/// <summary>
/// What one RTP payload type of a media section means: <c>a=rtpmap</c>, <c>a=fmtp</c> and <c>a=rtcp-fb</c> together.
/// </summary>
public sealed record RtpCodec(byte PayloadType, CodecKind Kind, string Name, int ClockRate, int Channels = 1)
{
    public FormatParameters Parameters { get; init; } = FormatParameters.Empty;

    /// <summary>Feedback messages such as <c>nack</c>, <c>nack pli</c>, <c>transport-cc</c>, as written.</summary>
    public IReadOnlyList<string> Feedback { get; init; } = [];

    /// <summary>The payload type of this codec's retransmissions (RFC 4588), if there is one.</summary>
    public byte? RtxPayloadType { get; init; }

    /// <summary>For <see cref="CodecKind.Rtx"/>: the payload type whose packets it repeats (<c>apt</c>).</summary>
    public byte? AssociatedPayloadType { get; init; }

    public bool HasFeedback(string message)
    {
        foreach (var feedback in Feedback)
        {
            if (feedback.Equals(message, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    /// <summary>The entry of this codec's retransmission payload type, or null.</summary>
    internal RtpCodec? RtxEntry() => RtxPayloadType is not { } payloadType ? null : new(payloadType, CodecKind.Rtx, "rtx", ClockRate)
    {
        Parameters = new(new FormatParameter("apt", PayloadType.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        AssociatedPayloadType = PayloadType,
    };

    internal static CodecKind KindOf(ReadOnlySpan<char> name) =>
        Is(name, "opus") ? CodecKind.Opus
        : Is(name, "VP8") ? CodecKind.Vp8
        : Is(name, "H264") ? CodecKind.H264
        : Is(name, "VP9") ? CodecKind.Vp9
        : Is(name, "AV1") ? CodecKind.Av1
        : Is(name, "red") ? CodecKind.Red
        : Is(name, "rtx") ? CodecKind.Rtx
        : Is(name, "ulpfec") ? CodecKind.Ulpfec
        : Is(name, "flexfec-03") ? CodecKind.FlexFec03
        : CodecKind.Other;

    private static bool Is(ReadOnlySpan<char> name, string known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);
}
