using System.Buffers.Binary;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc;

/// <summary>The receiving half of a connection after decryption: which stream, which codec, repaired or not, what is missing.</summary>
internal sealed class MediaReceiver(PeerConnectionEvents events, int maxStreams = PeerConnectionOptions.DefaultMaxReceiveStreams)
{
    private readonly ReceiveStreamTable _table = new(maxStreams);
    private readonly RedundantFrames _redundant = new();

    public IReadOnlyCollection<ReceiveStream> Streams => _table.Streams;

    public Dictionary<uint, ReceiveStream>.ValueCollection StreamValues => _table.Streams;

    /// <summary>Arrival times for the sender's congestion control.</summary>
    public TransportFeedbackRecorder Arrivals { get; } = new();

    /// <summary>Any SSRC of the sender, which transport-wide feedback must name.</summary>
    public Ssrc AnyMediaSsrc { get; private set; }

    /// <summary>When some stream wants to ask for what it misses.</summary>
    public Instant NackDeadline { get; set; } = Instant.Never;

    public void Configure(IReadOnlyList<NegotiatedMedia> sections) => _table.Configure(sections);

    public bool TryGet(Ssrc ssrc, out ReceiveStream? stream) => _table.TryGet(ssrc, out stream);

    public bool Receive(Instant now, ReadOnlySpan<byte> bytes, out ReceivedRtp received)
    {
        received = default;
        _redundant.Clear();
        if (!RtpPacket.TryParse(bytes, out var packet)) return Drop(DropReason.MalformedRtp);

        NoteArrival(now, packet);
        if (_table.TryGetProtected(packet.Ssrc, out var protectedStream))
        {
            protectedStream!.Fec!.AddRepair(packet.Payload);
            return false;
        }

        var reason = _table.Resolve(packet, out var stream);
        if (reason != DropReason.None) return Drop(reason);
        stream!.Fec?.AddMedia(bytes);

        return stream!.IsRetransmission
            ? ReceiveRetransmission(now, packet, stream, out received)
            : Accept(now, packet, stream, packet.SequenceNumber, packet.Payload, packet.PayloadType, Recovery.None, out received);
    }

    /// <summary>The part of <see cref="Receive"/> that feedback and reports live on, which the header alone suffices for.</summary>
    public bool TryObserve(Instant now, Span<byte> bytes, bool isOpen, out ReceiveStream stream, out RtpPacket packet)
    {
        // How much of the payload is padding stands in its encrypted part.
        if (!isOpen) bytes[0] &= unchecked((byte)~RtpPacket.PaddingBit);
        stream = null!;
        if (!RtpPacket.TryParse(bytes, out packet)) return Drop(DropReason.MalformedRtp);
        NoteArrival(now, packet);
        var reason = _table.Resolve(packet, out var found);
        if (reason != DropReason.None) return Drop(reason);
        stream = found!;
        stream.Statistics.OnPacket(now, packet);
        return true;
    }

    /// <summary>The next packet that repair packets or redundant audio gave back.</summary>
    public bool TryTakeRepaired(Instant now, out ReceivedRtp received)
    {
        if (_redundant.TryTake(out received)) return true;
        foreach (var stream in _table.Protected)
        {
            while (stream.Fec!.TryTake(out var bytes))
            {
                if (RtpPacket.TryParse(bytes, out var packet)
                    && Accept(now, packet, stream, packet.SequenceNumber, packet.Payload, packet.PayloadType, Recovery.Fec, out received))
                    return true;
            }
        }

        received = default;
        return false;
    }

    private void NoteArrival(Instant now, scoped in RtpPacket packet)
    {
        var id = _table.Extensions.TransportSequence;
        if (id == 0 || !packet.TryGetExtension(id, out var sequence) || sequence.Length < 2) return;
        AnyMediaSsrc = packet.Ssrc;
        Arrivals.OnArrival(BinaryPrimitives.ReadUInt16BigEndian(sequence), now);
    }

    private bool ReceiveRetransmission(Instant now, scoped in RtpPacket packet, ReceiveStream stream, out ReceivedRtp received)
    {
        received = default;
        stream.Statistics.OnPacket(now, packet);

        // Senders probe for bandwidth with padding on this stream: nothing to unwrap then.
        if (!Rtx.TryReadPayload(packet.Payload, out var original, out var payload) || payload.IsEmpty) return Drop(DropReason.PaddingOnly);
        if (stream.Section.RepairedCodec(packet.PayloadType) is not { } codec) return Drop(DropReason.UnknownPayloadType);
        return Accept(now, packet, stream.Repairs!, original, payload, codec.PayloadType, Recovery.Retransmission, out received);
    }

