namespace Tertulia.Rtc.Codecs;

/// <summary>The payload formats that Tertulia knows by name.</summary>
public enum CodecKind
{
    /// <summary>Any other: forwarded only where both ends name it alike.</summary>
    Other,
    Opus,
    Vp8,
    H264,
    Vp9,
    Av1,

    /// <summary>Redundant audio (RFC 2198).</summary>
    Red,

    /// <summary>Retransmission (RFC 4588).</summary>
    Rtx,

    /// <summary>RFC 5109.</summary>
    Ulpfec,

    /// <summary>RFC 8627.</summary>
    FlexFec03,
}

/// <summary>Facts about payload formats as SDP names them.</summary>
public static class CodecKinds
{
    private static readonly CodecKind[] s_named =
    [
        CodecKind.Opus, CodecKind.Vp8, CodecKind.H264, CodecKind.Vp9, CodecKind.Av1,
        CodecKind.Red, CodecKind.Rtx, CodecKind.Ulpfec, CodecKind.FlexFec03,
    ];

    /// <summary>The kind of an rtpmap encoding name; names are compared without regard to case (RFC 4855).</summary>
    public static CodecKind FromName(ReadOnlySpan<char> encodingName)
    {
        foreach (var kind in s_named)
        {
            if (encodingName.Equals(Name(kind), StringComparison.OrdinalIgnoreCase)) return kind;
        }

        return CodecKind.Other;
    }

    /// <summary>The encoding name in the spelling that browsers use; empty for <see cref="CodecKind.Other"/>.</summary>
    public static string Name(this CodecKind kind) => kind switch
    {
        CodecKind.Opus => "opus",
        CodecKind.Vp8 => "VP8",
        CodecKind.H264 => "H264",
        CodecKind.Vp9 => "VP9",
        CodecKind.Av1 => "AV1",
        CodecKind.Red => "red",
        CodecKind.Rtx => "rtx",
        CodecKind.Ulpfec => "ulpfec",
        CodecKind.FlexFec03 => "flexfec-03",
        _ => "",
    };

    /// <summary>The RTP clock rate in WebRTC; 0 where it is another format's (RTX, RED) or unknown.</summary>
    public static int ClockRate(this CodecKind kind) => kind switch
    {
        CodecKind.Opus => 48_000,
        CodecKind.Vp8 or CodecKind.H264 or CodecKind.Vp9 or CodecKind.Av1 or CodecKind.Ulpfec or CodecKind.FlexFec03 => 90_000,
        _ => 0,
    };

    /// <summary>Channels as rtpmap has them: opus is always 2 (RFC 7587 section 7), video has none.</summary>
    public static int Channels(this CodecKind kind) => kind == CodecKind.Opus ? 2 : 0;

    public static bool IsVideo(this CodecKind kind) => kind is CodecKind.Vp8 or CodecKind.H264 or CodecKind.Vp9 or CodecKind.Av1;

    public static bool IsAudio(this CodecKind kind) => kind is CodecKind.Opus;

    /// <summary>Repair and redundancy: never the main codec of a media section.</summary>
    public static bool IsRepair(this CodecKind kind) =>
        kind is CodecKind.Red or CodecKind.Rtx or CodecKind.Ulpfec or CodecKind.FlexFec03;
}
