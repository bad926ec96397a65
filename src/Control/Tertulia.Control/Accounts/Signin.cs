using Tertulia.Storage;

namespace Tertulia.Control.Accounts;

/// <param name="Secret">Part of a link, or the value of a cookie; stored as a hash only.</param>
public sealed record IssuedSecret(string Secret, DateTimeOffset ExpiresAt);

/// <summary>Signing in to the web app: a one-time code becomes a session. No API key ever reaches a page.</summary>
public sealed class Signin(SigninStore store, AccountStore accounts, TimeProvider time)
{
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan SessionLifetime = TimeSpan.FromDays(30);

    public async Task<IssuedSecret> CreateCodeAsync(string accountId, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        await store.DeleteExpiredAsync(now, cancellation);
        var code = new IssuedSecret(Secrets.NewToken(), now + CodeLifetime);
        await store.InsertCodeAsync(Secrets.Hash(code.Secret), accountId, code.ExpiresAt, cancellation);
        return code;
    }

    /// <summary>Trades a code for a session; null if the code is unknown, expired or already used.</summary>
    public async Task<IssuedSecret?> RedeemAsync(string code, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        if (await store.RedeemCodeAsync(Secrets.Hash(code), now, cancellation) is not { } accountId) return null;
        var session = new IssuedSecret(Secrets.NewToken(), now + SessionLifetime);
        await store.InsertSessionAsync(Secrets.Hash(session.Secret), accountId, now, session.ExpiresAt, cancellation);
        return session;
    }

    public async Task<AccountRecord?> FindAsync(string session, CancellationToken cancellation = default) =>
        await store.FindSessionAccountAsync(Secrets.Hash(session), time.GetUtcNow(), cancellation) is { } accountId
            ? await accounts.FindAsync(accountId, cancellation)
            : null;

    public Task SignOutAsync(string session, CancellationToken cancellation = default) =>
        store.DeleteSessionAsync(Secrets.Hash(session), cancellation);
}
