using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;

namespace Tertulia.Taps;

/// <summary>
/// One encoded picture, or one packet of sound, as a decoder wants it: VP8 and Opus as they are, VP9 with a superframe index if it has more
/// than one layer, H.264 as an Annex B byte stream, AV1 as a temporal unit. Valid until the handler returns.
/// </summary>
public readonly ref struct MediaFrame
{
    public required TapStream Stream { get; init; }

    public required CodecKind Codec { get; init; }

    /// <summary>RTP timestamp.</summary>
    public required uint Timestamp { get; init; }

    /// <summary>When its last packet arrived.</summary>
    public required Instant At { get; init; }

    public bool IsKeyFrame { get; init; }

    /// <summary>Something before it was lost and could not be repaired.</summary>
    public bool FollowsLoss { get; init; }

    public byte? AudioLevel { get; init; }

    public byte? VideoOrientation { get; init; }

    public required ReadOnlySpan<byte> Data { get; init; }
}

/// <summary>Takes frames in the order of their timestamps.</summary>
public delegate void FrameHandler(in MediaFrame frame);
