namespace Tertulia.Storage;

/// <summary>Secrets that a deployment makes for itself once; every server of a cluster finds the same.</summary>
public sealed class SecretStore(Database database)
{
    /// <summary>The secret of that name: the one that is there, else <paramref name="fresh"/>, which is kept.</summary>
    public Task<string> EnsureAsync(string name, string fresh, DateTimeOffset now, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    "INSERT INTO server_secrets (name, value, created_at) VALUES (@name, @fresh, @now) ON CONFLICT (name) DO NOTHING",
                    new { name, fresh, now = Timestamps.ToStored(now) });
                return (await session.QueryFirstAsync<string>("SELECT value FROM server_secrets WHERE name = @name", new { name }))!;
            },
            cancellation);
}
