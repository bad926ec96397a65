using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc;

/// <summary>
/// One media packet after decryption and repair. Points into the received datagram: valid until the next one is handled.
/// </summary>
public readonly ref struct ReceivedRtp
{
    public required ReceiveStream Stream { get; init; }

    /// <summary>The sender's codec, by its payload type.</summary>
    public required RtpCodec Codec { get; init; }

    public required ExtendedSequenceNumber SequenceNumber { get; init; }

    public required uint Timestamp { get; init; }

    public required bool Marker { get; init; }

    /// <summary>Without padding.</summary>
    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The extension byte of RFC 6464 (V bit and level), if the sender put one.</summary>
    public byte? AudioLevel { get; init; }

    /// <summary>The extension byte of 3GPP TS 26.114 coordination of video orientation, if the sender put one.</summary>
    public byte? VideoOrientation { get; init; }

    /// <summary>The dependency descriptor extension (AV1 RTP specification, appendix A), empty if the sender put none.</summary>
    public ReadOnlySpan<byte> DependencyDescriptor { get; init; }

    /// <summary>True for the first packet of a key frame.</summary>
    public bool StartsKeyFrame { get; init; }

    /// <summary>True when the packet came by retransmission (RFC 4588) or out of repair packets.</summary>
    public bool IsRecovered { get; init; }
}
