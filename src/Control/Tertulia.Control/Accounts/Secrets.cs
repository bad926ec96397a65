using System.Security.Cryptography;
using System.Text;

namespace Tertulia.Control.Accounts;

/// <summary>Random names and secrets. The secrets have so much entropy that a plain SHA-256 is a safe way to store them.</summary>
public static class Secrets
{
    public const string ApiKeyPrefix = "tertulia_sk_";

    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string LowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const string LowerHex = "0123456789abcdef";

    public static string NewApiKey() => ApiKeyPrefix + RandomNumberGenerator.GetString(Alphanumeric, 40);

    /// <summary>A sign-in code or session token.</summary>
    public static string NewToken() => RandomNumberGenerator.GetString(Alphanumeric, 43);

    /// <summary>48 random bits: who knows the id may join, if the meeting's access is "link".</summary>
    public static string NewMeetingId() => "mtg_" + RandomNumberGenerator.GetString(LowerHex, 12);

    /// <summary>Random from the first character: clients show the first six to tell participants apart.</summary>
    public static string NewPeerId() => RandomNumberGenerator.GetString(LowerAlphanumeric, 16);

    public static string NewId(string prefix) => prefix + RandomNumberGenerator.GetString(LowerAlphanumeric, 16);

    /// <summary>SHA-256 in lower-case hex: the only form in which a secret is stored.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
