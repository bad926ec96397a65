namespace Tertulia.Rtc.Srtp;

/// <summary>Why a packet was not accepted. Only <see cref="AuthenticationFailed"/> was paid for with cryptography.</summary>
public enum SrtpError
{
    None,

    /// <summary>No RTP or RTCP packet of version 2 with room for the authentication tag.</summary>
    Malformed,

    /// <summary>This packet index was already received (RFC 3711 section 3.3.2).</summary>
    Replayed,

    /// <summary>Older than the replay window, or before the first packet of its stream.</summary>
    TooOld,

    /// <summary>Wrong key, or changed on its way.</summary>
    AuthenticationFailed,

    /// <summary>An SRTCP packet with the E flag clear: both profiles require encryption (RFC 5764 section 4.1.2).</summary>
    NotEncrypted,

    /// <summary>The peer already uses <see cref="SrtpSession.MaxSources"/> SSRCs.</summary>
    TooManySources,

    /// <summary>The keys have served 2^48 RTP or 2^31 RTCP packets (RFC 3711 section 9.2).</summary>
    KeyExpired,
}
