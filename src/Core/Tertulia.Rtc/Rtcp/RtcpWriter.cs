using System.Buffers.Binary;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Rtcp;

/// <summary>
/// Writes a compound RTCP datagram into the caller's memory. Each Add says false, and writes nothing, when the packet does
/// not fit any more: send what is there and begin another one.
/// </summary>
public ref struct RtcpWriter
{
    private readonly Span<byte> _buffer;

    public RtcpWriter(Span<byte> buffer) => _buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <param name="ssrc">Our stream.</param>
    /// <param name="ntpTime">The moment of sending.</param>
    /// <param name="rtpTimestamp">The same moment on the stream's RTP clock.</param>
    /// <param name="packetCount">Packets sent since the start.</param>
    /// <param name="octetCount">Payload bytes sent since the start.</param>
    /// <param name="blocks">At most 31.</param>
    public bool AddSenderReport(
        Ssrc ssrc, NtpTime ntpTime, uint rtpTimestamp, uint packetCount, uint octetCount, scoped ReadOnlySpan<ReportBlock> blocks = default)
    {
        if (!TryBegin(RtcpPacketType.SenderReport, blocks.Length, 24 + blocks.Length * ReportBlock.Length, out var body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc.Value);
        BinaryPrimitives.WriteUInt64BigEndian(body[4..], ntpTime.Value);
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], rtpTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(body[16..], packetCount);
        BinaryPrimitives.WriteUInt32BigEndian(body[20..], octetCount);
        WriteBlocks(body[24..], blocks);
        return true;
    }

    public bool AddReceiverReport(Ssrc ssrc, scoped ReadOnlySpan<ReportBlock> blocks)
    {
        if (!TryBegin(RtcpPacketType.ReceiverReport, blocks.Length, 4 + blocks.Length * ReportBlock.Length, out var body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc.Value);
        WriteBlocks(body[4..], blocks);
        return true;
    }

    /// <param name="ssrc">Our stream.</param>
    /// <param name="cname">UTF-8, at most 255 bytes.</param>
    public bool AddSourceDescription(Ssrc ssrc, scoped ReadOnlySpan<byte> cname)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cname.Length, 255, nameof(cname));
        // SSRC, item header, text, at least one null octet, up to the 32-bit boundary.
        var length = (4 + 2 + cname.Length + 1 + 3) & ~3;
        if (!TryBegin(RtcpPacketType.SourceDescription, 1, length, out var body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc.Value);
        body[4] = (byte)SdesItemType.Cname;
        body[5] = (byte)cname.Length;
        cname.CopyTo(body[6..]);
        body[(6 + cname.Length)..].Clear();
        return true;
    }

    /// <param name="sources">At most 31.</param>
    public bool AddBye(scoped ReadOnlySpan<Ssrc> sources)
    {
        if (!TryBegin(RtcpPacketType.Goodbye, sources.Length, 4 * sources.Length, out var body)) return false;
        WriteSsrcs(body, sources);
        return true;
    }

    /// <param name="sender">Our SSRC in this session.</param>
    /// <param name="media">The stream whose packets are missing.</param>
    /// <param name="lost">Sequence numbers, oldest first: numbers within 16 of each other share an item.</param>
    public bool AddGenericNack(Ssrc sender, Ssrc media, scoped ReadOnlySpan<ushort> lost)
    {
        if (lost.IsEmpty) return true;
        var items = 0;
        for (var rest = lost; !rest.IsEmpty; items++) rest = rest[TakeNackItem(rest, out _)..];

        if (!TryBeginFeedback(
            RtcpPacketType.TransportFeedback, RtcpPacket.GenericNackFormat, sender, media, 4 * items, out var control)) return false;
        for (var rest = lost; !rest.IsEmpty; control = control[4..])
        {
            BinaryPrimitives.WriteUInt16BigEndian(control, rest[0]);
            rest = rest[TakeNackItem(rest, out var following)..];
            BinaryPrimitives.WriteUInt16BigEndian(control[2..], following);
        }

        return true;
    }

    public bool AddPictureLossIndication(Ssrc sender, Ssrc media) =>
        TryBeginFeedback(RtcpPacketType.PayloadFeedback, RtcpPacket.PictureLossFormat, sender, media, 0, out _);

    /// <param name="sender">Our SSRC in this session.</param>
    /// <param name="media">The stream that shall begin anew.</param>
    /// <param name="sequenceNumber">Raised by one for each new command, kept for a repetition.</param>
    public bool AddFullIntraRequest(Ssrc sender, Ssrc media, byte sequenceNumber)
    {
        // RFC 5104 section 4.3.1.2: the media SSRC of the common header is 0, the entry names the stream.
        if (!TryBeginFeedback(
            RtcpPacketType.PayloadFeedback, RtcpPacket.FullIntraFormat, sender, default, 8, out var control)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(control, media.Value);
        BinaryPrimitives.WriteUInt32BigEndian(control[4..], (uint)sequenceNumber << 24);
        return true;
    }

    /// <param name="sender">Our SSRC in this session.</param>
    /// <param name="bitsPerSecond">Rounded down to 18 significant bits.</param>
    /// <param name="sources">The streams it is the sum of, at most 255.</param>
    public bool AddRemb(Ssrc sender, ulong bitsPerSecond, scoped ReadOnlySpan<Ssrc> sources)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sources.Length, 255, nameof(sources));
        if (!TryBeginFeedback(
            RtcpPacketType.PayloadFeedback, RtcpPacket.ApplicationLayerFormat, sender, default, 8 + 4 * sources.Length,
            out var control)) return false;

        var exponent = Math.Max(0, 64 - 18 - System.Numerics.BitOperations.LeadingZeroCount(bitsPerSecond));
        var mantissa = (uint)(bitsPerSecond >> exponent);
        BinaryPrimitives.WriteUInt32BigEndian(control, Remb.Identifier);
        BinaryPrimitives.WriteUInt32BigEndian(control[4..], (uint)sources.Length << 24 | (uint)exponent << 18 | mantissa);
        WriteSsrcs(control[8..], sources);
        return true;
    }

    /// <summary>Adds what <paramref name="recorder"/> has to say; call again, in another datagram, while it has more.</summary>
    /// <returns>False when there is nothing to say, or no room.</returns>
    public bool AddTransportFeedback(TransportFeedbackRecorder recorder, Ssrc sender, Ssrc media, Net.Instant now)
    {
        var written = recorder.WriteFeedback(_buffer[Length..], sender, media, now);
        Length += written;
        return written > 0;
    }

    /// <summary>Extended report with our reference time (RFC 3611 section 4.4), which the peer answers with a DLRR block.</summary>
    public bool AddReferenceTime(Ssrc sender, NtpTime time)
    {
        if (!TryBegin(RtcpPacketType.ExtendedReport, 0, 16, out var body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, sender.Value);
        WriteBlockHeader(body[4..], ExtendedReport.ReferenceTimeBlock, 2);
        BinaryPrimitives.WriteUInt64BigEndian(body[8..], time.Value);
        return true;
    }

    /// <summary>Extended report that answers a peer's reference time (RFC 3611 section 4.5).</summary>
    public bool AddDelaySinceReferenceTime(Ssrc sender, Ssrc receiver, uint lastReport, uint delay)
    {
        if (!TryBegin(RtcpPacketType.ExtendedReport, 0, 20, out var body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, sender.Value);
        WriteBlockHeader(body[4..], ExtendedReport.DelayBlock, 3);
        BinaryPrimitives.WriteUInt32BigEndian(body[8..], receiver.Value);
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], lastReport);
        BinaryPrimitives.WriteUInt32BigEndian(body[16..], delay);
        return true;
    }

    /// <summary>How many of the first numbers fit into one item, and the mask of those after the first.</summary>
    private static int TakeNackItem(scoped ReadOnlySpan<ushort> lost, out ushort following)
    {
        following = 0;
        var taken = 1;
        for (; taken < lost.Length; taken++)
        {
            var distance = (ushort)(lost[taken] - lost[0]);
            if (distance > 16) break;
            if (distance > 0) following |= (ushort)(1 << (distance - 1));
        }

        return taken;
    }

    private static void WriteBlocks(Span<byte> body, scoped ReadOnlySpan<ReportBlock> blocks)
    {
        for (var i = 0; i < blocks.Length; i++) blocks[i].Write(body[(i * ReportBlock.Length)..]);
    }

    private static void WriteSsrcs(Span<byte> body, scoped ReadOnlySpan<Ssrc> sources)
    {
        for (var i = 0; i < sources.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(body[(4 * i)..], sources[i].Value);
    }

    private static void WriteBlockHeader(Span<byte> block, byte type, ushort words)
    {
        block[0] = type;
        block[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(block[2..], words);
    }

    private bool TryBeginFeedback(RtcpPacketType type, int format, Ssrc sender, Ssrc media, int length, out Span<byte> control)
    {
        control = default;
        if (!TryBegin(type, format, 8 + length, out var body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, sender.Value);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], media.Value);
        control = body[8..];
        return true;
    }

    private bool TryBegin(RtcpPacketType type, int count, int bodyLength, out Span<byte> body)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, 31u, nameof(count));
        body = default;
        var length = RtcpPacket.HeaderLength + bodyLength;
        if (_buffer.Length - Length < length) return false;

        var packet = _buffer.Slice(Length, length);
        packet[0] = (byte)(0x80 | count);
        packet[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(bodyLength / 4));
        body = packet[RtcpPacket.HeaderLength..];
        Length += length;
        return true;
    }
}
