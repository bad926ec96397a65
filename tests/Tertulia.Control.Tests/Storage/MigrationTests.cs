using Tertulia.Storage;
using Tertulia.Storage.Migrations;

namespace Tertulia.Control.Tests.Storage;

public sealed class MigrationTests
{
    [Fact]
    public void Numbers_ascend_without_a_gap()
    {
        var versions = Migration.Embedded().Select(migration => migration.Version).ToList();

        Assert.NotEmpty(versions);
        Assert.Equal(Enumerable.Range(1, versions.Count), versions);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Several_servers_that_start_at_once_migrate_once(Engine engine)
    {
        await using var test = await TestDatabase.CreateEmptyAsync(engine);

        var opened = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Database.OpenAsync(test.ConnectionString, test.Folder))));

        var applied = await opened[0].ReadAsync(session => session.QueryFirstAsync<long>("SELECT COUNT(*) FROM schema_version"));
        Assert.Equal(Migration.Embedded().Count, applied);
        foreach (var database in opened) await database.DisposeAsync();
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_step_that_fails_is_undone_as_a_whole(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var next = Migration.Embedded().Count + 1;
        var broken = new Migration(next, "broken", "CREATE TABLE half (id TEXT); CREATE TABLE nonsense (;");

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Migrator.MigrateAsync(test.Database, [.. Migration.Embedded(), broken]));

        var good = broken with { Sql = "CREATE TABLE half (id TEXT)" };
        await Migrator.MigrateAsync(test.Database, [.. Migration.Embedded(), good]);
        Assert.Equal(next, await test.Database.ReadAsync(session => session.QueryFirstAsync<long>("SELECT MAX(version) FROM schema_version")));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_newer_schema_is_refused_and_left_alone(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await test.Database.ExecuteAsync("INSERT INTO schema_version (version, name, applied_at) VALUES (9999, 'future', 0)");

        var error = await Assert.ThrowsAsync<StorageException>(test.ReopenAsync);

        Assert.Contains("newer", error.Message, StringComparison.Ordinal);
        Assert.Contains("9999", error.Message, StringComparison.Ordinal);
    }
}
