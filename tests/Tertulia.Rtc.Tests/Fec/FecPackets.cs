using Tertulia.Rtc.Fec;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Tests.Fec;

internal static class FecPackets
{
    public const int TransportSequenceId = 3;
    public const int AbsSendTimeId = 5;
    public const int VideoTimingId = 7;

    public static readonly MutableExtensions Mutable = new(TransportSequenceId, AbsSendTimeId, 0, VideoTimingId);

    /// <summary>A packet of SSRC 1 whose content follows from its number, with extensions, contributing sources and padding here and there.</summary>
    public static byte[] Media(ushort sequenceNumber, int payloadLength, int variant = 0)
    {
        var random = new Random(sequenceNumber * 31 + variant);
        var packet = new byte[1500];
        var writer = new RtpWriter(packet, (byte)(96 + variant % 3), variant % 2 == 0, sequenceNumber, (uint)random.NextInt64(), new Ssrc(1));
        if (variant % 4 == 1) writer.AddCsrc(new Ssrc(77));
        if (variant % 5 != 0)
        {
            writer.AddExtension(1, [(byte)variant]);
            writer.AddExtension(TransportSequenceId, Bytes(random, 2));
            if (variant % 5 == 2) writer.AddExtension(AbsSendTimeId, Bytes(random, 3));
            if (variant % 5 == 3) writer.AddExtension(VideoTimingId, Bytes(random, 13));
        }

        return packet[..writer.WritePayload(Bytes(random, payloadLength), variant % 6 == 5 ? 9 : 0)];
    }

    /// <summary>What a receiver can get back of it.</summary>
    public static byte[] Recoverable(byte[] packet)
    {
        var copy = packet.ToArray();
        Mutable.Zero(copy);
        return copy;
    }

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
