using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Sfu.Forwarding;

/// <summary>
/// One outgoing stream to one receiver: what is forwarded on it, and under which numbers. Its source can change (another
/// layer, a screen in the camera's place) without the receiver noticing more than a key frame.
/// </summary>
internal sealed class Subscription
{
    private readonly RoomConnection _downlink;
    private readonly NegotiatedMedia _media;
    private readonly RtpRewriter _rewriter;
    private readonly Vp8PictureIdRewriter _pictureIds = new();
    private readonly SentPacketLog _sent = new();
    private PublishedLayer? _selected;
    private RtpCodec? _publishedCodec;
    private RtpCodec? _receiversCodec;

    public Subscription(RoomConnection downlink, NegotiatedMedia media, SendStream stream, EntropySource entropy)
    {
        _downlink = downlink;
        _media = media;
        Stream = stream;
        _rewriter = new RtpRewriter((ushort)(entropy.NextUInt32() & 0x7fff), entropy.NextUInt32());
    }

    public SendStream Stream { get; }

    public MediaKind Kind => _media.Kind;

    public PublishedTrack? Track { get; private set; }

    /// <summary>What is being forwarded now.</summary>
    public PublishedLayer? Current => _rewriter.Layer;

    public long PacketsForwarded { get; private set; }

    private DropCounters Drops => _downlink.Connection.Drops;

    /// <summary>Forwards another track from now on; null for none.</summary>
    public void Attach(Instant now, PublishedTrack? track)
    {
        if (Track == track) return;
        Track?.Unsubscribe(this);
        Track = track;
        _selected = null;
        track?.Subscribe(now, this);
    }

    /// <summary>Chooses the layer to forward. The change happens with its next key frame.</summary>
    public void Select(Instant now, PublishedLayer? layer)
    {
        _selected = layer;

        // A key frame for somebody who cannot receive it yet is wasted, and would hold back the one for when it can.
        if (layer is not null && layer != _rewriter.Layer && _downlink.Connection.Sender.IsConnected) layer.WantKeyFrame(now);
    }

    /// <summary>The receiver cannot decode what it has: it asked for a key frame, or has just connected.</summary>
    public void OnKeyFrameRequested(Instant now) => (_selected ?? _rewriter.Layer)?.WantKeyFrame(now);

    public void Forward(Instant now, PublishedLayer layer, in ReceivedRtp packet, DatagramBatch outbox)
    {
        var sender = _downlink.Connection.Sender;
        if (!sender.IsConnected)
        {
            Drops.Add(DropReason.ReceiverNotConnected);
            return;
        }

        if (layer != _rewriter.Layer && !TrySwitch(now, layer, packet)) return;

        if (!_rewriter.TryMap(now, packet, out var sequenceNumber, out var timestamp))
        {
            Drops.Add(DropReason.BeforeSwitch);
            return;
        }

        if (ReceiversCodec(packet.Codec) is not { } codec)
        {
            Drops.Add(DropReason.NoCodecAtReceiver);
            return;
        }

        var outgoing = new OutgoingRtp(codec.PayloadType, packet.Marker, sequenceNumber.Wire, timestamp)
        {
            AudioLevel = packet.AudioLevel,
            VideoOrientation = packet.VideoOrientation,
        };
        if (!sender.TryBegin(Stream, outgoing, packet.Payload.Length, outbox, out var slot)) return;

        packet.Payload.CopyTo(slot.Payload);
        var pictureIds = packet.Codec.Kind == CodecKind.Vp8 ? _pictureIds.Rewrite(slot.Payload[..packet.Payload.Length]) : default;
        sender.Finish(Stream, ref slot, packet.Payload.Length, outbox);
        PacketsForwarded++;

        if (Kind == MediaKind.Video)
        {
            _sent.Add(sequenceNumber.Wire, new SentPacket(layer, packet.SequenceNumber.Value, timestamp, codec, pictureIds));
        }
    }

    /// <summary>Answers a NACK by RTX (RFC 4588): the same payload and numbers as the first time.</summary>
    public void Retransmit(Instant now, ushort sequenceNumber, DatagramBatch outbox)
    {
        if (!_sent.TryTakeForResend(now, sequenceNumber, out var sent)
            || sent.Layer.History?.TryGet(new ExtendedSequenceNumber(sent.InputSequenceNumber), out var stored) != true)
        {
            Drops.Add(DropReason.RetransmissionUnknown);
            return;
        }

        // Without RTX the same SRTP packet index would be used twice, which AES-GCM does not survive (RFC 7714 section 8.1).
        if (sent.Codec.RtxPayloadType is not { } rtxPayloadType)
        {
            Drops.Add(DropReason.RetransmissionUnsupported);
            return;
        }

        var original = new OutgoingRtp(sent.Codec.PayloadType, stored.Marker, sequenceNumber, sent.Timestamp) { VideoOrientation = stored.VideoOrientation };
        var length = Rtx.OriginalSequenceNumberLength + stored.Payload.Length;
        var sender = _downlink.Connection.Sender;
        if (!sender.TryBeginRetransmission(Stream, original, rtxPayloadType, length, outbox, out var slot)) return;

        var payload = slot.Payload[Rtx.OriginalSequenceNumberLength..length];
        stored.Payload.CopyTo(payload);
        Vp8PictureIdRewriter.Restore(payload, sent.PictureIds);
        sender.FinishRetransmission(Stream, ref slot, length, outbox);
    }

    public void UpdateClockAnchor(PublishedLayer layer)
    {
        if (layer != _rewriter.Layer || layer.AnchorAt == Instant.Never) return;
        Stream.SetClockAnchor(layer.AnchorAt, layer.AnchorTimestamp + _rewriter.TimestampOffset, _media.Codecs[0].ClockRate);
    }

    private bool TrySwitch(Instant now, PublishedLayer layer, in ReceivedRtp packet)
    {
        if (layer != _selected)
        {
            Drops.Add(DropReason.LayerNotSelected);
            return false;
        }

        if (Kind == MediaKind.Video && !packet.StartsKeyFrame)
        {
            layer.WantKeyFrame(now);
            Drops.Add(DropReason.AwaitingKeyFrame);
            return false;
        }

        _rewriter.SwitchTo(now, layer, packet);
        _pictureIds.Switch();
        UpdateClockAnchor(layer);
        return true;
    }

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
