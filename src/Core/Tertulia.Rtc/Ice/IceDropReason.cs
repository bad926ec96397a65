namespace Tertulia.Rtc.Ice;

/// <summary>Why an agent did not accept a STUN message; each is counted.</summary>
public enum IceDropReason
{
    /// <summary>Not a whole STUN message.</summary>
    Malformed,

    /// <summary>FINGERPRINT is missing or wrong.</summary>
    FingerprintMismatch,

    /// <summary>Another method than Binding.</summary>
    NotBinding,

    /// <summary>A Binding indication: a keep-alive that proves nothing.</summary>
    Indication,

    /// <summary>USERNAME or MESSAGE-INTEGRITY is missing; answered with 400.</summary>
    CredentialsMissing,

    /// <summary>The username fragment is not ours; answered with 401.</summary>
    UnknownUsername,

    /// <summary>Made with another password; answered with 401 when it was a request.</summary>
    IntegrityMismatch,

    /// <summary>Authenticated, but with a mandatory attribute that is not known here; answered with 420.</summary>
    UnknownAttribute,

    /// <summary>Authenticated, but the peer claims our role; answered with 487.</summary>
    RoleConflict,

    /// <summary>A response to nothing that was asked, or to something already answered.</summary>
    UnexpectedResponse,

    /// <summary>A response that came from elsewhere than where the request went (RFC 8445 section 7.2.5.2.1).</summary>
    NonSymmetricResponse,

    /// <summary>The peer answered a check of ours with an error.</summary>
    ErrorResponse,
}
