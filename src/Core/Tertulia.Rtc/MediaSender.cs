using System.Buffers.Binary;
using System.Text;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc;

/// <summary>The numbers of one outgoing packet, already in the receiver's terms.</summary>
public readonly record struct OutgoingRtp(byte PayloadType, bool Marker, ushort SequenceNumber, uint Timestamp)
{
    public byte? AudioLevel { get; init; }

    public byte? VideoOrientation { get; init; }
}

/// <summary>One packet while it is written: header and extensions are done, the payload is the caller's to fill.</summary>
public ref struct OutgoingSlot
{
    internal Span<byte> Datagram;
    internal RtpWriter Writer;

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
    private readonly List<SendStream> _streams = [];
    private NetworkPath _path;
    private SrtpSession? _srtp;
    private ushort _transportSequence;

    internal MediaSender(EntropySource entropy, DropCounters drops)
    {
        _entropy = entropy;
        _drops = drops;
    }

    public IReadOnlyList<SendStream> Streams => _streams;

    internal List<SendStream> ReportableStreams => _streams;

    public bool IsConnected => _srtp is not null;

    public long PacketsSent { get; private set; }

    public long BytesSent { get; private set; }

    public SendStream AddStream(string mid, Ssrc ssrc, Ssrc? rtxSsrc, string cname, SendExtensions extensions, string? rid = null)
    {
        var stream = new SendStream(mid, ssrc, rtxSsrc, cname, extensions, (ushort)(_entropy.NextUInt32() & 0x7fff)) { Rid = rid };
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
    public void Finish(SendStream stream, ref OutgoingSlot slot, int payloadLength, DatagramBatch outbox)
    {
        Commit(ref slot, payloadLength, outbox);
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

    public void FinishRetransmission(SendStream stream, ref OutgoingSlot slot, int payloadLength, DatagramBatch outbox)
    {
        Commit(ref slot, payloadLength, outbox);
        stream.OnRetransmitted();
    }

    /// <summary>Sends <paramref name="payload"/> as one packet.</summary>
    public bool Send(SendStream stream, scoped in OutgoingRtp packet, ReadOnlySpan<byte> payload, DatagramBatch outbox)
    {
        if (!TryBegin(stream, packet, payload.Length, outbox, out var slot)) return false;
        payload.CopyTo(slot.Payload);
        Finish(stream, ref slot, payload.Length, outbox);
        return true;
    }

    /// <summary>Sends a packet without payload, which only takes up a sequence number.</summary>
    public void SendPadding(SendStream stream, in OutgoingRtp packet, DatagramBatch outbox)
    {
        if (!TryBegin(stream, packet, 1, outbox, out var slot)) return;
        Commit(ref slot, 0, outbox, padding: 1);
    }

    internal void Connect(in NetworkPath path, SrtpSession srtp) => (_path, _srtp) = (path, srtp);

    internal void Move(in NetworkPath path) => _path = path;

    internal void Disconnect() => _srtp = null;

    private bool TryBegin(
        SendStream stream, scoped in OutgoingRtp packet, Ssrc ssrc, ushort sequenceNumber, int payloadLength, DatagramBatch outbox, out OutgoingSlot slot)
    {
        slot = default;
        if (_srtp is null) return Drop(DropReason.ReceiverNotConnected);

        // Header, at most four small extensions, payload, tag.
        const int MaxOverhead = RtpPacket.FixedHeaderLength + 32 + SrtpSession.MaxTrailer;
        if (payloadLength + MaxOverhead > DatagramBatch.MaxDatagramSize) return Drop(DropReason.TooLarge);

        var datagram = outbox.Reserve(_path);
        var writer = new RtpWriter(datagram, packet.PayloadType, packet.Marker, sequenceNumber, packet.Timestamp, ssrc);
        var ids = stream.Extensions;
        if (stream.Rid is { } rid) AddStreamNames(ref writer, stream, rid, isRetransmission: ssrc != stream.Ssrc);
        if (ids.TransportSequence != 0) BinaryPrimitives.WriteUInt16BigEndian(writer.ReserveExtension(ids.TransportSequence, 2), ++_transportSequence);
        if (ids.AudioLevel != 0 && packet.AudioLevel is { } level) writer.ReserveExtension(ids.AudioLevel, 1)[0] = level;
        if (ids.VideoOrientation != 0 && packet.VideoOrientation is { } orientation) writer.ReserveExtension(ids.VideoOrientation, 1)[0] = orientation;
        slot = new OutgoingSlot { Datagram = datagram, Payload = writer.BeginPayload(), Writer = writer };
        return true;
    }

    private static void AddStreamNames(ref RtpWriter writer, SendStream stream, string rid, bool isRetransmission)
    {
        var ids = stream.Extensions;
        if (ids.Mid != 0) Encoding.ASCII.GetBytes(stream.Mid, writer.ReserveExtension(ids.Mid, stream.Mid.Length));
        var id = isRetransmission ? ids.RepairedRtpStreamId : ids.RtpStreamId;
        if (id != 0) Encoding.ASCII.GetBytes(rid, writer.ReserveExtension(id, rid.Length));
    }

    private void Commit(ref OutgoingSlot slot, int payloadLength, DatagramBatch outbox, int padding = 0)
    {
        var length = _srtp!.ProtectRtp(slot.Datagram, slot.Writer.CompletePayload(payloadLength, padding));
        outbox.Commit(length);
        PacketsSent++;
        BytesSent += length;
    }

    private bool Drop(DropReason reason)
    {
        _drops.Add(reason);
        return false;
    }
}