    private bool Accept(
        Instant now, scoped in RtpPacket packet, ReceiveStream stream, ushort sequenceNumber, ReadOnlySpan<byte> payload, byte payloadType, Recovery recovery, out ReceivedRtp received)
    {
        received = default;
        if (stream.Section.Codec(payloadType) is not { } codec) return Drop(DropReason.UnknownPayloadType);

        if (recovery == Recovery.None) stream.Statistics.OnPacket(now, packet);
        var extended = stream.Unwrap(sequenceNumber);
        if (!stream.TryMarkSeen(extended))
        {
            stream.CountDuplicate();
            return Drop(DropReason.Duplicate);
        }

        var startsKeyFrame = stream.Kind == MediaKind.Video && KeyFrameDetector.IsKeyFrameStart(codec.Kind, payload);
        if (stream.Nack is { } nack) TrackLosses(now, stream, nack, extended, startsKeyFrame, recovery);
        if (recovery == Recovery.Retransmission) stream.CountRecovered();
        if (codec.Kind == CodecKind.Red && !TryUnwrapRedundant(packet.Timestamp, stream, extended, ref payload, ref codec)) return Drop(DropReason.MalformedRtp);
        if (payload.IsEmpty) return Drop(DropReason.PaddingOnly);

        var extensions = _table.Extensions;
        received = new ReceivedRtp
        {
            Stream = stream,
            Codec = codec,
            SequenceNumber = extended,
            Timestamp = packet.Timestamp,
            Marker = packet.Marker,
            Payload = payload,
            AudioLevel = ReadByte(packet, extensions.AudioLevel),
            VideoOrientation = ReadByte(packet, extensions.VideoOrientation),
            DependencyDescriptor = extensions.DependencyDescriptor != 0 && packet.TryGetExtension(extensions.DependencyDescriptor, out var dependencies) ? dependencies : default,
            StartsKeyFrame = startsKeyFrame,
            IsRecovered = recovery != Recovery.None,
        };
        return true;
    }

    /// <summary>Redundant audio (RFC 2198) goes on as the plain packet that it stands for; what it repeats is kept where that was lost.</summary>
    private bool TryUnwrapRedundant(uint timestamp, ReceiveStream stream, ExtendedSequenceNumber sequenceNumber, ref ReadOnlySpan<byte> payload, ref RtpCodec codec)
    {
        if (!RedPayload.TryParse(payload, out var red) || stream.Section.Codec(red.Primary.PayloadType) is not { Kind: not CodecKind.Red } primary) return false;

        // Blocks name no sequence numbers: each stands for the packet as many places before as it has blocks behind it.
        var distance = red.RedundantCount;
        foreach (var block in red)
        {
            var lost = new ExtendedSequenceNumber(sequenceNumber.Value - distance--);
            if (block.IsPrimary || block.Data.IsEmpty || block.PayloadType != primary.PayloadType || !_redundant.HasRoom || !stream.TryMarkSeen(lost)) continue;
            _redundant.Add(stream, primary, lost, timestamp - block.TimestampOffset, block.Data);
            stream.CountRecovered();
        }

        payload = red.Primary.Data;
        codec = primary;
        return true;
    }

    private void TrackLosses(Instant now, ReceiveStream stream, NackGenerator nack, ExtendedSequenceNumber sequenceNumber, bool startsKeyFrame, Recovery recovery)
    {
        if (recovery == Recovery.Retransmission) nack.MeasureRoundTrip(now, sequenceNumber);
        nack.OnPacket(now, sequenceNumber);
        if (startsKeyFrame) nack.OnKeyFrame(sequenceNumber);
        if (nack.KeyFrameNeeded && !stream.KeyFrameNeedTold) events.Add(new PeerConnectionEvent(PeerConnectionEventKind.KeyFrameNeeded) { ReceiveStream = stream });
        stream.KeyFrameNeedTold = nack.KeyFrameNeeded;
        NackDeadline = Instant.Min(NackDeadline, nack.NextDeadline);
    }

    private static byte? ReadByte(in RtpPacket packet, byte id) =>
        id != 0 && packet.TryGetExtension(id, out var value) && value.Length > 0 ? value[0] : null;

    private bool Drop(DropReason reason)
    {
        events.Drops.Add(reason);
        return false;
    }

    private enum Recovery
    {
        None,
        Retransmission,
        Fec,
    }
}
