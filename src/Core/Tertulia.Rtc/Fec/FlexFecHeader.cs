using System.Buffers.Binary;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Fec;

/// <summary>
/// The header of a FlexFEC repair packet with a flexible mask and one protected source, as the -03 draft has it
/// (draft-ietf-payload-flexible-fec-scheme-03 section 4.2.2.1). RFC 8627 moved its fields: the two do not understand each other.
/// </summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// |R|F|P|X|  CC   |M| PT recovery |        length recovery        |
/// |                          TS recovery                          |
/// |   SSRCCount   |                    reserved                   |
/// |                             SSRC_i                            |
/// |           SN base_i           |k|          Mask [0-14]        |
/// |k|                   Mask [15-45] (optional)                   |
/// |k|                   Mask [46-108] (optional, 63 bits)         |
/// </code>
/// </remarks>
internal readonly record struct FlexFecHeader(Ssrc Protected, ushort SequenceNumberBase, UInt128 Mask)
{
    /// <summary>Recovery fields, and nothing of the mask yet.</summary>
    public const int RecoveryLength = 8;

    /// <summary>Packets that one mask can reach, from its base on.</summary>
    public const int MaxSpan = 109;

    /// <summary>With the longest mask.</summary>
    public const int MaxLength = MaskOffset + 14;

    private const int MaskOffset = 18;
    private const int ShortMask = 15;
    private const int MiddleMask = 46;

    /// <summary>The length on the wire: 20, 24 or 32 bytes, by the last packet that is protected.</summary>
    public int Length => LengthOf(Mask);

    public static int LengthOf(UInt128 mask)
    {
        var span = Span(mask);
        return span <= ShortMask ? MaskOffset + 2 : span <= MiddleMask ? MaskOffset + 6 : MaxLength;
    }

    /// <summary>Packets from the base (bit 0) to the last protected one.</summary>
    public static int Span(UInt128 mask) => 128 - (int)UInt128.LeadingZeroCount(mask);

    /// <summary>Writes all but the recovery fields, whose first two bits it clears: R (no retransmission) and F (flexible mask).</summary>
    public void Write(Span<byte> packet)
    {
        packet[0] &= 0x3f;
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], 1u << 24);
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], Protected.Value);
        BinaryPrimitives.WriteUInt16BigEndian(packet[16..], SequenceNumberBase);

        // On the wire the first packet is the highest bit; each part begins with k, set on the last one.
        var first = (ushort)(Reverse(Mask, 0, ShortMask) >> 49);
        var length = Length;
        BinaryPrimitives.WriteUInt16BigEndian(packet[MaskOffset..], (ushort)(first | (length == MaskOffset + 2 ? 0x8000 : 0)));
        if (length == MaskOffset + 2) return;
        var second = (uint)(Reverse(Mask, ShortMask, MiddleMask - ShortMask) >> 33);
        BinaryPrimitives.WriteUInt32BigEndian(packet[(MaskOffset + 2)..], second | (length == MaskOffset + 6 ? 0x8000_0000 : 0));
        if (length == MaskOffset + 6) return;
        BinaryPrimitives.WriteUInt64BigEndian(packet[(MaskOffset + 6)..], (Reverse(Mask, MiddleMask, MaxSpan - MiddleMask) >> 1) | 1UL << 63);
    }

    /// <summary>False for retransmissions, fixed masks, several protected sources, unended or empty masks, and what is too short.</summary>
    public static bool TryParse(ReadOnlySpan<byte> packet, out FlexFecHeader header)
    {
        header = default;
        if (packet.Length < MaskOffset + 2 || (packet[0] & 0xc0) != 0 || packet[8] != 1) return false;
        UInt128 mask = Reverse((ulong)BinaryPrimitives.ReadUInt16BigEndian(packet[MaskOffset..]) << 49);
        if ((packet[MaskOffset] & 0x80) == 0)
        {
            if (packet.Length < MaskOffset + 6) return false;
            mask |= (UInt128)Reverse((ulong)BinaryPrimitives.ReadUInt32BigEndian(packet[(MaskOffset + 2)..]) << 33) << ShortMask;
            if ((packet[MaskOffset + 2] & 0x80) == 0)
            {
                if (packet.Length < MaxLength || (packet[MaskOffset + 6] & 0x80) == 0) return false;
                mask |= (UInt128)Reverse(BinaryPrimitives.ReadUInt64BigEndian(packet[(MaskOffset + 6)..]) << 1) << MiddleMask;
            }
        }

        if (mask == 0) return false;
        header = new FlexFecHeader(new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(packet[12..])), BinaryPrimitives.ReadUInt16BigEndian(packet[16..]), mask);
        return true;
    }

    /// <summary>The length of a header as it was written: its mask may be longer than it had to be.</summary>
    public static int WrittenLength(ReadOnlySpan<byte> packet) =>
        (packet[MaskOffset] & 0x80) != 0 ? MaskOffset + 2 : (packet[MaskOffset + 2] & 0x80) != 0 ? MaskOffset + 6 : MaxLength;

    /// <summary>Bits <paramref name="first"/> and following, the first one as the highest of 64.</summary>
    private static ulong Reverse(UInt128 mask, int first, int count) => Reverse((ulong)(mask >> first) & ((1UL << count) - 1));

    private static ulong Reverse(ulong value)
    {
        value = (value >> 1 & 0x5555_5555_5555_5555) | (value & 0x5555_5555_5555_5555) << 1;
        value = (value >> 2 & 0x3333_3333_3333_3333) | (value & 0x3333_3333_3333_3333) << 2;
        value = (value >> 4 & 0x0f0f_0f0f_0f0f_0f0f) | (value & 0x0f0f_0f0f_0f0f_0f0f) << 4;
        return BinaryPrimitives.ReverseEndianness(value);
    }
}
