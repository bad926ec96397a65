namespace Tertulia.Storage;

/// <param name="PrivateKey">Base64url. Kept in the database, so that tokens outlive a restart and every node of a cluster signs alike.</param>
public sealed record SigningKeyRecord(string Id, string Algorithm, string PrivateKey, DateTimeOffset CreatedAt);

public sealed class SigningKeyStore(Database database)
{
    /// <summary>All keys, the newest first: it signs, the others still verify.</summary>
    public Task<IReadOnlyList<SigningKeyRecord>> ListAsync(CancellationToken cancellation = default) =>
        database.ReadAsync<IReadOnlyList<SigningKeyRecord>>(
            async session =>
            {
                var rows = await session.QueryAsync<Row>(
                    "SELECT id, algorithm, private_key, created_at FROM signing_keys ORDER BY created_at DESC, id DESC");
                return [.. rows.Select(row => new SigningKeyRecord(row.Id, row.Algorithm, row.PrivateKey, Timestamps.FromStored(row.CreatedAt)))];
            },
            cancellation);

    public Task InsertAsync(SigningKeyRecord key, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "INSERT INTO signing_keys (id, algorithm, private_key, created_at) VALUES (@Id, @Algorithm, @PrivateKey, @createdAt)",
            new { key.Id, key.Algorithm, key.PrivateKey, createdAt = Timestamps.ToStored(key.CreatedAt) },
            cancellation);

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Algorithm { get; init; } = "";
        public string PrivateKey { get; init; } = "";
        public long CreatedAt { get; init; }
    }
}
