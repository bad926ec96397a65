using System.Buffers.Binary;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Rtcp;

/// <summary>One report block (RFC 3550 section 6.4.1).</summary>
/// <param name="Ssrc">The stream reported on.</param>
/// <param name="FractionLost">Lost since the last report, in 1/256.</param>
/// <param name="CumulativeLost">Lost since the start, 24 bits signed: duplicates make it negative.</param>
/// <param name="HighestSequenceNumber">Highest sequence number with its cycles in the high 16 bits.</param>
/// <param name="Jitter">Interarrival jitter in units of the RTP clock.</param>
/// <param name="LastSenderReport">LSR: <see cref="NtpTime.Compact"/> of the last sender report, 0 if none came.</param>
/// <param name="DelaySinceLastSenderReport">DLSR, in 1/65536 s.</param>
public readonly record struct ReportBlock(
    Ssrc Ssrc,
    byte FractionLost,
    int CumulativeLost,
    uint HighestSequenceNumber,
    uint Jitter,
    uint LastSenderReport,
    uint DelaySinceLastSenderReport)
{
    public const int Length = 24;

    internal static ReportBlock Read(ReadOnlySpan<byte> bytes) => new(
        RtcpPacket.ReadSsrc(bytes),
        bytes[4],
        BinaryPrimitives.ReadInt32BigEndian(bytes[4..]) << 8 >> 8,
        BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Ssrc.Value);
        var lost = Math.Clamp(CumulativeLost, -0x80_0000, 0x7f_ffff);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], (uint)FractionLost << 24 | (uint)lost & 0xff_ffff);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], HighestSequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], LastSenderReport);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[20..], DelaySinceLastSenderReport);
    }
}

/// <summary>The report blocks of an SR or RR: indexable, and for <c>foreach</c>.</summary>
public readonly ref struct ReportBlocks
{
    private readonly ReadOnlySpan<byte> _bytes;

    internal ReportBlocks(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public int Count => _bytes.Length / ReportBlock.Length;

    public ReportBlock this[int index] => ReportBlock.Read(_bytes.Slice(index * ReportBlock.Length, ReportBlock.Length));

    public Enumerator GetEnumerator() => new(this);

    public ref struct Enumerator
    {
        private readonly ReportBlocks _blocks;
        private int _index;

        internal Enumerator(ReportBlocks blocks)
        {
            _blocks = blocks;
            _index = -1;
        }

        public readonly ReportBlock Current => _blocks[_index];

        public bool MoveNext() => ++_index < _blocks.Count;
    }
}

/// <summary>RFC 3550 section 6.4.1.</summary>
public readonly ref struct SenderReport
{
    private const int SenderLength = 24;

    private readonly ReadOnlySpan<byte> _body;

    private SenderReport(ReadOnlySpan<byte> body, ReportBlocks blocks)
    {
        _body = body;
        Blocks = blocks;
    }

    public Ssrc Ssrc => RtcpPacket.ReadSsrc(_body);

    public NtpTime NtpTime => new(BinaryPrimitives.ReadUInt64BigEndian(_body[4..]));

    public uint RtpTimestamp => BinaryPrimitives.ReadUInt32BigEndian(_body[12..]);

    public uint PacketCount => BinaryPrimitives.ReadUInt32BigEndian(_body[16..]);

    public uint OctetCount => BinaryPrimitives.ReadUInt32BigEndian(_body[20..]);

    public ReportBlocks Blocks { get; }

    public static bool TryParse(scoped in RtcpPacket packet, out SenderReport report)
    {
        report = default;
        var blocks = packet.Count * ReportBlock.Length;
        if (packet.Type != RtcpPacketType.SenderReport || packet.Body.Length < SenderLength + blocks) return false;
        report = new(packet.Body, new(packet.Body.Slice(SenderLength, blocks)));
        return true;
    }
}

/// <summary>RFC 3550 section 6.4.2.</summary>
public readonly ref struct ReceiverReport
{
    private ReceiverReport(Ssrc ssrc, ReportBlocks blocks)
    {
        Ssrc = ssrc;
        Blocks = blocks;
    }

    public Ssrc Ssrc { get; }

    public ReportBlocks Blocks { get; }

    public static bool TryParse(scoped in RtcpPacket packet, out ReceiverReport report)
    {
        report = default;
        var blocks = packet.Count * ReportBlock.Length;
        if (packet.Type != RtcpPacketType.ReceiverReport || packet.Body.Length < 4 + blocks) return false;
        report = new(RtcpPacket.ReadSsrc(packet.Body), new(packet.Body.Slice(4, blocks)));
        return true;
    }
}
