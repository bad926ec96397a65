using System.Buffers.Binary;
using System.Text;
using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Fec;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc;

/// <summary>The numbers of one outgoing packet, already in the receiver's terms.</summary>
public readonly record struct OutgoingRtp(byte PayloadType, bool Marker, ushort SequenceNumber, uint Timestamp)
{
    public byte? AudioLevel { get; init; }

    public byte? VideoOrientation { get; init; }

    /// <summary>Bytes to keep free for a dependency descriptor, if the receiver takes those.</summary>
    public byte DependencyDescriptorLength { get; init; }
}

/// <summary>One packet while it is written: header and extensions are done, the payload is the caller's to fill.</summary>
public ref struct OutgoingSlot
{
    internal Span<byte> Datagram;
    internal RtpWriter Writer;
    internal ushort? TransportSequence;

    /// <summary>The caller's to fill, as the payload; empty if the receiver takes none, or none was asked for.</summary>
    public Span<byte> DependencyDescriptor { get; internal set; }

    /// <summary>All the memory that is left for the payload.</summary>
    public Span<byte> Payload { get; internal set; }
}

/// <summary>
/// The sending half of a connection: writes a packet straight into the next slot of the outgoing batch and protects it there.
/// </summary>
public sealed class MediaSender
{
    private readonly EntropySource _entropy;
    private readonly DropCounters _drops;
    private readonly SendSideBandwidthEstimator _bandwidth;
    private readonly List<SendStream> _streams = [];
    private NetworkPath _path;
    private SrtpSession? _srtp;
    private ushort _transportSequence;

    internal MediaSender(EntropySource entropy, DropCounters drops, SendSideBandwidthEstimator bandwidth)
    {
        _entropy = entropy;
        _drops = drops;
        _bandwidth = bandwidth;
    }

    public IReadOnlyList<SendStream> Streams => _streams;

    internal List<SendStream> ReportableStreams => _streams;

    public bool IsConnected => _srtp is not null;

    public long PacketsSent { get; private set; }

    public long BytesSent { get; private set; }

    /// <summary>Packets of nothing but padding, which probed the path; part of <see cref="PacketsSent"/>.</summary>
    public long PaddingPacketsSent { get; private set; }

    /// <summary>FlexFEC packets among <see cref="PacketsSent"/>.</summary>
    public long RepairPacketsSent { get; private set; }

    /// <param name="paddingPayloadType">See <see cref="SendStream.PaddingPayloadType"/>.</param>
    public SendStream AddStream(string mid, Ssrc ssrc, Ssrc? rtxSsrc, string cname, SendExtensions extensions, string? rid = null, byte? paddingPayloadType = null)
    {
        var stream = new SendStream(mid, ssrc, rtxSsrc, cname, extensions, (ushort)(_entropy.NextUInt32() & 0x7fff)) { Rid = rid, PaddingPayloadType = paddingPayloadType };
        _streams.Add(stream);
        return stream;
    }

    public void RemoveStream(SendStream stream) => _streams.Remove(stream);

    public SendStream? Find(Ssrc ssrc)
    {
        foreach (var stream in _streams)
        {
            if (stream.Ssrc == ssrc || stream.RtxSsrc == ssrc) return stream;
        }

        return null;
    }

    /// <summary>
    /// Writes header and extensions into the next slot of <paramref name="outbox"/>; the caller then fills the payload and calls
    /// <see cref="Finish"/>. False when nothing can be sent now, or the packet would not fit into a datagram.
    /// </summary>
    public bool TryBegin(SendStream stream, scoped in OutgoingRtp packet, int payloadLength, DatagramBatch outbox, out OutgoingSlot slot) =>
        TryBegin(stream, packet, stream.Ssrc, packet.SequenceNumber, payloadLength, outbox, out slot);

