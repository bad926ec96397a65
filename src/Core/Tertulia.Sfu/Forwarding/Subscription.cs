using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;
using Tertulia.Sfu.Allocation;
using Tertulia.Sfu.Layers;
using Tertulia.Sfu.Quality;
using Tertulia.Sfu.Repair;

namespace Tertulia.Sfu.Forwarding;

/// <summary>
/// One outgoing stream to one receiver: what is forwarded on it, and under which numbers. Its source can change (another
/// layer, a screen in the camera's place) without the receiver noticing more than a key frame.
/// </summary>
internal sealed class Subscription
{
    private readonly RoomConnection _downlink;
    private readonly NegotiatedMedia _media;
    private readonly LayerSelector _selector = new();
    private readonly RtpRewriter _rewriter;
    private readonly PictureIdRewriter _pictureIds = new();
    private readonly FrameNumberRewriter _frameNumbers = new();
    private readonly SentPacketLog _sent = new();
    private readonly KeyFrameRequests _keyFrameRequests = new();
    private readonly FecProtection? _protection;
    private readonly AudioRedundancy? _redundancy;
    private readonly AudioRepetition? _repetition;
    private RtpCodec? _publishedCodec;
    private RtpCodec? _receiversCodec;

    public Subscription(RoomConnection downlink, NegotiatedMedia media, SendStream stream, EntropySource entropy)
    {
        _downlink = downlink;
        _media = media;
        Stream = stream;
        _protection = FecProtection.Of(media, stream, downlink.Connection.Bandwidth, entropy);
        _redundancy = AudioRedundancy.Of(media, stream);
        if (_redundancy is null) _repetition = AudioRepetition.Of(media, stream);
        _rewriter = new RtpRewriter((ushort)(entropy.NextUInt32() & 0x7fff), entropy.NextUInt32());
    }

    public SendStream Stream { get; }

    public RoomConnection Downlink => _downlink;

    public MediaKind Kind => _media.Kind;

    public PublishedTrack? Track { get; private set; }

    /// <summary>What is being forwarded now; null while nothing is.</summary>
    public PublishedLayer? Current => _selector.Current;

    /// <summary>What is wanted; reached at the next key frame or switching point.</summary>
    public LayerTarget? Target => _selector.Target;

    /// <summary>What goes out now; null while nothing does.</summary>
    public LayerTarget? Sent => Current is { } layer ? new LayerTarget(layer, _selector.CurrentSpatial, _selector.CurrentTemporal) : null;

    /// <summary>How <see cref="Target"/> came about, for video.</summary>
    public SelectionLog Decisions { get; } = new();

    /// <summary>Why <see cref="Target"/> is what it is.</summary>
    public SelectionReason Reason { get; private set; }

    /// <summary>The receiver would get a picture, if its line carried it.</summary>
    public bool IsPausedForBandwidth => Target is null && Reason == SelectionReason.Bandwidth;

    /// <summary>What repair packets and copies of audio add to the bits that are forwarded, as a share of them.</summary>
    public double RepairOverhead => _protection?.Overhead ?? _redundancy?.Overhead ?? _repetition?.Copies ?? 0;

    /// <summary>The receiver can be given copies of earlier audio frames; without, it has to live on the encoder's own redundancy.</summary>
    public bool TakesRedundantAudio => _redundancy is not null;

    /// <summary>Packets of audio are sent so many times more, where the receiver takes no copies of frames.</summary>
    public int Repetitions => _repetition?.Copies ?? 0;

    /// <summary>The receiver tells when each packet arrived.</summary>
    public bool IsLineMeasured => Stream.Extensions.TransportSequence != 0;

    /// <summary>Since when the line has been too narrow even for the least that there is of the track.</summary>
    public LineDoubt Doubt { get; } = new();

    public long PacketsForwarded { get; private set; }

    private DropCounters Drops => _downlink.Connection.Drops;

    /// <summary>Forwards another track from now on; null for none. Somebody must then <see cref="Select"/> of it.</summary>
    public void Attach(PublishedTrack? track)
    {
        if (Track == track) return;
        Track?.Unsubscribe(this);
        Track = track;
        Doubt.Clear();
        _selector.SetTarget(null);
        track?.Subscribe(this);
    }

    /// <summary>Chooses what to forward; null pauses. A change takes effect where the stream allows it.</summary>
    public void Select(Instant now, LayerTarget? target, SelectionReason reason = SelectionReason.Best)
    {
        if (Kind == MediaKind.Video && (target != Target || reason != Reason)) Decisions.Add(new SelectionChange(now, target, reason, _downlink.Connection.Bandwidth.Estimate));
        Reason = reason;
        if (target == Target) return;
        _selector.SetTarget(target);
        if (target is null) _downlink.Connection.Sender.DiscardHeld(Stream);

        // A key frame for somebody who cannot receive it yet is wasted, and would hold back the one for when it can.
        if (_selector.AwaitsKeyFrame && _downlink.Connection.Sender.IsConnected) target!.Value.Layer.WantKeyFrame(now);
    }

