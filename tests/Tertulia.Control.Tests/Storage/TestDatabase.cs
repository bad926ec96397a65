using Tertulia.Contracts;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Storage;

/// <summary>A new database with one account, for one test.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    public const string AccountId = "acc_1";

    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-storage-").FullName;

    private TestDatabase()
    {
    }

    public static DateTimeOffset Noon { get; } = new(2026, 5, 17, 12, 0, 0, TimeSpan.Zero);

    /// <summary>As the server is given it; null is the SQLite file of <see cref="Folder"/>.</summary>
    public string? ConnectionString { get; private init; }

    public string Folder => _folder;

    public Database Database { get; private set; } = null!;

    public static async Task<TestDatabase> CreateAsync(Engine engine)
    {
        var test = await CreateEmptyAsync(engine);
        test.Database = await Database.OpenAsync(test.ConnectionString, test._folder);
        await new AccountStore(test.Database).InsertAsync(new AccountRecord(AccountId, "Ada's", "free", Noon));
        return test;
    }

    public static async Task<TestDatabase> CreateEmptyAsync(Engine engine) =>
        new() { ConnectionString = engine == Engine.Postgres ? await PostgresServer.CreateDatabaseAsync() : null };

    /// <summary>As a second server, or this one after a restart.</summary>
    public async Task ReopenAsync()
    {
        await Database.DisposeAsync();
        Database = await Database.OpenAsync(ConnectionString, _folder);
    }

    public async Task<MeetingRecord> AddMeetingAsync(string id, DateTimeOffset? createdAt = null, string accountId = AccountId)
    {
        var meeting = new MeetingRecord(id, accountId, "Tertulia", new MeetingSettings(), 50, createdAt ?? Noon);
        Assert.True(await new MeetingStore(Database).InsertAsync(meeting));
        return meeting;
    }

    public async ValueTask DisposeAsync()
    {
        if (Database is not null) await Database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
