using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Sdp;

/// <summary>
/// What this end is willing to negotiate. Payload types and extension ids are those of its own offers; answers use the
/// offerer's. They never change between offers, so a renegotiation cannot reassign one.
/// </summary>
public sealed record MediaPolicy
{
    private static readonly string[] VideoFeedback = ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"];

    public static RtpCodec Opus { get; } = new(111, CodecKind.Opus, "opus", 48000, 2)
    {
        Feedback = ["transport-cc"],
        Parameters = new(new("minptime", "10"), new("useinbandfec", "1")),
    };

    /// <summary>Redundant audio (RFC 2198), which repeats the previous Opus frames.</summary>
    public static RtpCodec OpusRed { get; } = new(63, CodecKind.Red, "red", 48000, 2)
    {
        Parameters = new(new FormatParameter("111/111", null)),
    };

    /// <summary>Repair of lost video packets, as the -03 draft of RFC 8627 has it, which Chromium receives.</summary>
    public static RtpCodec FlexFec03 { get; } = new(49, CodecKind.FlexFec03, "flexfec-03", 90000)
    {
        Feedback = ["transport-cc"],
        Parameters = new(new FormatParameter("repair-window", "10000000")),
    };

    // After the codecs: static members are initialized in their order.
    public static readonly MediaPolicy Default = new();

    /// <summary>In the order of preference.</summary>
    public IReadOnlyList<RtpCodec> AudioCodecs { get; init; } = [Opus, OpusRed];

    /// <summary>In the order of preference: VP8 first, since every browser encodes and decodes it.</summary>
    public IReadOnlyList<RtpCodec> VideoCodecs { get; init; } =
    [
        Video(96, CodecKind.Vp8, "VP8", 97),
        H264(108, 109, "42e01f", 1),
        H264(114, 115, "42e01f", 0),
        H264(102, 103, "42001f", 1),
        H264(104, 107, "42001f", 0),
        H264(116, 117, "4d001f", 1),
        H264(39, 40, "4d001f", 0),
        Video(98, CodecKind.Vp9, "VP9", 99, new FormatParameter("profile-id", "0")),
        Video(100, CodecKind.Vp9, "VP9", 101, new FormatParameter("profile-id", "2")),
        Video(45, CodecKind.Av1, "AV1", 46, new("level-idx", "5"), new("profile", "0"), new("tier", "0")),
    ];

    /// <summary>
    /// Offered, and taken from recvonly offers, for video tracks with a <see cref="LocalTrack.FecSsrc"/>; null for never.
    /// </summary>
    public RtpCodec? FlexFec { get; init; } = FlexFec03;

    /// <summary>Also takes repair packets for video that it receives. A server has no need to: no browser sends them.</summary>
    public bool ReceivesFlexFec { get; init; }

    public IReadOnlyList<RtpHeaderExtension> AudioExtensions { get; init; } =
    [
        new(1, HeaderExtensionUris.AudioLevel),
        new(3, HeaderExtensionUris.TransportSequenceNumber),
        new(4, HeaderExtensionUris.Mid),
    ];

    /// <summary>
    /// Those of simulcast take part in answers only, where the offer has simulcast. The dependency descriptor is left out where VP8 will
    /// be received: Chromium then leaves picture ids and temporal layers out of the payload, where every receiver could read them.
    /// </summary>
    public IReadOnlyList<RtpHeaderExtension> VideoExtensions { get; init; } =
    [
        new(13, HeaderExtensionUris.VideoOrientation),
        new(3, HeaderExtensionUris.TransportSequenceNumber),
        new(4, HeaderExtensionUris.Mid),
        new(10, HeaderExtensionUris.RtpStreamId),
        new(11, HeaderExtensionUris.RepairedRtpStreamId),
        new(12, HeaderExtensionUris.DependencyDescriptor),
    ];

    /// <summary>
    /// The codec that answers to an uplink name first, since a sender takes the first one; null keeps the offerer's order.
    /// </summary>
    public CodecKind? PreferredUplinkCodec { get; init; } = CodecKind.Vp8;

    /// <summary>
    /// The same for audio, in answers and offers: a publisher's losses cannot be repaired behind it, and twice the 32 kbit/s
    /// of a voice is little beside a camera.
    /// </summary>
    public CodecKind? PreferredUplinkAudio { get; init; } = CodecKind.Red;

    /// <summary>Most simulcast encodings accepted of one track; 0 refuses simulcast.</summary>
    public int MaxSimulcastStreams { get; init; } = 3;

    /// <summary>
    /// Added to the format parameters of video that we receive, such as <c>x-google-start-bitrate</c> in kbit/s.
    /// </summary>
    public IReadOnlyList<FormatParameter> ReceivedVideoParameters { get; init; } = [];

    internal IReadOnlyList<RtpCodec> CodecsOf(MediaKind kind) => kind switch
    {
        MediaKind.Audio => AudioCodecs,
        MediaKind.Video => VideoCodecs,
        _ => [],
    };

    /// <summary>The codecs in the order in which an uplink is to use them.</summary>
    internal List<RtpCodec> InUplinkOrder(MediaKind kind, IReadOnlyList<RtpCodec> codecs)
    {
        var preferred = kind == MediaKind.Audio ? PreferredUplinkAudio : PreferredUplinkCodec;
        return [.. codecs.Where(codec => codec.Kind == preferred), .. codecs.Where(codec => codec.Kind != preferred)];
    }

    internal IReadOnlyList<RtpHeaderExtension> ExtensionsOf(MediaKind kind) => kind switch
    {
        MediaKind.Audio => AudioExtensions,
        MediaKind.Video => VideoExtensions,
        _ => [],
    };

    private static RtpCodec H264(byte payloadType, byte rtx, string profileLevelId, int packetizationMode) => Video(
        payloadType, CodecKind.H264, "H264", rtx,
        new("level-asymmetry-allowed", "1"),
        new("packetization-mode", packetizationMode == 1 ? "1" : "0"),
        new("profile-level-id", profileLevelId));

    private static RtpCodec Video(byte payloadType, CodecKind kind, string name, byte rtx, params ReadOnlySpan<FormatParameter> parameters) =>
        new(payloadType, kind, name, 90000) { Feedback = VideoFeedback, RtxPayloadType = rtx, Parameters = new(parameters) };
}