    /// <summary>The next packet that can be begun with goes on where the last one that was forwarded ended.</summary>
    public void Restart() => _selector.Leave();

    /// <summary>The receiver cannot decode what it has: it asked for a key frame, or has just connected.</summary>
    public void OnKeyFrameRequested(Instant now)
    {
        if ((Target?.Layer ?? Current) is not { } layer) return;
        if (_keyFrameRequests.TryTake(now, disturbsOthers: layer.IsWatchedBeside(this))) layer.WantKeyFrame(now);
    }

    public void Forward(Instant now, PublishedLayer layer, in ReceivedRtp packet, in FrameLayer frame, DatagramBatch outbox)
    {
        var sender = _downlink.Connection.Sender;
        if (!sender.IsConnected)
        {
            Drops.Add(DropReason.ReceiverNotConnected);
            return;
        }

        if (layer == Current)
        {
            ForwardCurrent(now, layer, packet, frame, outbox);
        }
        else if (TrySwitch(now, layer, packet, frame))
        {
            ForwardCurrent(now, layer, packet, frame, outbox);
            CatchUp(now, layer, packet, outbox);
        }
    }

    /// <summary>
    /// The packet with which a key frame begins was lost, and came again behind others that could not be forwarded without it: now they can.
    /// </summary>
    private void CatchUp(Instant now, PublishedLayer layer, in ReceivedRtp first, DatagramBatch outbox)
    {
        for (var number = first.SequenceNumber.Value + 1; number <= layer.HighestSequenceNumber; number++)
        {
            if (layer.TryRecall(number, out var packet, out var frame)) ForwardCurrent(now, layer, packet, frame, outbox);
        }
    }

    private void ForwardCurrent(Instant now, PublishedLayer layer, in ReceivedRtp packet, in FrameLayer frame, DatagramBatch outbox)
    {
        var sender = _downlink.Connection.Sender;
        var isLate = _rewriter.IsLate(packet);
        var isWanted = _selector.Wants(frame, layer.Shape.TopSpatialId, isLate);

        // It would have led to the target; those behind it went the old way.
        if (isLate && frame.IsKeyFrame && _selector.AwaitsKeyFrame) _selector.Target!.Value.Layer.WantKeyFrame(now);
        if (_selector.IsCutOff) layer.WantKeyFrame(now);
        var result = _rewriter.Map(now, packet, isWanted, out var sequenceNumber, out var timestamp);
        if (result != MapResult.Forward)
        {
            LeaveOut(now, result, packet, sequenceNumber, timestamp, outbox);
            return;
        }

        if (ReceiversCodec(packet.Codec) is not { } codec)
        {
            Drops.Add(DropReason.NoCodecAtReceiver);
            return;
        }

        var outgoing = new OutgoingRtp(codec.PayloadType, packet.Marker || _selector.EndsPicture(frame), sequenceNumber.Wire, timestamp)
        {
            AudioLevel = packet.AudioLevel,
            VideoOrientation = packet.VideoOrientation,
            DependencyDescriptorLength = DescriptorLength(packet.DependencyDescriptor),
        };
        _repetition?.Update(now, _downlink.Connection.Bandwidth);
        if (_redundancy is not null && TryForwardWithCopies(now, layer, packet, outgoing, outbox)) return;
        if (!sender.TryBegin(Stream, outgoing, packet.Payload.Length, outbox, out var slot)) return;

        packet.Payload.CopyTo(slot.Payload);
        var pictureIds = _pictureIds.Rewrite(packet.Codec.Kind, slot.Payload[..packet.Payload.Length]);
        var frameNumber = _frameNumbers.Rewrite(packet.DependencyDescriptor, slot.DependencyDescriptor);
        sender.Finish(now, Stream, ref slot, packet.Payload.Length, outbox);
        PacketsForwarded++;
        _protection?.AfterSend(now, timestamp, outgoing.Marker, sender, outbox);
        if (sender.IsHolding) _downlink.WantsPoll();

        if (Kind == MediaKind.Video)
        {
            var numbers = new SentPacket(layer, packet.SequenceNumber.Value, timestamp, codec, pictureIds, frameNumber) { Marker = outgoing.Marker };
            _sent.Add(now, sequenceNumber.Wire, numbers, !isLate && frame is { IsKeyFrame: true, StartsFrame: true, SpatialId: 0 });
        }
    }

    private bool TryForwardWithCopies(Instant now, PublishedLayer layer, in ReceivedRtp packet, in OutgoingRtp plain, DatagramBatch outbox)
    {
        var sender = _downlink.Connection.Sender;
        if (!_redundancy!.IsWanted(now, _downlink.Connection.Bandwidth, packet, layer.Recent, out var length)) return false;
        if (!sender.TryBegin(Stream, plain with { PayloadType = _redundancy.PayloadType }, length, outbox, out var slot)) return false;
        _redundancy.Write(packet, layer.Recent!, slot.Payload);
        sender.Finish(now, Stream, ref slot, length, outbox);
        PacketsForwarded++;
        return true;
    }

