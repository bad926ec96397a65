using System.Buffers.Binary;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Rtcp;

/// <summary>
/// Extended report (RFC 3611), as far as it measures round trips from the receiver's side: receiver reference time (RRTR) and the
/// answer to it (DLRR). Other blocks are skipped.
/// </summary>
public readonly ref struct ExtendedReport
{
    internal const byte ReferenceTimeBlock = 4, DelayBlock = 5;

    private readonly ReadOnlySpan<byte> _blocks;

    private ExtendedReport(Ssrc sender, ReadOnlySpan<byte> blocks)
    {
        SenderSsrc = sender;
        _blocks = blocks;
    }

    public Ssrc SenderSsrc { get; }

    public static bool TryParse(scoped in RtcpPacket packet, out ExtendedReport report)
    {
        report = default;
        if (packet.Type != RtcpPacketType.ExtendedReport || packet.Body.Length < 4) return false;
        report = new(RtcpPacket.ReadSsrc(packet.Body), packet.Body[4..]);
        return true;
    }

    /// <summary>The receiver reference time (section 4.4), if there is one.</summary>
    public bool TryGetReferenceTime(out NtpTime time)
    {
        time = default;
        if (!TryFind(ReferenceTimeBlock, 8, out var block)) return false;
        time = new(BinaryPrimitives.ReadUInt64BigEndian(block));
        return true;
    }

    /// <summary>The sub-block about our own reference time (section 4.5).</summary>
    /// <param name="receiver">The SSRC under which we sent it.</param>
    /// <param name="lastReport">LRR: <see cref="NtpTime.Compact"/> of that reference time.</param>
    /// <param name="delay">DLRR in 1/65536 s.</param>
    public bool TryGetDelay(Ssrc receiver, out uint lastReport, out uint delay)
    {
        lastReport = 0;
        delay = 0;
        if (!TryFind(DelayBlock, 0, out var block)) return false;
        for (; block.Length >= 12; block = block[12..])
        {
            if (RtcpPacket.ReadSsrc(block) != receiver) continue;
            lastReport = BinaryPrimitives.ReadUInt32BigEndian(block[4..]);
            delay = BinaryPrimitives.ReadUInt32BigEndian(block[8..]);
            return true;
        }

        return false;
    }

    private bool TryFind(byte type, int minimum, out ReadOnlySpan<byte> contents)
    {
        var rest = _blocks;
        while (rest.Length >= 4)
        {
            var length = 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (rest.Length < length) break;
            if (rest[0] == type && length - 4 >= minimum)
            {
                contents = rest[4..length];
                return true;
            }

            rest = rest[length..];
        }

        contents = default;
        return false;
    }
}
