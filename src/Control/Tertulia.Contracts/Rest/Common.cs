namespace Tertulia.Contracts.Rest;

/// <summary>One page of a list. <see cref="NextCursor"/> is absent on the last page; pass it back as <c>?cursor=</c>.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor = null);

/// <summary>An error as RFC 9457 has it, with a stable <see cref="Code"/> for programs and, for a bad value, the <see cref="Field"/>.</summary>
public sealed record Problem(string Type, string Title, int Status, string Code, string? Detail = null, string? Field = null)
{
    public const string ContentType = "application/problem+json";
}

/// <summary>Body of <c>/health/live</c> and <c>/health/ready</c>: <c>ok</c>, or what is not.</summary>
public sealed record HealthView(string Status, IReadOnlyDictionary<string, string>? Checks = null);

/// <summary>A JSON Web Key of an Ed25519 public key (RFC 8037).</summary>
public sealed record JsonWebKey(string Kty, string Crv, string X, string Kid, string Use, string Alg);

public sealed record JsonWebKeySet(IReadOnlyList<JsonWebKey> Keys);
