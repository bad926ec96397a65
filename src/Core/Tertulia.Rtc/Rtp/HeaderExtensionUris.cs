namespace Tertulia.Rtc.Rtp;

/// <summary>URIs of header extensions as they stand in extmap attributes (RFC 8285).</summary>
public static class HeaderExtensionUris
{
    /// <summary>RFC 6464: see <see cref="AudioLevel"/>.</summary>
    public const string AudioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

    /// <summary>draft-holmer-rmcat-transport-wide-cc-extensions-01: two bytes of a sequence number over all streams of a transport.</summary>
    public const string TransportSequenceNumber = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

    /// <summary>Send time in 24 bits: see <see cref="AbsSendTime"/>.</summary>
    public const string AbsSendTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

    /// <summary>Capture time of the first source: see <see cref="AbsCaptureTime"/>.</summary>
    public const string AbsCaptureTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";

    /// <summary>RFC 5450.</summary>
    public const string TransmissionTimeOffset = "urn:ietf:params:rtp-hdrext:toffset";

    /// <summary>RFC 9143: the mid of the media section.</summary>
    public const string Mid = "urn:ietf:params:rtp-hdrext:sdes:mid";

    /// <summary>RFC 8852: the rid of a simulcast layer.</summary>
    public const string RtpStreamId = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

    /// <summary>RFC 8852: on RTX streams, the rid of the layer repaired.</summary>
    public const string RepairedRtpStreamId = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

    /// <summary>3GPP TS 26.114: see <see cref="VideoOrientation"/>.</summary>
    public const string VideoOrientation = "urn:3gpp:video-orientation";

    /// <summary>AV1 RTP payload format, appendix A.</summary>
    public const string DependencyDescriptor =
        "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

    public const string PlayoutDelay = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";

    public const string VideoContentType = "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type";

    public const string VideoTiming = "http://www.webrtc.org/experiments/rtp-hdrext/video-timing";

    public const string ColorSpace = "http://www.webrtc.org/experiments/rtp-hdrext/color-space";

    public const string VideoLayersAllocation = "http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00";
}