    /// <summary>Protects the packet in its slot and commits it.</summary>
    public void Finish(Instant now, SendStream stream, ref OutgoingSlot slot, int payloadLength, DatagramBatch outbox)
    {
        Commit(now, ref slot, payloadLength, 0, outbox, stream.Fec?.Encoder);
        stream.OnSent(payloadLength);
    }

    /// <summary>
    /// Begins a retransmission (RFC 4588): <paramref name="payloadLength"/> counts the original sequence number, the 2 bytes that
    /// the payload must start with.
    /// </summary>
    public bool TryBeginRetransmission(
        SendStream stream, scoped in OutgoingRtp original, byte rtxPayloadType, int payloadLength, DatagramBatch outbox, out OutgoingSlot slot)
    {
        slot = default;
        if (stream.RtxSsrc is not { } ssrc) return Drop(DropReason.RetransmissionUnsupported);
        var packet = original with { PayloadType = rtxPayloadType };
        if (!TryBegin(stream, packet, ssrc, stream.NextRtxSequenceNumber, payloadLength, outbox, out slot)) return false;
        stream.NextRtxSequenceNumber++;
        Rtx.WriteOriginalSequenceNumber(slot.Payload, original.SequenceNumber);
        return true;
    }

    public void FinishRetransmission(Instant now, SendStream stream, ref OutgoingSlot slot, int payloadLength, DatagramBatch outbox)
    {
        Commit(now, ref slot, payloadLength, 0, outbox);
        stream.OnRetransmitted();
    }

    /// <summary>Sends the repair packets of <see cref="SendStream.Fec"/> that have become due.</summary>
    /// <param name="timestamp">That of the media packet sent last.</param>
    public void SendRepairs(Instant now, SendStream stream, uint timestamp, DatagramBatch outbox)
    {
        if (stream.Fec is not { } fec) return;
        while (fec.Encoder.DueLength is > 0 and var length)
        {
            var packet = new OutgoingRtp(fec.PayloadType, false, fec.NextSequenceNumber, timestamp);
            if (!TryBegin(stream, packet, fec.Ssrc, packet.SequenceNumber, length, outbox, out var slot)) return;
            fec.Encoder.TakeDue(slot.Payload);
            Commit(now, ref slot, length, 0, outbox);
            fec.OnSent(length);
            RepairPacketsSent++;
        }
    }

    /// <summary>Sends <paramref name="payload"/> as one packet.</summary>
    public bool Send(Instant now, SendStream stream, scoped in OutgoingRtp packet, ReadOnlySpan<byte> payload, DatagramBatch outbox)
    {
        if (!TryBegin(stream, packet, payload.Length, outbox, out var slot)) return false;
        payload.CopyTo(slot.Payload);
        Finish(now, stream, ref slot, payload.Length, outbox);
        return true;
    }

    /// <summary>Sends a packet without payload, which only takes up a sequence number.</summary>
    public void SendPadding(Instant now, SendStream stream, in OutgoingRtp packet, DatagramBatch outbox)
    {
        if (!TryBegin(stream, packet, 1, outbox, out var slot)) return;
        Commit(now, ref slot, 0, 1, outbox);
    }

    /// <summary>
    /// Sends the padding with which the bandwidth estimator wants to probe the path: on a retransmission stream (RFC 4588), whose
    /// numbers no decoder looks at.
    /// </summary>
    internal void SendProbes(Instant now, DatagramBatch outbox)
    {
        var stream = FindPaddable();
        _bandwidth.CanProbe = stream is not null && _srtp is not null;
        if (stream is null || _srtp is null) return;
        while (_bandwidth.WantsPadding(now))
        {
            var packet = new OutgoingRtp(stream.PaddingPayloadType!.Value, false, stream.NextRtxSequenceNumber, stream.LastTimestamp);
            if (!TryBegin(stream, packet, stream.RtxSsrc!.Value, packet.SequenceNumber, byte.MaxValue, outbox, out var slot)) return;
            stream.NextRtxSequenceNumber++;
            PaddingPacketsSent++;
            Commit(now, ref slot, 0, byte.MaxValue, outbox);
        }
    }

