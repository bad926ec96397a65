using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Taps;

/// <summary>
/// One media packet after decryption, repair and removal of duplicates. Points into memory of whoever calls the tap: valid until the
/// call returns. Packets that were repaired come out of order.
/// </summary>
public readonly ref struct TappedPacket
{
    public required TapStream Stream { get; init; }

    /// <summary>When it arrived.</summary>
    public required Instant At { get; init; }

    public required CodecKind Codec { get; init; }

    public required ExtendedSequenceNumber SequenceNumber { get; init; }

    public required uint Timestamp { get; init; }

    public required bool Marker { get; init; }

    /// <summary>First packet of a frame that needs no other.</summary>
    public bool StartsKeyFrame { get; init; }

    /// <summary>The extension byte of RFC 6464 (V bit and level), if there was one.</summary>
    public byte? AudioLevel { get; init; }

    /// <summary>The extension byte of 3GPP TS 26.114 coordination of video orientation, if there was one.</summary>
    public byte? VideoOrientation { get; init; }

    /// <summary>Spatial and temporal layer of a video packet.</summary>
    public byte SpatialId { get; init; }

    public byte TemporalId { get; init; }

    public required ReadOnlySpan<byte> Payload { get; init; }
}
