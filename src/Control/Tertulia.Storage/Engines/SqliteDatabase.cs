using Microsoft.Data.Sqlite;

namespace Tertulia.Storage.Engines;

/// <summary>
/// SQLite in WAL mode: many readers beside one writer (<see cref="SqliteWriter"/>). <c>synchronous=FULL</c> syncs the log at every
/// commit, so what was acknowledged outlives kill -9 and power loss.
/// </summary>
internal sealed class SqliteDatabase : Database
{
    private readonly string _file;
    private readonly string _readers;
    private SqliteWriter? _writer;

    public SqliteDatabase(string file)
    {
        SqliteLibrary.EnsureLoaded();
        _file = Path.GetFullPath(file);
        _readers = new SqliteConnectionStringBuilder { DataSource = _file, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 10 }.ToString();
    }

    public override string EngineName => "SQLite";

    public override bool IsShared => false;

    internal override string IdentityColumn => "INTEGER PRIMARY KEY AUTOINCREMENT";

    internal override Task StartAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        CreatePrivateFile();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _file, Pooling = false, DefaultTimeout = 10 }.ToString());
        try
        {
            connection.Open();
            using var pragmas = connection.CreateCommand();
            pragmas.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000; PRAGMA foreign_keys=ON;";
            pragmas.ExecuteNonQuery();
        }
        catch
        {
            connection.Dispose();
            throw;
        }
        _writer = new SqliteWriter(connection);
        return Task.CompletedTask;
    }

    public override async Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> query, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        await using var connection = new SqliteConnection(_readers);
        connection.Open();
        return await query(new DatabaseSession(connection, null));
    }

    public override Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancellation = default) =>
        (_writer ?? throw new InvalidOperationException("The database is not started.")).RunAsync(work, cancellation);

    internal override Task LockMigrationsAsync(DatabaseSession session) => Task.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        // The writer last: the last connection folds the log into the database file, which readers may not.
        using (var pool = new SqliteConnection(_readers)) SqliteConnection.ClearPool(pool);
        if (_writer is not null) await _writer.DisposeAsync();
    }

    // Meetings and chat are nobody else's business on a shared machine; SQLite gives its log files the mode of this one.
    private void CreatePrivateFile()
    {
        if (OperatingSystem.IsWindows() || File.Exists(_file)) return;
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var file = new FileStream(_file, options);
    }
}
