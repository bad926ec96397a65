namespace Tertulia.Rtc.Dtls;

public enum DtlsRole
{
    /// <summary>Waits for the ClientHello (<c>a=setup:passive</c>).</summary>
    Server,

    /// <summary>Sends the ClientHello (<c>a=setup:active</c>).</summary>
    Client,
}

public enum DtlsState
{
    New,
    Handshaking,

    /// <summary>The peer holds the signalled certificate and <see cref="DtlsTransport.Keys"/> are there.</summary>
    Connected,

    /// <summary>Final; <see cref="DtlsTransport.Failure"/> says why.</summary>
    Failed,

    /// <summary>Final; closed by <see cref="DtlsTransport.Close"/>, a close_notify or a fatal alert after the handshake.</summary>
    Closed,
}

public enum DtlsFailure
{
    /// <summary>The peer's certificate is none of those that were signalled (RFC 8122 section 6.2).</summary>
    FingerprintMismatch,

    /// <summary>The peer sent no certificate.</summary>
    NoCertificate,

    /// <summary>Peer and we have no SRTP protection profile in common (RFC 5764 section 4.1).</summary>
    NoSrtpProfile,

    /// <summary>The peer broke the handshake, or offers nothing that we accept.</summary>
    Protocol,

    /// <summary>The peer sent a fatal alert.</summary>
    Alert,

    /// <summary>Not finished <see cref="DtlsTransport.HandshakeTimeout"/> after it began.</summary>
    Timeout,
}
