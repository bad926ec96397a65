using Tertulia.Rtc;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Sfu.Forwarding;

/// <summary>One encoding of a published track: the only one of a plain camera, or one simulcast layer.</summary>
internal sealed class PublishedLayer(PublishedTrack track, ReceiveStream stream, int index)
{
    // A layer that was silent for this long is not there any more: senders drop layers when bandwidth or CPU runs short.
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(1);

    // A request may be lost, or the key frame on its way: ask again only after this.
    private static readonly TimeSpan KeyFrameRetry = TimeSpan.FromMilliseconds(500);

    // Key frames are large: people who join one after the other share one.
    private static readonly TimeSpan KeyFrameSpacing = TimeSpan.FromMilliseconds(250);

    private Instant _lastPacketAt = Instant.Never;
    private Instant _lastKeyFrameRequest = Instant.Never;
    private bool _keyFrameWanted;
    private bool _keyFrameOutstanding;

    public PublishedTrack Track { get; } = track;

    public ReceiveStream Stream { get; } = stream;

    /// <summary>0 is the smallest picture.</summary>
    public int Index { get; } = index;

    /// <summary>Null for audio, which is never retransmitted.</summary>
    public PacketHistory? History { get; } = stream.Kind == MediaKind.Video ? new PacketHistory() : null;

    /// <summary>When the sample with <see cref="AnchorTimestamp"/> was captured, on our clock; Never before the first sender report.</summary>
    public Instant AnchorAt { get; private set; } = Instant.Never;

    public uint AnchorTimestamp { get; private set; }

    public long KeyFrameRequests { get; private set; }

    public bool IsFlowing(Instant now) => _lastPacketAt != Instant.Never && now - _lastPacketAt < SilenceLimit;

    public void OnPacket(Instant now, in ReceivedRtp packet)
    {
        _lastPacketAt = now;
        if (packet.StartsKeyFrame) _keyFrameWanted = _keyFrameOutstanding = false;
        History?.Store(packet);
    }

    public void SetAnchor(Instant capturedAt, uint timestamp) => (AnchorAt, AnchorTimestamp) = (capturedAt, timestamp);

    /// <summary>Some receiver cannot go on without a key frame. Repeated until one begins.</summary>
    public void WantKeyFrame(Instant now)
    {
        if (Stream.Kind != MediaKind.Video) return;
        _keyFrameWanted = true;
        RequestKeyFrameIfDue(now);
    }

    public void RequestKeyFrameIfDue(Instant now)
    {
        if (!_keyFrameWanted) return;
        var spacing = _keyFrameOutstanding ? KeyFrameRetry : KeyFrameSpacing;
        if (_lastKeyFrameRequest != Instant.Never && now - _lastKeyFrameRequest < spacing) return;
        _lastKeyFrameRequest = now;
        _keyFrameOutstanding = true;
        KeyFrameRequests++;
        Track.Publisher.RequestKeyFrame(Stream);
    }
}
