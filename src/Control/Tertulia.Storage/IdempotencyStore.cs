namespace Tertulia.Storage;

/// <param name="Fingerprint">Hash of what was asked, so that a key used for something else is noticed.</param>
/// <param name="Status">HTTP status of the answer; null while the first request is still being answered.</param>
/// <param name="SealedBody">The answer, readable only with the credential that asked.</param>
public sealed record IdempotencyRecord(string Fingerprint, DateTimeOffset CreatedAt, int? Status, string? ContentType, string? SealedBody);

/// <summary>Answers to requests with an <c>Idempotency-Key</c>, by credential (<c>scope</c>) and key.</summary>
public sealed class IdempotencyStore(Database database)
{
    /// <summary>
    /// Claims a key: null if the caller is the first and must now answer and <see cref="CompleteAsync"/>, else what is known of the
    /// first. A claim that was never completed (the server died) may be taken over once it is older than <paramref name="staleAfter"/>.
    /// </summary>
    public Task<IdempotencyRecord?> ClaimAsync(
        string scope, string key, string fingerprint, DateTimeOffset now, TimeSpan staleAfter, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var claimed = await session.ExecuteAsync(
                    "INSERT INTO idempotency (scope, key, fingerprint, created_at) VALUES (@scope, @key, @fingerprint, @now) " +
                    "ON CONFLICT (scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, created_at = excluded.created_at " +
                    "WHERE idempotency.status IS NULL AND idempotency.created_at <= @stale",
                    new { scope, key, fingerprint, now = Timestamps.ToStored(now), stale = Timestamps.ToStored(now - staleAfter) });
                if (claimed == 1) return null;
                var row = await session.QueryFirstAsync<Row>(
                    "SELECT fingerprint, created_at, status, content_type, sealed_body FROM idempotency WHERE scope = @scope AND key = @key",
                    new { scope, key });
                return row!.ToRecord();
            },
            cancellation);

    public Task CompleteAsync(
        string scope, string key, int status, string? contentType, string sealedBody, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "UPDATE idempotency SET status = @status, content_type = @contentType, sealed_body = @sealedBody WHERE scope = @scope AND key = @key",
            new { scope, key, status = (long)status, contentType, sealedBody },
            cancellation);

    /// <summary>Gives a claim back after a failure that a retry may cure.</summary>
    public Task ReleaseAsync(string scope, string key, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "DELETE FROM idempotency WHERE scope = @scope AND key = @key AND status IS NULL", new { scope, key }, cancellation);

    public Task<int> DeleteOlderThanAsync(DateTimeOffset before, CancellationToken cancellation = default) =>
        database.ExecuteAsync("DELETE FROM idempotency WHERE created_at < @before", new { before = Timestamps.ToStored(before) }, cancellation);

    private sealed class Row
    {
        public string Fingerprint { get; init; } = "";
        public long CreatedAt { get; init; }
        public long? Status { get; init; }
        public string? ContentType { get; init; }
        public string? SealedBody { get; init; }

        public IdempotencyRecord ToRecord() => new(Fingerprint, Timestamps.FromStored(CreatedAt), (int?)Status, ContentType, SealedBody);
    }
}
