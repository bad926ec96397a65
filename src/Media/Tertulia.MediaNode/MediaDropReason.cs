namespace Tertulia.MediaNode;

/// <summary>Why a loop gave a datagram to no room; what rooms drop themselves has reasons of its own.</summary>
public enum MediaDropReason
{
    None,

    /// <summary>No byte in it.</summary>
    Empty,

    /// <summary>By its first byte neither STUN, DTLS, RTP nor RTCP (RFC 7983), or STUN that does not hold together.</summary>
    Garbage,

    /// <summary>It could be DTLS or media, but no check has proved that address.</summary>
    UnknownAddress,

    /// <summary>A connectivity check for no connection of this loop.</summary>
    UnknownUsername,

    /// <summary>A STUN request that is neither a check nor answerable.</summary>
    StunMalformed,

    /// <summary>STUN, but another method than Binding.</summary>
    StunNotBinding,

    /// <summary>Too many questions to the plain STUN server.</summary>
    StunRateLimited,

    /// <summary>It threw; the connection was closed.</summary>
    Fault,
}
