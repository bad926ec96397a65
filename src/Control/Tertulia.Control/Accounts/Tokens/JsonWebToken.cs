using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tertulia.Control.Accounts.Tokens;

/// <summary>
/// JSON Web Tokens (RFC 7519) in compact form, signed with Ed25519 (RFC 8037, by the algorithm name of RFC 9864). There is
/// one algorithm and a fixed set of checks, so that nothing in a token can choose how it is verified (RFC 8725).
/// </summary>
public static class JsonWebToken
{
    /// <summary>Longest token accepted, in characters; it travels in a query string.</summary>
    public const int MaxLength = 4096;

    /// <summary>How far the clocks of two nodes may differ: applied to <c>nbf</c> and <c>iat</c>, never to <c>exp</c>.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Signs claims, which should have <c>exp</c> in seconds since 1970 (RFC 7519 section 4.1.4).</summary>
    public static string Create<T>(Ed25519Key key, T claims, JsonTypeInfo<T> type) =>
        Create(key, JsonSerializer.SerializeToUtf8Bytes(claims, type));

    /// <param name="key">A private key.</param>
    /// <param name="claims">A JSON object.</param>
    public static string Create(Ed25519Key key, ReadOnlySpan<byte> claims)
    {
        var header = Encoding.ASCII.GetBytes($$"""{"alg":"Ed25519","typ":"JWT","kid":"{{key.KeyId}}"}""");
        var signed = $"{Base64Url.Encode(header)}.{Base64Url.Encode(claims)}";
        return $"{signed}.{Base64Url.Encode(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Checks a token that anyone may have sent. Never throws on its account.</summary>
    /// <param name="token">The compact serialization.</param>
    /// <param name="keys">The keys that are trusted; the token's <c>kid</c> picks one.</param>
    /// <param name="now">The present time.</param>
    /// <param name="type">How to read the claims.</param>
    /// <param name="claims">The claims, if true is returned.</param>
    /// <param name="error">Why not, otherwise.</param>
    public static bool TryVerify<T>(
        string? token, IReadOnlyList<Ed25519Key> keys, DateTimeOffset now, JsonTypeInfo<T> type,
        [NotNullWhen(true)] out T? claims, out TokenError error)
    {
        claims = default;
        error = Authenticate(token, keys, out var payload);
        if (error != TokenError.None) return false;
        error = CheckTimes(payload, now);
        if (error != TokenError.None) return false;
        try
        {
            claims = JsonSerializer.Deserialize(payload, type);
        }
        catch (JsonException)
        {
            // Ours by signature, but of another kind or version.
        }

        error = claims is null ? TokenError.InvalidClaims : TokenError.None;
        return claims is not null;
    }

    private static TokenError Authenticate(string? token, IReadOnlyList<Ed25519Key> keys, out byte[] payload)
    {
        payload = [];
        if (string.IsNullOrEmpty(token)) return TokenError.Malformed;
        if (token.Length > MaxLength) return TokenError.TooLong;
        var first = token.IndexOf('.');
        var last = token.LastIndexOf('.');
        if (first < 0 || last == first || token.AsSpan(first + 1, last - first - 1).Contains('.')) return TokenError.Malformed;
        if (!Base64Url.TryDecode(token.AsSpan(0, first), out var header)
            || !Base64Url.TryDecode(token.AsSpan(first + 1, last - first - 1), out payload)
            || !Base64Url.TryDecode(token.AsSpan(last + 1), out var signature))
            return TokenError.Malformed;

        var key = default(Ed25519Key);
        TokenError error;
        try
        {
            error = CheckHeader(header, keys, out key);
        }
        catch (InvalidOperationException)
        {
            // A name or text that is no Unicode, such as half a surrogate pair.
            error = TokenError.Malformed;
        }

        if (error != TokenError.None) return error;
        return key!.Verify(Encoding.ASCII.GetBytes(token, 0, last), signature) ? TokenError.None : TokenError.BadSignature;
    }

    private static TokenError CheckHeader(byte[] header, IReadOnlyList<Ed25519Key> keys, out Ed25519Key? key)
    {
        key = null;
        using var document = Parse(header);
        if (document is null) return TokenError.Malformed;
        var members = document.RootElement;
        if (!string.Equals(GetText(members, "typ"), "JWT", StringComparison.OrdinalIgnoreCase)) return TokenError.WrongType;
        if (GetText(members, "alg") is not ("Ed25519" or "EdDSA")) return TokenError.UnsupportedAlgorithm;
        if (members.TryGetProperty("crit", out _)) return TokenError.UnsupportedAlgorithm;
        var keyId = GetText(members, "kid");
        for (var i = 0; i < keys.Count && key is null; i++)
            if (keys[i].KeyId == keyId) key = keys[i];
        return key is null ? TokenError.UnknownKey : TokenError.None;
    }

    private static TokenError CheckTimes(byte[] payload, DateTimeOffset now)
    {
        using var document = Parse(payload);
        if (document is null) return TokenError.InvalidClaims;
        var members = document.RootElement;
        var seconds = now.ToUnixTimeMilliseconds() / 1000.0;
        if (!TryGetTime(members, "exp", out var expires) || expires is null) return TokenError.InvalidClaims;
        if (!TryGetTime(members, "nbf", out var notBefore) || !TryGetTime(members, "iat", out var issuedAt)) return TokenError.InvalidClaims;
        if (seconds >= expires) return TokenError.Expired;
        var latest = seconds + ClockSkew.TotalSeconds;
        return notBefore > latest || issuedAt > latest ? TokenError.NotYetValid : TokenError.None;
    }

    /// <summary>A JSON object in which no name occurs twice, or null.</summary>
    private static JsonDocument? Parse(byte[] json)
    {
        try
        {
            var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or not Unicode.
        }

        return null;
    }

    private static string? GetText(JsonElement members, string name) =>
        members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A NumericDate (RFC 7519 section 2), null if absent; false if it is something else.</summary>
    private static bool TryGetTime(JsonElement members, string name, out double? seconds)
    {
        seconds = null;
        if (!members.TryGetProperty(name, out var value)) return true;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number) || !double.IsFinite(number)) return false;
        seconds = number;
        return true;
    }
}
