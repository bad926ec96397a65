using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tertulia.Server.Api;

/// <summary>
/// Remembered answers hold tokens and new API keys, which must not lie readable in the database. So each is encrypted (AES-256-GCM) with
/// a key that only the credential that asked gives: the database has no more than that credential's hash.
/// </summary>
internal static class IdempotencySeal
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public static string Seal(byte[] body, string secret, string scope, string key)
    {
        var sealedBytes = new byte[NonceLength + body.Length + TagLength];
        var nonce = sealedBytes.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = Cipher(secret, scope, key);
        cipher.Encrypt(nonce, body, sealedBytes.AsSpan(NonceLength, body.Length), sealedBytes.AsSpan(NonceLength + body.Length));
        return Base64Url.EncodeToString(sealedBytes);
    }

    /// <summary>The body, or null if it was sealed with another credential.</summary>
    public static byte[]? Open(string text, string secret, string scope, string key)
    {
        if (!Base64Url.IsValid(text)) return null;
        var sealedBytes = Base64Url.DecodeFromChars(text);
        if (sealedBytes.Length < NonceLength + TagLength) return null;
        var body = new byte[sealedBytes.Length - NonceLength - TagLength];
        try
        {
            using var cipher = Cipher(secret, scope, key);
            cipher.Decrypt(sealedBytes.AsSpan(0, NonceLength), sealedBytes.AsSpan(NonceLength, body.Length), sealedBytes.AsSpan(NonceLength + body.Length), body);
            return body;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static AesGcm Cipher(string secret, string scope, string key) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes($"{secret}\n{key}"), 32, info: Encoding.UTF8.GetBytes($"idempotency {scope}")), TagLength);
}
