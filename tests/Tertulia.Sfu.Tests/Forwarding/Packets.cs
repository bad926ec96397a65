using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Sfu.Tests.Forwarding;

/// <summary>Received packets made by hand.</summary>
internal static class Packets
{
    public static readonly RtpCodec Vp8 = new(96, CodecKind.Vp8, "VP8", 90_000) { RtxPayloadType = 97 };

    public static readonly long[] WrapPoints = [0, 1, 32_766, 32_767, 32_768, 65_534, 65_535, 65_536, 131_071];

    public static TheoryData<long> Starts => [.. WrapPoints];

    public static ReceivedRtp Video(long sequenceNumber, uint timestamp, ReadOnlySpan<byte> payload, bool startsKeyFrame = false, ReadOnlySpan<byte> descriptor = default) => new()
    {
        Stream = null!,
        Codec = Vp8,
        SequenceNumber = new ExtendedSequenceNumber(sequenceNumber),
        Timestamp = timestamp,
        Marker = false,
        Payload = payload,
        DependencyDescriptor = descriptor,
        StartsKeyFrame = startsKeyFrame,
    };

    /// <summary>A VP9 payload descriptor (flexible mode) with a picture id of 7 or 15 bits, and one byte of payload.</summary>
    public static byte[] Vp9Payload(int pictureId, int bits) =>
        bits == 7 ? [0x9c, (byte)pictureId, 1] : [0x9c, (byte)(0x80 | pictureId >> 8), (byte)pictureId, 1];

    /// <summary>A VP8 payload descriptor with 15-bit picture id and TL0PICIDX, and one byte of payload.</summary>
    public static byte[] Vp8Payload(int pictureId, int tl0) => [0x90, 0xc0, (byte)(0x80 | (pictureId >> 8 & 0x7f)), (byte)pictureId, (byte)tl0, 1];
}