    /// <summary>Answers a NACK by RTX (RFC 4588): the same payload and numbers as the first time.</summary>
    public void Retransmit(Instant now, ushort sequenceNumber, DatagramBatch outbox)
    {
        var refusal = _sent.TakeForResend(now, sequenceNumber, Stream.RoundTripTime, out var sent);

        // Of what is not forwarded any more nothing is of use: the next picture is another layer's key frame.
        StoredPacket stored = default;
        if (refusal == DropReason.None && sent.Layer != Current) refusal = DropReason.RetransmissionUnneeded;
        if (refusal == DropReason.None && sent.Layer.History?.TryGet(new ExtendedSequenceNumber(sent.InputSequenceNumber), out stored) != true) refusal = DropReason.RetransmissionTooLate;
        if (refusal != DropReason.None)
        {
            // Nothing else will bring the picture back.
            if (refusal == DropReason.RetransmissionTooLate) OnKeyFrameRequested(now);
            Drops.Add(refusal);
            return;
        }

        // Without RTX the same SRTP packet index would be used twice, which AES-GCM does not survive (RFC 7714 section 8.1).
        if (sent.Codec.RtxPayloadType is not { } rtxPayloadType)
        {
            Drops.Add(DropReason.RetransmissionUnsupported);
            return;
        }

        var original = new OutgoingRtp(sent.Codec.PayloadType, sent.Marker, sequenceNumber, sent.Timestamp)
        {
            VideoOrientation = stored.VideoOrientation,
            DependencyDescriptorLength = DescriptorLength(stored.DependencyDescriptor),
        };
        var length = Rtx.OriginalSequenceNumberLength + stored.Payload.Length;
        var sender = _downlink.Connection.Sender;
        if (!sender.TryBeginRetransmission(now, Stream, original, rtxPayloadType, length, outbox, out var slot)) return;

        var payload = slot.Payload[Rtx.OriginalSequenceNumberLength..length];
        stored.Payload.CopyTo(payload);
        PictureIdRewriter.Restore(sent.Codec.Kind, payload, sent.PictureIds);
        FrameNumberRewriter.Restore(stored.DependencyDescriptor, slot.DependencyDescriptor, sent.FrameNumber);
        sender.FinishRetransmission(now, Stream, ref slot, length, outbox);
        _sent.OnResent(now, sequenceNumber);
    }

    public void UpdateClockAnchor(PublishedLayer layer)
    {
        if (layer != Current || layer.AnchorAt == Instant.Never) return;
        Stream.SetClockAnchor(layer.AnchorAt, layer.AnchorTimestamp + _rewriter.TimestampOffset, _media.Codecs[0].ClockRate);
    }

    private bool TrySwitch(Instant now, PublishedLayer layer, in ReceivedRtp packet, in FrameLayer frame)
    {
        var reason = _selector.TrySwitch(layer, frame, needsKeyFrame: Kind == MediaKind.Video);
        if (reason != DropReason.None)
        {
            if (reason == DropReason.AwaitingKeyFrame) layer.WantKeyFrame(now);
            Drops.Add(reason);
            return false;
        }

        if (Kind == MediaKind.Video) _downlink.Connection.Sender.DiscardHeld(Stream);

        // What a plain camera sends too much of is stopped, not spread.
        Stream.IsPaced = Kind == MediaKind.Video && !Track!.IsPlain;
        _rewriter.SwitchTo(now, layer, packet);
        _pictureIds.Switch();
        _frameNumbers.Switch();
        UpdateClockAnchor(layer);
        return true;
    }

    private void LeaveOut(Instant now, MapResult result, in ReceivedRtp packet, ExtendedSequenceNumber sequenceNumber, uint timestamp, DatagramBatch outbox)
    {
        switch (result)
        {
            case MapResult.Drop:
                _pictureIds.LeaveOut(packet.Codec.Kind, packet.Payload);
                Drops.Add(DropReason.LayerNotSelected);
                break;
            case MapResult.Fill:
                // Padding alone is received and thrown away: the receiver need not ask for this number (RFC 3550 section 5.1).
                if (ReceiversCodec(packet.Codec) is { } codec) _downlink.Connection.Sender.SendPadding(now, Stream, new OutgoingRtp(codec.PayloadType, false, sequenceNumber.Wire, timestamp), outbox);
                Drops.Add(DropReason.LayerNotSelected);
                break;
            default:
                Drops.Add(DropReason.BeforeSwitch);
                break;
        }
    }

    private byte DescriptorLength(ReadOnlySpan<byte> descriptor) =>
        Stream.Extensions.DependencyDescriptor != 0 && descriptor.Length is >= DependencyDescriptor.MandatoryLength and <= DependencyDescriptor.MaxLength
            ? (byte)descriptor.Length
            : (byte)0;

    // A publisher changes its codec rarely; looking it up means comparing format parameters.
    private RtpCodec? ReceiversCodec(RtpCodec published)
    {
        if (!ReferenceEquals(published, _publishedCodec))
        {
            _publishedCodec = published;
            _receiversCodec = _media.TryMatchCodec(published, out var codec) ? codec : null;
        }

        return _receiversCodec;
    }
}
