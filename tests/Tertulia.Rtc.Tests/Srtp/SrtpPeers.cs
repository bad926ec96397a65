using System.Buffers.Binary;
using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc.Tests.Srtp;

/// <summary>Two sessions that share keys, and packets to send between them.</summary>
internal sealed class SrtpPeers : IDisposable
{
    public SrtpPeers(SrtpProfile profile, int seed = 1)
    {
        Keys = SrtpKeyingMaterial.Create(profile, new SeededEntropy(seed));
        Sender = new(Keys);
        Receiver = new(Keys.Mirror());
    }

    public SrtpKeyingMaterial Keys { get; }

    public SrtpSession Sender { get; }

    public SrtpSession Receiver { get; }

    public static byte[] Rtp(ushort sequenceNumber, uint ssrc = 0x1234, int payload = 40, int csrcs = 0, int extensionWords = -1)
    {
        var header = 12 + 4 * csrcs + (extensionWords < 0 ? 0 : 4 + 4 * extensionWords);
        var packet = new byte[header + payload];
        new Random(sequenceNumber).NextBytes(packet);
        packet[0] = (byte)(0x80 | csrcs | (extensionWords < 0 ? 0 : 0x10));
        packet[1] = 96;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        if (extensionWords >= 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(12 + 4 * csrcs), 0xbede);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(14 + 4 * csrcs), (ushort)extensionWords);
        }

        return packet;
    }

    public static byte[] Rtcp(uint ssrc = 0x1234, int reports = 1)
    {
        var packet = new byte[8 + 24 * reports];
        new Random((int)ssrc).NextBytes(packet);
        packet[0] = (byte)(0x80 | reports);
        packet[1] = 201;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)(packet.Length / 4 - 1));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), ssrc);
        return packet;
    }

    /// <summary>Protected by the sender; empty if it refused.</summary>
    public byte[] Protect(byte[] rtp)
    {
        var buffer = new byte[rtp.Length + SrtpSession.MaxTrailer];
        rtp.CopyTo(buffer, 0);
        return buffer[..Sender.ProtectRtp(buffer, rtp.Length)];
    }

    public byte[] ProtectRtcp(byte[] rtcp)
    {
        var buffer = new byte[rtcp.Length + SrtpSession.MaxTrailer];
        rtcp.CopyTo(buffer, 0);
        return buffer[..Sender.ProtectRtcp(buffer, rtcp.Length)];
    }

    /// <summary>What the receiver makes of a copy of the packet; empty with an error.</summary>
    public byte[] Unprotect(byte[] srtp, out SrtpError error)
    {
        var copy = srtp.ToArray();
        return Receiver.TryUnprotectRtp(copy, out var length, out error) ? copy[..length] : [];
    }

    public byte[] UnprotectRtcp(byte[] srtcp, out SrtpError error)
    {
        var copy = srtcp.ToArray();
        return Receiver.TryUnprotectRtcp(copy, out var length, out error) ? copy[..length] : [];
    }

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
    }
}
