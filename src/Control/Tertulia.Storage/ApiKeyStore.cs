namespace Tertulia.Storage;

/// <param name="Origin">How it came to be: <c>api</c>, <c>default</c> (made at first start) or <c>preset</c> (from configuration).</param>
/// <param name="Hash">SHA-256 of the key in lower-case hex. The key itself is nowhere.</param>
/// <param name="Prefix">Its first characters, so that its owner recognises it in a list.</param>
public sealed record ApiKeyRecord(
    string Id,
    string AccountId,
    string Name,
    string Origin,
    string Hash,
    string Prefix,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt = null,
    DateTimeOffset? RevokedAt = null);

public sealed class ApiKeyStore(Database database)
{
    private const string Columns = "id, account_id, name, origin, hash, prefix, created_at, last_used_at, revoked_at";

    /// <summary>Stores a key; false if the same key is there already, revoked or not.</summary>
    public async Task<bool> InsertAsync(ApiKeyRecord key, CancellationToken cancellation = default) =>
        await database.ExecuteAsync(
            $"INSERT INTO api_keys ({Columns}) VALUES (@Id, @AccountId, @Name, @Origin, @Hash, @Prefix, @createdAt, NULL, NULL) ON CONFLICT (hash) DO NOTHING",
            new { key.Id, key.AccountId, key.Name, key.Origin, key.Hash, key.Prefix, createdAt = Timestamps.ToStored(key.CreatedAt) },
            cancellation) == 1;

    /// <summary>The key with this hash, also if it was revoked.</summary>
    public Task<ApiKeyRecord?> FindByHashAsync(string hash, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session => (await session.QueryFirstAsync<Row>($"SELECT {Columns} FROM api_keys WHERE hash = @hash", new { hash }))?.ToRecord(),
            cancellation);

    public Task<ApiKeyRecord?> FindAsync(string accountId, string id, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session => (await session.QueryFirstAsync<Row>(
                $"SELECT {Columns} FROM api_keys WHERE account_id = @accountId AND id = @id", new { accountId, id }))?.ToRecord(),
            cancellation);

    /// <summary>An account's keys, the oldest first, revoked ones included.</summary>
    public Task<Slice<ApiKeyRecord>> ListAsync(string accountId, Cursor? after, int limit, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session =>
            {
                var rows = await session.QueryAsync<Row>(
                    $"SELECT {Columns} FROM api_keys WHERE account_id = @accountId " +
                    (after is null ? "" : "AND (created_at > @key OR (created_at = @key AND id > @id)) ") +
                    "ORDER BY created_at, id LIMIT @rows",
                    new { accountId, key = after?.Key ?? 0, id = after?.Id ?? "", rows = limit + 1L });
                return Slice<ApiKeyRecord>.Of(
                    [.. rows.Select(row => row.ToRecord())], limit, key => new Cursor(Timestamps.ToStored(key.CreatedAt), key.Id));
            },
            cancellation);

    /// <summary>Revokes a key; true for the one call that did it.</summary>
    public async Task<bool> RevokeAsync(string accountId, string id, DateTimeOffset at, CancellationToken cancellation = default) =>
        await database.ExecuteAsync(
            "UPDATE api_keys SET revoked_at = @at WHERE account_id = @accountId AND id = @id AND revoked_at IS NULL",
            new { accountId, id, at = Timestamps.ToStored(at) },
            cancellation) == 1;

    /// <summary>Revokes what configuration preset before, except the key that it presets now.</summary>
    public Task<int> RevokeOtherPresetsAsync(string hash, DateTimeOffset at, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "UPDATE api_keys SET revoked_at = @at WHERE origin = 'preset' AND revoked_at IS NULL AND hash <> @hash",
            new { hash, at = Timestamps.ToStored(at) },
            cancellation);

    /// <summary>Makes a revoked preset key valid again: its operator put it back into the configuration.</summary>
    public Task ReinstateAsync(string hash, CancellationToken cancellation = default) =>
        database.ExecuteAsync("UPDATE api_keys SET revoked_at = NULL WHERE hash = @hash", new { hash }, cancellation);

    public Task TouchAsync(string id, DateTimeOffset at, CancellationToken cancellation = default) =>
        database.ExecuteAsync("UPDATE api_keys SET last_used_at = @at WHERE id = @id", new { id, at = Timestamps.ToStored(at) }, cancellation);

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string AccountId { get; init; } = "";
        public string Name { get; init; } = "";
        public string Origin { get; init; } = "";
        public string Hash { get; init; } = "";
        public string Prefix { get; init; } = "";
        public long CreatedAt { get; init; }
        public long? LastUsedAt { get; init; }
        public long? RevokedAt { get; init; }

        public ApiKeyRecord ToRecord() => new(
            Id,
            AccountId,
            Name,
            Origin,
            Hash,
            Prefix,
            Timestamps.FromStored(CreatedAt),
            Timestamps.FromStored(LastUsedAt),
            Timestamps.FromStored(RevokedAt));
    }
}
