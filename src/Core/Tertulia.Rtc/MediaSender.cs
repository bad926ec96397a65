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
    // What loss takes of up to a fifth of all packets can be sent again; repair packets are a third of everything at most by plan.
    private const double RetransmissionShare = 0.25;
    private const double RepairShare = 1 / 3.0;

    // Of the estimate; and at least so much more than what is sent anyway, so that only bursts wait.
    private const double PacingFactor = 1.5;
    private const double PacingAboveSent = 1.25;

    private readonly EntropySource _entropy;
    private readonly DropCounters _drops;
    private readonly SendSideBandwidthEstimator _bandwidth;
    private readonly List<SendStream> _streams = [];
    private readonly RepairBudget _retransmissions = new(RetransmissionShare);
    private readonly RepairBudget _repairs = new(RepairShare);
    private readonly Pacer _pacer = new();
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

    /// <summary>Audio datagrams sent once more (<see cref="AudioEcho"/>); part of <see cref="PacketsSent"/>.</summary>
    public long EchoesSent { get; private set; }

    /// <summary>Packets that had to wait for others on a narrow path; part of <see cref="PacketsSent"/>.</summary>
    public long PacketsPaced { get; private set; }

    /// <summary>Some packets wait; they leave with <see cref="PeerConnection.Poll"/>.</summary>
    public bool IsHolding => !_pacer.IsEmpty;

    internal Instant NextDeadline => _pacer.NextDue;

    /// <param name="paddingPayloadType">See <see cref="SendStream.PaddingPayloadType"/>.</param>
    /// <param name="isPaced">See <see cref="SendStream.IsPaced"/>.</param>
    public SendStream AddStream(
        string mid, Ssrc ssrc, Ssrc? rtxSsrc, string cname, SendExtensions extensions, string? rid = null, byte? paddingPayloadType = null, bool isPaced = false)
    {
        var stream = new SendStream(mid, ssrc, rtxSsrc, cname, extensions, (ushort)(_entropy.NextUInt32() & 0x7fff))
        {
            Rid = rid,
            PaddingPayloadType = paddingPayloadType,
            IsPaced = isPaced,
        };
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

    /// <summary>Protects the packet in its slot and commits it; or holds it back for a moment, if it is part of a burst on a narrow path.</summary>
    public void Finish(Instant now, SendStream stream, ref OutgoingSlot slot, int payloadLength, DatagramBatch outbox)
    {
        var length = Commit(now, ref slot, payloadLength, 0, outbox, stream, stream.Fec?.Encoder);
        stream.OnSent(payloadLength);
        if (stream.Echo is { Copies: > 0 } echo && length > 0) Echo(now, echo, slot.Datagram[..length], outbox);
    }

    /// <summary>
    /// Begins a retransmission (RFC 4588): <paramref name="payloadLength"/> counts the original sequence number, the 2 bytes that
    /// the payload must start with. False also when retransmissions take too much of what the path can carry.
    /// </summary>
    public bool TryBeginRetransmission(
        Instant now, SendStream stream, scoped in OutgoingRtp original, byte rtxPayloadType, int payloadLength, DatagramBatch outbox, out OutgoingSlot slot)
    {
        slot = default;
        if (stream.RtxSsrc is not { } ssrc) return Drop(DropReason.RetransmissionUnsupported);
        if (!_retransmissions.TryTake(now, _bandwidth.Estimate, payloadLength)) return Drop(DropReason.RetransmissionOverBudget);
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
            if (!_repairs.TryTake(now, _bandwidth.Estimate, length))
            {
                Drop(DropReason.RepairOverBudget);
                return;
            }

            var packet = new OutgoingRtp(fec.PayloadType, false, fec.NextSequenceNumber, timestamp);
            if (!TryBegin(stream, packet, fec.Ssrc, packet.SequenceNumber, length, outbox, out var slot)) return;
            fec.Encoder.TakeDue(slot.Payload);
            Commit(now, ref slot, length, 0, outbox, stream);
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
        Commit(now, ref slot, 0, 1, outbox, stream);
    }

    /// <summary>
    /// Sends the padding with which the bandwidth estimator wants to probe the path: on a retransmission stream (RFC 4588), whose
    /// numbers no decoder looks at.
    /// </summary>
    internal void SendProbes(Instant now, DatagramBatch outbox)
    {
        var stream = FindPaddable();
        _bandwidth.CanProbe = stream is not null && _srtp is not null && _pacer.IsEmpty;
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

    /// <summary>What is held back of a stream is of no use any more: a key frame follows, or nothing.</summary>
    public void DiscardHeld(SendStream stream)
    {
        if (_pacer.IsEmpty) return;
        for (var discarded = _pacer.Discard(stream.Ssrc); discarded > 0; discarded--) _drops.Add(DropReason.BeforeSwitch);
    }

    /// <summary>Sends what was held back and is due.</summary>
    internal void SendHeld(Instant now, DatagramBatch outbox)
    {
        if (_pacer.IsEmpty || now < _pacer.NextDue || _srtp is null) return;
        var rate = PacingRate(now);
        while (_pacer.TryTake(now, rate, out var packet, out var transportSequenceId)) SendHeld(now, packet, transportSequenceId, outbox);
    }

    internal void Connect(in NetworkPath path, SrtpSession srtp)
    {
        (_path, _srtp) = (path, srtp);
        foreach (var stream in _streams) stream.Echo?.Clear();
    }

    internal void Move(in NetworkPath path) => _path = path;

    internal void Disconnect()
    {
        _srtp = null;
        _pacer.Clear();
    }

    // One whose receiver knows it already, if there is any: else even a picture that never fitted could not be tried for.
    private SendStream? FindPaddable()
    {
        SendStream? silent = null;
        foreach (var stream in _streams)
        {
            if (!stream.CanPad) continue;
            if (stream.PacketsSent > 0) return stream;
            silent ??= stream;
        }

        return silent;
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

    // Without a transport-wide number of their own: feedback tells of each number once, whichever of its datagrams came.
    private void Echo(Instant now, AudioEcho echo, scoped ReadOnlySpan<byte> last, DatagramBatch outbox)
    {
        // A batch that overflows takes the slot back in which the last one lies.
        Span<byte> kept = stackalloc byte[last.Length];
        last.CopyTo(kept);
        for (var distance = 1; distance <= echo.Copies; distance++)
        {
            if (!echo.TryGet(now, distance, out var datagram)) continue;
            if (!_repairs.TryTake(now, _bandwidth.Estimate, datagram.Length))
            {
                Drop(DropReason.RepairOverBudget);
                break;
            }

            outbox.Add(_path, datagram);
            _bandwidth.OnPacketSent(now, null, datagram.Length);
            _pacer.OnSent(datagram.Length);
            PacketsSent++;
            BytesSent += datagram.Length;
            EchoesSent++;
            echo.Sent++;
        }

        echo.Store(now, kept);
    }

    /// <returns>Bytes of the datagram that left; 0 when it is held back.</returns>
    private int Commit(
        Instant now, ref OutgoingSlot slot, int payloadLength, int padding, DatagramBatch outbox, SendStream? paced = null, FlexFecEncoder? encoder = null)
    {
        var length = slot.Writer.CompletePayload(payloadLength, padding);
        encoder?.Add(slot.Datagram[..length]);
        if (paced is { IsPaced: true } && (IsHolding || _bandwidth.IsPathNarrow(now)) && TryHold(now, slot.Datagram[..length], paced.Extensions.TransportSequence, outbox)) return 0;
        return Depart(now, slot.Datagram, length, slot.TransportSequence, outbox);
    }

    private bool TryHold(Instant now, ReadOnlySpan<byte> packet, byte transportSequenceId, DatagramBatch outbox)
    {
        var rate = PacingRate(now);
        if (_pacer.MayPass(now, rate)) return false;
        if (_pacer.TryHold(now, packet, transportSequenceId, rate)) return true;

        // This one has to wait for those before it, whatever the path makes of it all; the slot that it was written to is theirs now.
        Span<byte> last = stackalloc byte[packet.Length];
        packet.CopyTo(last);
        while (_pacer.TryTakeAny(out var held, out var id)) SendHeld(now, held, id, outbox);
        SendHeld(now, last, transportSequenceId, outbox);
        return true;
    }

    private Bitrate PacingRate(Instant now) => Bitrate.Max(_bandwidth.Estimate * PacingFactor, _bandwidth.SentRate(now) * PacingAboveSent);

    private void SendHeld(Instant now, scoped ReadOnlySpan<byte> packet, byte transportSequenceId, DatagramBatch outbox)
    {
        var datagram = outbox.Reserve(_path);
        packet.CopyTo(datagram);
        ushort? transportSequence = null;
        if (transportSequenceId != 0 && RtpPacket.TryParse(datagram[..packet.Length], out var parsed) && parsed.TryGetExtension(transportSequenceId, out var value))
        {
            transportSequence = (ushort)(_transportSequence + 1);
            parsed.Bytes.Overlaps(value, out var offset);
            BinaryPrimitives.WriteUInt16BigEndian(datagram[offset..], transportSequence.Value);
        }

        PacketsPaced++;
        Depart(now, datagram, packet.Length, transportSequence, outbox);
    }

    private int Depart(Instant now, Span<byte> datagram, int length, ushort? transportSequence, DatagramBatch outbox)
    {
        length = _srtp!.ProtectRtp(datagram, length);
        outbox.Commit(length);
        if (transportSequence is { } sequence) _transportSequence = sequence;
        _bandwidth.OnPacketSent(now, transportSequence, length);
        _pacer.OnSent(length);
        PacketsSent++;
        BytesSent += length;
        return length;
    }

    private bool Drop(DropReason reason)
    {
        _drops.Add(reason);
        return false;
    }
}
