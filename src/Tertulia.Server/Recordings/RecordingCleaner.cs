using Tertulia.Objects;
using Tertulia.Server.Hosting;
using Tertulia.Storage;

namespace Tertulia.Server.Recordings;

/// <summary>
/// What is deleted is deleted with its log: when files have been deleted, by their plan's retention or with their meeting, so is what they
/// were made of. Logs that belong to no recording go too.
/// </summary>
internal sealed partial class RecordingCleaner(
    RecordingStore store, ObjectStore objects, RecordingFolders folders, TimeProvider time, ILogger<RecordingCleaner> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(10);

    /// <summary>Returns how many recordings were deleted.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellation = default)
    {
        var deleted = 0;
        foreach (var recording in await store.ListStoppedAsync(Housekeeping.Node, cancellation))
        {
            if (!await IsGoneAsync(recording, cancellation)) continue;
            folders.Delete(recording.Id);
            await store.DeleteAsync(recording.Id, cancellation);
            deleted++;
        }

        foreach (var id in folders.Ids())
        {
            if (await store.FindAsync(id, cancellation) is null) folders.Delete(id);
        }

        return deleted;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await SweepAsync(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    LogFailure(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>It had files, and none of them is there any more.</summary>
    private async Task<bool> IsGoneAsync(RecordingRecord recording, CancellationToken cancellation)
    {
        var any = false;
        foreach (var rendition in await store.RenditionsAsync(recording.Id, cancellation))
        {
            if (rendition.State != RecordingProgress.Ready || await objects.FindAsync(rendition.ObjectKey, cancellation) is not null) return false;
            any = true;
        }

        return any;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deleted recordings could not be cleaned up, and will be tried again")]
    private partial void LogFailure(Exception exception);
}
