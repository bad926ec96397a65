namespace Tertulia.Storage;

/// <summary>One-time sign-in codes and the browser sessions they open; both are known by their SHA-256 only.</summary>
public sealed class SigninStore(Database database)
{
    public Task InsertCodeAsync(string hash, string accountId, DateTimeOffset expiresAt, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "INSERT INTO signin_codes (hash, account_id, expires_at) VALUES (@hash, @accountId, @expiresAt)",
            new { hash, accountId, expiresAt = Timestamps.ToStored(expiresAt) },
            cancellation);

    /// <summary>Uses a code up: the account it signs in to, or null if it is unknown, expired or used.</summary>
    public Task<string?> RedeemCodeAsync(string hash, DateTimeOffset now, CancellationToken cancellation = default) =>
        database.WriteAsync(
            session => session.QueryFirstAsync<string>(
                "DELETE FROM signin_codes WHERE hash = @hash AND expires_at > @now RETURNING account_id", new { hash, now = Timestamps.ToStored(now) }),
            cancellation);

    public Task InsertSessionAsync(
        string hash, string accountId, DateTimeOffset createdAt, DateTimeOffset expiresAt, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "INSERT INTO sessions (hash, account_id, created_at, expires_at) VALUES (@hash, @accountId, @createdAt, @expiresAt)",
            new { hash, accountId, createdAt = Timestamps.ToStored(createdAt), expiresAt = Timestamps.ToStored(expiresAt) },
            cancellation);

    public Task<string?> FindSessionAccountAsync(string hash, DateTimeOffset now, CancellationToken cancellation = default) =>
        database.ReadAsync(
            session => session.QueryFirstAsync<string>(
                "SELECT account_id FROM sessions WHERE hash = @hash AND expires_at > @now", new { hash, now = Timestamps.ToStored(now) }),
            cancellation);

    public Task DeleteSessionAsync(string hash, CancellationToken cancellation = default) =>
        database.ExecuteAsync("DELETE FROM sessions WHERE hash = @hash", new { hash }, cancellation);

    public Task DeleteExpiredAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var parameters = new { now = Timestamps.ToStored(now) };
                await session.ExecuteAsync("DELETE FROM signin_codes WHERE expires_at <= @now", parameters);
                return await session.ExecuteAsync("DELETE FROM sessions WHERE expires_at <= @now", parameters);
            },
            cancellation);
}
