using Microsoft.Extensions.Logging;
using Tertulia.Storage;

namespace Tertulia.Objects;

/// <summary>
/// Brings files into the bucket and deletes them, one after the other, as often as it takes. What is to be done stands in the database: a
/// crash, or an outage of the bucket, delays it and loses nothing.
/// </summary>
public sealed partial class ObjectWorker(ObjectStore store, ObjectIndex index, TimeProvider time, ILogger<ObjectWorker> logger)
{
    private const int Batch = 16;
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(5);

    /// <summary>Works until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (store.Bucket is not null) await TryAsync(() => index.QueueLocalAsync(store.Node, time.GetUtcNow(), cancellation), cancellation);
        while (!cancellation.IsCancellationRequested)
        {
            await TryAsync(() => WorkAsync(cancellation), cancellation);
            await WaitAsync(cancellation);
        }
    }

    /// <summary>Does everything that is due now; what fails is put off.</summary>
    internal async Task WorkAsync(CancellationToken cancellation)
    {
        while (await index.DueAsync(store.Node, time.GetUtcNow(), Batch, cancellation) is { Count: > 0 } due)
        {
            foreach (var record in due) await WorkAsync(record, cancellation);
        }
    }

    private async Task WorkAsync(ObjectRecord record, CancellationToken cancellation)
    {
        try
        {
            if (record.State == ObjectStates.Deleting) await DeleteAsync(record, cancellation);
            else await UploadAsync(record, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            var pause = PauseAfter(record.Attempts);
            LogFailure(e, record.State, record.Key, pause);
            await index.PostponeAsync(record.Key, time.GetUtcNow() + pause, e.Message, cancellation);
        }
    }

    private async Task UploadAsync(ObjectRecord record, CancellationToken cancellation)
    {
        if (store.Bucket is not { } bucket) throw new InvalidOperationException("No bucket is configured any more.");
        await using (var file = store.Folder.Open(record.Key) ?? throw new FileNotFoundException("The file to upload is not there."))
        {
            await new S3Upload(bucket, index, record).RunAsync(file, cancellation);
        }
        // Deleted by its owner meanwhile: that is the next piece of work, and takes both copies along.
        if (!await index.MarkStoredAsync(record.Key, CancellationToken.None)) return;
        store.Folder.Delete(record.Key);
        LogUploaded(record.Key, record.Size);
    }

    private async Task DeleteAsync(ObjectRecord record, CancellationToken cancellation)
    {
        // In which of both places it is does not matter: it shall be in neither.
        if (store.Bucket is not null) await store.Bucket.DeleteAsync(record, cancellation);
        store.Folder.Delete(record.Key);
        await index.RemoveAsync(record.Key, CancellationToken.None);
    }

    /// <summary>1, 2, 4 … seconds, with some chance in it so that many do not come back at once.</summary>
    private static TimeSpan PauseAfter(int attempts)
    {
        var seconds = Math.Min(s_longestPause.TotalSeconds, Math.Pow(2, Math.Min(attempts, 20)));
        return TimeSpan.FromSeconds(seconds * (0.75 + Random.Shared.NextDouble() / 2));
    }

    private async Task WaitAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await Task.WhenAny(store.Work.WaitToReadAsync(either.Token).AsTask(), Task.Delay(s_look, time, either.Token));
            store.Work.TryRead(out _);
        }
        finally
        {
            await either.CancelAsync();
        }
    }

    private async Task TryAsync(Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogBroken(e);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{State} file {Key}: the work on it failed, next attempt in {Pause}")]
    private partial void LogFailure(Exception exception, string state, string key, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Key} ({Size} bytes) is in the bucket")]
    private partial void LogUploaded(string key, long size);

    [LoggerMessage(Level = LogLevel.Error, Message = "The list of files to upload and to delete cannot be read")]
    private partial void LogBroken(Exception exception);
}
