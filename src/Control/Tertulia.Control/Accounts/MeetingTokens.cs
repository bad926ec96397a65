using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tertulia.Control.Accounts;

public enum MeetingTokenError
{
    None,

    /// <summary>Forged, damaged, or signed by somebody else.</summary>
    Invalid,
    Expired,
}

/// <param name="Claims">Set exactly if <see cref="Error"/> is <see cref="MeetingTokenError.None"/>.</param>
public readonly record struct MeetingTokenResult(MeetingTokenClaims? Claims, MeetingTokenError Error);

/// <summary>Issues and verifies the tokens that open <c>/ws/signaling</c>.</summary>
public sealed class MeetingTokens(TimeProvider time)
{
    /// <summary>How long a fresh token opens a connection.</summary>
    public static readonly TimeSpan JoinLifetime = TimeSpan.FromMinutes(5);

    // Stands in until the Ed25519 module is here; tokens of this do not outlive the process.
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public string Issue(MeetingTokenClaims claims)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(claims);
        return $"{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(HMACSHA256.HashData(_key, payload))}";
    }

    public MeetingTokenResult Verify(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 2 || !Base64Url.IsValid(parts[0]) || !Base64Url.IsValid(parts[1])) return new(null, MeetingTokenError.Invalid);
        var payload = Base64Url.DecodeFromChars(parts[0]);
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, payload), Base64Url.DecodeFromChars(parts[1])))
        {
            return new(null, MeetingTokenError.Invalid);
        }
        var claims = JsonSerializer.Deserialize<MeetingTokenClaims>(Encoding.UTF8.GetString(payload));
        return claims!.ExpiresAt > time.GetUtcNow() ? new(claims, MeetingTokenError.None) : new(null, MeetingTokenError.Expired);
    }
}
