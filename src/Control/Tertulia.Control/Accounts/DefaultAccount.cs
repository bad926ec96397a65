using Tertulia.Storage;

namespace Tertulia.Control.Accounts;

/// <summary>
/// The account of whoever runs this server, and the key printed at every start. That key is the one secret that is kept readable, in a
/// file of the data directory that only the server's user may read: its owner is the operator, who could read the data anyway.
/// </summary>
public sealed class DefaultAccount(AccountStore accounts, ApiKeyStore keyStore, ApiKeys keys, TimeProvider time)
{
    public const string Id = "acc_default";
    public const string KeyFileName = "api-key";

    /// <summary>Makes sure that the account and its key exist, and returns the key to print.</summary>
    /// <param name="dataDirectory">Where the key that was made is kept.</param>
    /// <param name="presetKey">A key that the operator chose, or null.</param>
    /// <param name="plan">The account's plan from now on.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<string> EnsureAsync(
        string dataDirectory, string? presetKey, string plan = Plan.Unlimited, CancellationToken cancellation = default)
    {
        await accounts.InsertAsync(new AccountRecord(Id, "Default", plan, time.GetUtcNow()), cancellation);
        await accounts.SetPlanAsync(Id, plan, cancellation);
        return presetKey is not null ? await PresetAsync(presetKey, cancellation) : await KeepAsync(Path.Combine(dataDirectory, KeyFileName), cancellation);
    }

    // The configuration is the truth: a preset key that was taken out of it, or replaced, is no longer valid.
    private async Task<string> PresetAsync(string presetKey, CancellationToken cancellation)
    {
        var hash = Secrets.Hash(presetKey);
        await keyStore.RevokeOtherPresetsAsync(hash, time.GetUtcNow(), cancellation);
        var known = await keyStore.FindByHashAsync(hash, cancellation);
        if (known is null) await keys.AddAsync(Id, "Preset key", "preset", presetKey, cancellation);
        else if (known.RevokedAt is not null) await keyStore.ReinstateAsync(hash, cancellation);
        return presetKey;
    }

    // File first, database second: whatever a crash leaves behind, the next start completes it.
    private async Task<string> KeepAsync(string file, CancellationToken cancellation)
    {
        await keyStore.RevokeOtherPresetsAsync("", time.GetUtcNow(), cancellation);
        if (File.Exists(file))
        {
            var kept = (await File.ReadAllTextAsync(file, cancellation)).Trim();
            var known = kept.Length == 0 ? null : await keyStore.FindByHashAsync(Secrets.Hash(kept), cancellation);
            if (known is { RevokedAt: null }) return kept;
            if (known is null && ApiKeys.IsAcceptablePreset(kept))
            {
                await keys.AddAsync(Id, "Default key", "default", kept, cancellation);
                return kept;
            }
        }
        var secret = Secrets.NewApiKey();
        await WritePrivateAsync(file, secret, cancellation);
        await keys.AddAsync(Id, "Default key", "default", secret, cancellation);
        return secret;
    }

    private static async Task WritePrivateAsync(string file, string secret, CancellationToken cancellation)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var temporary = file + ".new";
        await using (var stream = new FileStream(temporary, options))
        {
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(secret + "\n"), cancellation);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, file, overwrite: true);
    }
}
