using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;
using Tertulia.Sfu.Layers;

namespace Tertulia.Sfu.Forwarding;

/// <summary>One encoding of a published track: the only one of a plain camera, or one simulcast layer.</summary>
internal sealed class PublishedLayer(PublishedTrack track, RoomConnection uplink, ReceiveStream stream, int index)
{
    /// <summary>Index of what comes on a <see cref="ConnectionKind.SmallUplink"/>: below that of the camera itself.</summary>
    public const int SmallUplinkIndex = -1;

    // A layer that was silent for this long is not there any more: senders drop layers when bandwidth or CPU runs short.
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(1);

    // Sooner, if meanwhile the smallest layer goes on: all layers are made of the same pictures.
    private static readonly TimeSpan LeastSilence = TimeSpan.FromMilliseconds(400);
    private const int PicturesMissed = 5;

    // A request may be lost, or the key frame on its way: ask again only after this.
    private static readonly TimeSpan KeyFrameRetry = TimeSpan.FromMilliseconds(500);

    // Key frames are large: people who join one after the other share one.
    private static readonly TimeSpan KeyFrameSpacing = TimeSpan.FromMilliseconds(250);

    // RTP header, extensions and tag, UDP and IP: estimates of lines count them too.
    private const int PacketOverhead = 64;

    private readonly FrameLayerReader _frames = new();
    private Instant _lastPacketAt = Instant.Never;
    private uint _lastTimestamp;
    private int _picturesElsewhere;
    private Instant _lastKeyFrameRequest = Instant.Never;
    private bool _keyFrameWanted;
    private bool _keyFrameOutstanding;

    public PublishedTrack Track { get; } = track;

    public RoomConnection Uplink { get; } = uplink;

    public ReceiveStream Stream { get; } = stream;

    /// <summary>0 is the smallest picture.</summary>
    public int Index { get; } = index;

    /// <summary>Null for audio, which is never retransmitted.</summary>
    public PacketHistory? History { get; } = stream.Kind == MediaKind.Video ? new PacketHistory() : null;

    /// <summary>Null for video.</summary>
    public RecentAudio? Recent { get; } = stream.Kind == MediaKind.Audio ? new RecentAudio() : null;

    /// <summary>When the sample with <see cref="AnchorTimestamp"/> was captured, on our clock; Never before the first sender report.</summary>
    public Instant AnchorAt { get; private set; } = Instant.Never;

    public uint AnchorTimestamp { get; private set; }

    public long KeyFrameRequests { get; private set; }

    public LayerRates Rates { get; } = new();

    public PictureShape Shape { get; } = new();

    /// <summary>Rows of the last key frame; 0 where the stream does not tell.</summary>
    public int PictureHeight => Shape.Height;

    /// <summary>What <see cref="IsFlowing"/> said when the track last looked.</summary>
    public bool WasFlowing { get; set; }

    public bool IsFlowing(Instant now) =>
        _lastPacketAt != Instant.Never && now - _lastPacketAt < (_picturesElsewhere >= PicturesMissed ? LeastSilence : SilenceLimit);

    /// <summary>The packet belongs to another picture than the one before.</summary>
    public bool BeginsPicture(uint timestamp) => timestamp != _lastTimestamp;

    /// <summary>The smallest layer has another picture.</summary>
    public void OnPictureElsewhere() => _picturesElsewhere++;

    /// <summary>Others than <paramref name="subscription"/> get this encoding, or are about to.</summary>
    public bool IsWatchedBeside(Subscription subscription)
    {
        for (var i = 0; i < Track.Subscriptions.Count; i++)
        {
            var other = Track.Subscriptions[i];
            if (other != subscription && (other.Current == this || other.Target?.Layer == this)) return true;
        }

        return false;
    }

    /// <summary>Takes note of a packet, and says which frame and sublayer it belongs to.</summary>
    public FrameLayer OnPacket(Instant now, in ReceivedRtp packet)
    {
        (_lastPacketAt, _lastTimestamp, _picturesElsewhere) = (now, packet.Timestamp, 0);
        Recent?.Store(packet);
        if (History is null) return default;

        var frame = _frames.Read(packet.Codec.Kind, packet.Payload, packet.Marker, packet.DependencyDescriptor);
        History.Store(packet, frame);
        Shape.OnPacket(packet, frame, _frames.Structure);
        Rates.Add(now, frame.SpatialId, frame.TemporalId, packet.Payload.Length + PacketOverhead);
        if (frame.IsKeyFrame) _keyFrameWanted = _keyFrameOutstanding = false;
        return frame;
    }

    /// <summary>-1 for audio, and before the first packet.</summary>
    public long HighestSequenceNumber => History?.Highest ?? -1;

    /// <summary>A packet of video that came before; valid until the next one comes.</summary>
    public bool TryRecall(long sequenceNumber, out ReceivedRtp packet, out FrameLayer frame)
    {
        packet = default;
        frame = default;
        if (History?.TryGet(new ExtendedSequenceNumber(sequenceNumber), out var stored) != true) return false;
        frame = stored.Frame;
        packet = new ReceivedRtp
        {
            Stream = Stream,
            Codec = stored.Codec,
            SequenceNumber = new ExtendedSequenceNumber(sequenceNumber),
            Timestamp = stored.Timestamp,
            Marker = stored.Marker,
            Payload = stored.Payload,
            VideoOrientation = stored.VideoOrientation,
            DependencyDescriptor = stored.DependencyDescriptor,
            IsRecovered = true,
        };
        return true;
    }

    public void SetAnchor(Instant capturedAt, uint timestamp) => (AnchorAt, AnchorTimestamp) = (capturedAt, timestamp);

    /// <summary>When the picture with that timestamp was captured, on our clock; Never before the first sender report.</summary>
    public Instant CapturedAt(uint timestamp, int clockRate) =>
        AnchorAt == Instant.Never ? Instant.Never : AnchorAt + TimeSpan.FromSeconds((int)(timestamp - AnchorTimestamp) / (double)clockRate);

    /// <summary>Some receiver cannot go on without a key frame. Repeated until one begins.</summary>
    public void WantKeyFrame(Instant now)
    {
        if (Stream.Kind != MediaKind.Video) return;
        _keyFrameWanted = true;
        RequestKeyFrameIfDue(now);
    }

    /// <summary>
    /// The sender was asked often enough for something that it does not send. Decoders go on by themselves where that was of temporal
    /// sublayers only, which some senders never send again; else they need a key frame.
    /// </summary>
    public void OnLostForGood(Instant now)
    {
        if (!Stream.TryGetLostForGood(out var first, out var last)) return;
        if (History is { } history && LossImpact.IsOfSublayersOnly(history, first, last)) Stream.ForgiveLost();
        else WantKeyFrame(now);
    }

    public void RequestKeyFrameIfDue(Instant now)
    {
        if (!_keyFrameWanted) return;
        var spacing = _keyFrameOutstanding ? KeyFrameRetry : KeyFrameSpacing;
        if (_lastKeyFrameRequest != Instant.Never && now - _lastKeyFrameRequest < spacing) return;
        _lastKeyFrameRequest = now;
        _keyFrameOutstanding = true;
        KeyFrameRequests++;
        Uplink.RequestKeyFrame(Stream);
    }
}
