namespace Tertulia.Rtc.Sdp;

/// <summary>Why a description was refused.</summary>
public enum SdpErrorCode
{
    None,

    /// <summary>The text does not begin with <c>v=0</c>.</summary>
    NotSdp,

    /// <summary>One of <see cref="SdpLimits"/> is exceeded.</summary>
    TooLarge,

    /// <summary>A line is not of the form <c>x=…</c>.</summary>
    MalformedLine,

    MalformedMediaLine,

    /// <summary>An attribute without which nothing can be negotiated (mid) has no usable value.</summary>
    MalformedAttribute,

    DuplicateMid,

    MissingMid,

    MissingIceCredentials,

    MissingFingerprint,

    /// <summary>The DTLS roles leave this end as the client: it is always the server.</summary>
    UnsupportedSetup,

    /// <summary>Both ends would be ICE lite, so nobody would send checks.</summary>
    UnsupportedIceLite,

    /// <summary>No section of an offer can be accepted, or an answer rejects all of them.</summary>
    NothingAccepted,

    /// <summary>An answer's sections are not those of the offer.</summary>
    AnswerDoesNotMatchOffer,
}

/// <summary>
/// Why and where a description was refused.
/// </summary>
/// <param name="Line">Line number from 1; 0 when the refusal is not about a single line.</param>
/// <param name="Message">One English sentence for the log or the peer's developer; it quotes nothing of the input.</param>
public readonly record struct SdpError(SdpErrorCode Code, int Line, string Message)
{
    internal static SdpError Of(SdpErrorCode code, string message, int line = 0) => new(code, line, message);

    public override string ToString() => Line > 0 ? $"{Code} in line {Line}: {Message}" : $"{Code}: {Message}";
}

/// <summary>
/// How much a peer may make the parser work. A shared downlink of fifty people with every codec comes to about 6,000 lines;
/// the lists inside a section have bounds of their own, beyond which further entries are passed over.
/// </summary>
public static class SdpLimits
{
    /// <summary>Characters of one description.</summary>
    public const int MaxLength = 512 * 1024;

    public const int MaxLines = 16 * 1024;

    public const int MaxSections = 256;

    internal const int MaxFormats = 128;
    internal const int MaxMidLength = 255;
    internal const int MaxFeedbackPerCodec = 32;
    internal const int MaxFormatParameters = 64;
    internal const int MaxExtensions = 64;
    internal const int MaxCandidates = 256;
    internal const int MaxFingerprints = 8;
    internal const int MaxRids = 16;
    internal const int MaxSsrcs = 256;
    internal const int MaxSsrcGroups = 256;
}
