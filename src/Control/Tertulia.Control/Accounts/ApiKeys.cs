using Tertulia.Storage;

namespace Tertulia.Control.Accounts;

/// <param name="Secret">The key itself, which exists only here and with its owner.</param>
public sealed record IssuedApiKey(ApiKeyRecord Record, string Secret);

/// <summary>API keys: made, recognised, revoked.</summary>
public sealed class ApiKeys(ApiKeyStore store, TimeProvider time)
{
    private const int ShortestPreset = 16;
    private static readonly TimeSpan s_lastUsedPrecision = TimeSpan.FromMinutes(1);

    public async Task<IssuedApiKey> CreateAsync(string accountId, string name, CancellationToken cancellation = default)
    {
        var secret = Secrets.NewApiKey();
        return new(await AddAsync(accountId, name, "api", secret, cancellation), secret);
    }

    /// <summary>The valid key that this secret is, or null. Notes its use to the minute.</summary>
    public async Task<ApiKeyRecord?> AuthenticateAsync(string secret, CancellationToken cancellation = default)
    {
        if (secret.Length > 256) return null;
        var key = await store.FindByHashAsync(Secrets.Hash(secret), cancellation);
        if (key is null || key.RevokedAt is not null) return null;
        var now = time.GetUtcNow();
        if (key.LastUsedAt is null || now - key.LastUsedAt > s_lastUsedPrecision) await store.TouchAsync(key.Id, now, cancellation);
        return key;
    }

    /// <summary>A key that an operator may preset: 16 to 256 visible ASCII characters.</summary>
    public static bool IsAcceptablePreset(string key) =>
        key.Length is >= ShortestPreset and <= 256 && key.All(c => c is > ' ' and <= '~');

    internal async Task<ApiKeyRecord> AddAsync(
        string accountId, string name, string origin, string secret, CancellationToken cancellation = default)
    {
        var record = new ApiKeyRecord(
            Secrets.NewId("key_"), accountId, name, origin, Secrets.Hash(secret), PrefixOf(secret), Timestamps.Truncate(time.GetUtcNow()));
        await store.InsertAsync(record, cancellation);
        return record;
    }

    // Of a preset key, which may be short and memorable, only a quarter of the shortest is shown.
    private static string PrefixOf(string secret) =>
        secret.StartsWith(Secrets.ApiKeyPrefix, StringComparison.Ordinal) ? secret[..(Secrets.ApiKeyPrefix.Length + 6)] : secret[..4];
}
