using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Tertulia.Storage.Engines;

/// <summary>
/// The single writer: a thread that takes whatever waits, runs each piece of work in a savepoint of its own and commits them together.
/// So a busy server pays for one sync to disk per batch instead of one per write, and nobody is told "done" before it.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int LargestBatch = 256;

    private readonly SqliteConnection _connection;
    private readonly DatabaseSession _session;
    private readonly Channel<Job> _jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Job> _batch = [];

    public SqliteWriter(SqliteConnection connection)
    {
        _connection = connection;
        _session = new DatabaseSession(connection, null);
        new Thread(Run) { IsBackground = true, Name = "sqlite writer" }.Start();
    }

    public async Task<T> RunAsync<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancellation)
    {
        var job = new Job<T>(work);
        try
        {
            await _jobs.Writer.WriteAsync(job, cancellation);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteWriter));
        }
        return await job.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _jobs.Writer.TryComplete();
        await _stopped.Task;
        await _connection.DisposeAsync();
    }

    private void Run()
    {
        var reader = _jobs.Reader;
        while (reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            try
            {
                RunBatch(reader);
            }
            catch (Exception e)
            {
                // The commit failed, or the disk did: nothing of this batch is certain, so nobody is told that it was written.
                foreach (var job in _batch) job.Fail(e);
                RollBack();
            }
            _batch.Clear();
        }
        _stopped.SetResult();
    }

    private void RunBatch(ChannelReader<Job> reader)
    {
        Execute("BEGIN IMMEDIATE");
        while (_batch.Count < LargestBatch && reader.TryRead(out var job))
        {
            _batch.Add(job);
            Execute("SAVEPOINT job");
            if (job.TryRun(_session)) Execute("RELEASE job");
            else Execute("ROLLBACK TO job; RELEASE job");
        }
        Execute("COMMIT");
        foreach (var job in _batch) job.Complete();
    }

    private void RollBack()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // No transaction was open any more.
        }
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private abstract class Job
    {
        public abstract bool TryRun(DatabaseSession session);
        public abstract void Complete();
        public abstract void Fail(Exception e);
    }

    private sealed class Job<T>(Func<DatabaseSession, Task<T>> work) : Job
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;
        private Exception? _failure;

        public Task<T> Task => _completion.Task;

        // SQLite's asynchronous calls complete before they return, so this blocks nobody.
        public override bool TryRun(DatabaseSession session)
        {
            try
            {
                _result = work(session).GetAwaiter().GetResult();
                return true;
            }
            catch (Exception e)
            {
                _failure = e;
                return false;
            }
        }

        public override void Complete()
        {
            if (_failure is null) _completion.TrySetResult(_result);
            else _completion.TrySetException(_failure);
        }

        public override void Fail(Exception e) => _completion.TrySetException(e);
    }
}
