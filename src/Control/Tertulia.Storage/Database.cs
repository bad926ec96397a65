using Tertulia.Storage.Engines;
using Tertulia.Storage.Migrations;

namespace Tertulia.Storage;

/// <summary>
/// The one door to the data: plain SQL that SQLite and PostgreSQL both accept. A write is on disk when its task completes.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    public abstract string EngineName { get; }

    /// <summary>Whether other servers may be using it at the same time.</summary>
    public abstract bool IsShared { get; }

    /// <summary>
    /// Opens the database and brings its schema up to date. <paramref name="connectionString"/> is a PostgreSQL connection string
    /// (<c>Host=…</c>) or URL (<c>postgresql://…</c>), <c>Data Source=FILE</c> for SQLite, or null for a file in the data directory.
    /// Throws <see cref="StorageException"/> with a message for the operator.
    /// </summary>
    public static async Task<Database> OpenAsync(string? connectionString, string dataDirectory, CancellationToken cancellation = default)
    {
        var target = DatabaseTarget.Parse(connectionString, dataDirectory);
        Database database = target.IsPostgres ? new PostgresDatabase(target.ConnectionString) : new SqliteDatabase(target.ConnectionString);
        try
        {
            await database.StartAsync(cancellation);
            await Migrator.MigrateAsync(database, Migration.Embedded(), cancellation);
            return database;
        }
        catch (Exception e)
        {
            await database.DisposeAsync();
            if (e is StorageException or OperationCanceledException) throw;
            throw new StorageException($"The {target.Description} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Queries outside a transaction. Sees everything acknowledged before.</summary>
    public abstract Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> query, CancellationToken cancellation = default);

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction of its own: all of it is durable when the task completes, or none of it happened.
    /// The work must await nothing but its session.
    /// </summary>
    public abstract Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancellation = default);

    public Task<int> ExecuteAsync(string sql, object? parameters = null, CancellationToken cancellation = default) =>
        WriteAsync(session => session.ExecuteAsync(sql, parameters), cancellation);

    public abstract ValueTask DisposeAsync();

    /// <summary>What stands for <c>{{identity}}</c> in migrations.</summary>
    internal abstract string IdentityColumn { get; }

    /// <summary>Keeps other servers from migrating at the same time; held until the transaction ends.</summary>
    internal abstract Task LockMigrationsAsync(DatabaseSession session);

    internal abstract Task StartAsync(CancellationToken cancellation);
}
