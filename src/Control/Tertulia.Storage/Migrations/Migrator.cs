namespace Tertulia.Storage.Migrations;

/// <summary>Brings a database up to the schema this server knows, one transaction per step, and refuses one that is ahead of it.</summary>
internal static class Migrator
{
    public static async Task MigrateAsync(Database database, IReadOnlyList<Migration> migrations, CancellationToken cancellation = default)
    {
        var known = migrations.Count == 0 ? 0 : migrations[^1].Version;
        await database.WriteAsync(async session =>
        {
            await database.LockMigrationsAsync(session);
            return await session.ExecuteAsync(
                "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)");
        }, cancellation);

        var found = await database.ReadAsync(CurrentVersionAsync, cancellation);
        if (found > known)
        {
            throw new StorageException(
                $"The database was written by a newer Tertulia: its schema is number {found}, this server knows up to {known}. " +
                "Start the newer version again, or restore a backup made before the upgrade.");
        }
        foreach (var migration in migrations.Where(m => m.Version > found))
        {
            await database.WriteAsync(session => ApplyAsync(database, session, migration), cancellation);
        }
    }

    private static async Task<bool> ApplyAsync(Database database, DatabaseSession session, Migration migration)
    {
        await database.LockMigrationsAsync(session);
        // Another server of the cluster may have been faster.
        if (await CurrentVersionAsync(session) >= migration.Version) return false;
        await session.ExecuteAsync(migration.Sql.Replace("{{identity}}", database.IdentityColumn, StringComparison.Ordinal));
        await session.ExecuteAsync(
            "INSERT INTO schema_version (version, name, applied_at) VALUES (@Version, @Name, @appliedAt)",
            new { migration.Version, migration.Name, appliedAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() });
        return true;
    }

    private static Task<long> CurrentVersionAsync(DatabaseSession session) =>
        session.QueryFirstAsync<long>("SELECT COALESCE(MAX(version), 0) FROM schema_version");
}
