namespace Tertulia.Control.Accounts.Tokens;

/// <summary>Why a token was refused. Only <see cref="Expired"/> and <see cref="NotYetValid"/> come with a good signature.</summary>
public enum TokenError
{
    None,

    /// <summary>No compact JWS of two JSON objects and a signature.</summary>
    Malformed,

    /// <summary>Longer than <see cref="JsonWebToken.MaxLength"/>.</summary>
    TooLong,

    /// <summary>The header's <c>typ</c> is not <c>JWT</c>.</summary>
    WrongType,

    /// <summary>The header's <c>alg</c> is neither <c>Ed25519</c> nor <c>EdDSA</c>, or an extension is critical.</summary>
    UnsupportedAlgorithm,

    /// <summary>The header's <c>kid</c> is none of the given keys.</summary>
    UnknownKey,

    BadSignature,

    Expired,

    NotYetValid,

    /// <summary>Signed, but <c>exp</c> is missing or the claims are not those expected.</summary>
    InvalidClaims,
}