    internal void Connect(in NetworkPath path, SrtpSession srtp) => (_path, _srtp) = (path, srtp);

    internal void Move(in NetworkPath path) => _path = path;

    internal void Disconnect() => _srtp = null;

    private SendStream? FindPaddable()
    {
        foreach (var stream in _streams)
        {
            if (stream.CanPad) return stream;
        }

        return null;
    }

    private bool TryBegin(
        SendStream stream, scoped in OutgoingRtp packet, Ssrc ssrc, ushort sequenceNumber, int payloadLength, DatagramBatch outbox, out OutgoingSlot slot)
    {
        slot = default;
        if (_srtp is null) return Drop(DropReason.ReceiverNotConnected);

        // Header, at most four small extensions, payload, tag.
        const int MaxOverhead = RtpPacket.FixedHeaderLength + 32 + SrtpSession.MaxTrailer;
        if (payloadLength + packet.DependencyDescriptorLength + MaxOverhead > DatagramBatch.MaxDatagramSize) return Drop(DropReason.TooLarge);

        var datagram = outbox.Reserve(_path);
        var writer = new RtpWriter(datagram, packet.PayloadType, packet.Marker, sequenceNumber, packet.Timestamp, ssrc);
        var ids = stream.Extensions;
        if (stream.Rid is { } rid) AddStreamNames(ref writer, stream, rid, isRetransmission: ssrc != stream.Ssrc);
        ushort? transportSequence = null;
        if (ids.TransportSequence != 0)
        {
            transportSequence = (ushort)(_transportSequence + 1);
            BinaryPrimitives.WriteUInt16BigEndian(writer.ReserveExtension(ids.TransportSequence, 2), transportSequence.Value);
        }

        if (ids.AudioLevel != 0 && packet.AudioLevel is { } level) writer.ReserveExtension(ids.AudioLevel, 1)[0] = level;
        if (ids.VideoOrientation != 0 && packet.VideoOrientation is { } orientation) writer.ReserveExtension(ids.VideoOrientation, 1)[0] = orientation;

        // Last, since a long element moves those before it (RFC 8285 section 4.3).
        var descriptor = ids.DependencyDescriptor != 0 && packet.DependencyDescriptorLength > 0
            ? writer.ReserveExtension(ids.DependencyDescriptor, packet.DependencyDescriptorLength)
            : default;
        stream.LastTimestamp = packet.Timestamp;
        slot = new OutgoingSlot { Datagram = datagram, DependencyDescriptor = descriptor, Payload = writer.BeginPayload(), Writer = writer, TransportSequence = transportSequence };
        return true;
    }

    private static void AddStreamNames(ref RtpWriter writer, SendStream stream, string rid, bool isRetransmission)
    {
        var ids = stream.Extensions;
        if (ids.Mid != 0) Encoding.ASCII.GetBytes(stream.Mid, writer.ReserveExtension(ids.Mid, stream.Mid.Length));
        var id = isRetransmission ? ids.RepairedRtpStreamId : ids.RtpStreamId;
        if (id != 0) Encoding.ASCII.GetBytes(rid, writer.ReserveExtension(id, rid.Length));
    }

    private void Commit(Instant now, ref OutgoingSlot slot, int payloadLength, int padding, DatagramBatch outbox, FlexFecEncoder? encoder = null)
    {
        var length = slot.Writer.CompletePayload(payloadLength, padding);
        encoder?.Add(slot.Datagram[..length]);
        length = _srtp!.ProtectRtp(slot.Datagram, length);
        outbox.Commit(length);
        if (slot.TransportSequence is { } sequence) _transportSequence = sequence;
        _bandwidth.OnPacketSent(now, slot.TransportSequence, length);
        PacketsSent++;
        BytesSent += length;
    }

    private bool Drop(DropReason reason)
    {
        _drops.Add(reason);
        return false;
    }
}
