using Tertulia.Rtc.Codecs;

namespace Tertulia.Rtc.Sdp;

/// <summary>When two entries of different descriptions mean the same codec, whatever their payload types.</summary>
public static class CodecMatcher
{
    /// <summary>The same bit streams in the same packets: RFC 3264 section 6.1 with the rules of each payload format.</summary>
    public static bool IsSame(RtpCodec left, RtpCodec right)
    {
        if (left.Kind != right.Kind || left.ClockRate != right.ClockRate || left.Channels != right.Channels) return false;
        return left.Kind switch
        {
            CodecKind.H264 => H264Format.Of(left.Parameters).IsSameAs(H264Format.Of(right.Parameters)),
            CodecKind.Vp9 => left.Parameters.Is("profile-id", right.Parameters["profile-id"] ?? "0", "0"),
            CodecKind.Av1 => left.Parameters.Is("profile", right.Parameters["profile"] ?? "0", "0"),
            CodecKind.Other => left.Name.Equals(right.Name, StringComparison.OrdinalIgnoreCase),
            _ => true,
        };
    }

    /// <summary>
    /// True when <paramref name="receiver"/> can be sent unchanged what was made for <paramref name="published"/>: the same
    /// codec, or a profile that includes the published one.
    /// </summary>
    public static bool CanReceive(RtpCodec receiver, RtpCodec published)
    {
        if (IsSame(receiver, published)) return true;
        if (receiver.Kind != published.Kind || receiver.ClockRate != published.ClockRate) return false;
        return receiver.Kind switch
        {
            CodecKind.H264 => H264Format.Of(receiver.Parameters).CanDecode(H264Format.Of(published.Parameters)),
            // A decoder of the High profile (1) decodes Main (0); Professional (2) decodes both (AV1 specification, A.2).
            CodecKind.Av1 => Av1Profile(receiver) is { } own && Av1Profile(published) is { } sent && sent <= own,
            _ => false,
        };
    }

    private static int? Av1Profile(RtpCodec codec) => (codec.Parameters["profile"] ?? "0") switch
    {
        "0" => 0,
        "1" => 1,
        "2" => 2,
        _ => null,
    };
}
