using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tertulia.Storage;

namespace Tertulia.Objects;

public enum LinkState
{
    Valid,
    Expired,
    Forged,
}

/// <summary>
/// Links that need no key: a path of this server, until when it is good, and an HMAC-SHA256 of both. Further parameters may be
/// added to one; they are not signed, so they may only choose how something is shown.
/// </summary>
public sealed class SignedLinks
{
    private readonly byte[] _key;
    private readonly TimeProvider _time;

    private SignedLinks(byte[] key, TimeProvider time) => (_key, _time) = (key, time);

    public static async Task<SignedLinks> LoadAsync(SecretStore secrets, TimeProvider time, CancellationToken cancellation = default)
    {
        var fresh = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        return new(Convert.FromHexString(await secrets.EnsureAsync("signed-links", fresh, time.GetUtcNow(), cancellation)), time);
    }

    /// <summary>The path with its signature: to be put behind scheme and host.</summary>
    /// <param name="path">Begins with a slash, has no query.</param>
    public string Sign(string path, TimeSpan lifetime)
    {
        var expires = (_time.GetUtcNow() + lifetime).ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"{path}?expires={expires}&signature={SignatureOf(path, expires)}");
    }

    /// <param name="path">As it was signed.</param>
    public LinkState Verify(string path, string? expires, string? signature)
    {
        if (!long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var until) || signature is null) return LinkState.Forged;
        var expected = Encoding.ASCII.GetBytes(SignatureOf(path, until));
        if (!CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature))) return LinkState.Forged;
        return until >= _time.GetUtcNow().ToUnixTimeSeconds() ? LinkState.Valid : LinkState.Expired;
    }

    private string SignatureOf(string path, long expires) => Base64Url.EncodeToString(HMACSHA256.HashData(
        _key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{path}\n{expires}"))));
}
