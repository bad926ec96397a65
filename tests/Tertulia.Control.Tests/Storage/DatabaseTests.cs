using Tertulia.Storage;

namespace Tertulia.Control.Tests.Storage;

public sealed class DatabaseTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task A_failed_transaction_leaves_nothing_and_disturbs_nobody(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var meetings = new MeetingStore(test.Database);

        var failing = test.Database.WriteAsync<int>(async session =>
        {
            await session.ExecuteAsync("UPDATE accounts SET name = 'changed'");
            throw new InvalidOperationException("broken");
        });
        var others = Enumerable.Range(0, 9).Select(i => test.AddMeetingAsync($"mtg_00000000000{i}")).ToList();

        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        await Task.WhenAll(others);
        Assert.Equal("Ada's", (await new AccountStore(test.Database).FindAsync(TestDatabase.AccountId))!.Name);
        Assert.Equal(9, (await meetings.ListAsync(TestDatabase.AccountId, null, 100)).Items.Count);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_database_error_fails_its_own_write_only(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);

        var orphan = new ChatRecord("m1", "mtg_no_such", "p", "Ada", null, "text", TestDatabase.Noon, 0);
        var failing = new ChatStore(test.Database).AppendAsync(orphan);
        var good = test.AddMeetingAsync("mtg_000000000001");

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => failing);
        await good;
    }

    [Fact]
    public async Task Sqlite_syncs_every_commit_and_reads_beside_the_writer()
    {
        await using var test = await TestDatabase.CreateAsync(Engine.Sqlite);

        Assert.Equal(2, await test.Database.WriteAsync(session => session.QueryFirstAsync<long>("PRAGMA synchronous")));
        Assert.Equal("wal", await test.Database.ReadAsync(session => session.QueryFirstAsync<string>("PRAGMA journal_mode")));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() =>
            test.Database.ReadAsync(session => session.ExecuteAsync("DELETE FROM accounts")));
    }

    [Fact]
    public async Task Sqlite_is_the_systems_and_keeps_its_files_private()
    {
        await using var test = await TestDatabase.CreateAsync(Engine.Sqlite);
        var version = await test.Database.ReadAsync(session => session.QueryFirstAsync<string>("SELECT sqlite_version()"));

        Assert.True(Version.Parse(version!) >= new Version(3, 37), version);
        if (OperatingSystem.IsWindows()) return;
        foreach (var file in Directory.GetFiles(test.Folder))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task An_orderly_end_folds_the_log_into_the_file()
    {
        await using var test = await TestDatabase.CreateAsync(Engine.Sqlite);
        await test.Database.ReadAsync(session => session.QueryFirstAsync<long>("SELECT 1"));
        await test.Database.DisposeAsync();

        Assert.Equal(["tertulia.db"], Directory.GetFiles(test.Folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=nowhere;Timeout=2", "127.0.0.1:1")]
    [InlineData("postgresql://user:s3cret@127.0.0.1:1/nowhere", "127.0.0.1:1")]
    [InlineData("Server=", "Host=")]
    [InlineData("Hostess=x;Colour=blue", "Host=")]
    public async Task What_cannot_be_opened_is_told_without_its_password(string connectionString, string expected)
    {
        var error = await Assert.ThrowsAsync<StorageException>(() => Database.OpenAsync(connectionString, Path.GetTempPath()));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_told_by_name()
    {
        var folder = Directory.CreateTempSubdirectory("tertulia-storage-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "tertulia.db"), new string('x', 4096));

        var error = await Assert.ThrowsAsync<StorageException>(() => Database.OpenAsync(null, folder));

        Assert.Contains("tertulia.db", error.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }
}
