using Tertulia.Control.Accounts;
using Tertulia.Objects;
using Tertulia.Storage;

namespace Tertulia.Server.Hosting;

/// <summary>Regular chores: the heartbeat that dates a crash, and throwing away what has expired.</summary>
internal sealed partial class Housekeeping(
    AttendanceStore attendance, SigninStore signins, IdempotencyStore idempotency, TranscriptRetention transcripts, RecordingRetention recordings,
    Erasure erasure, ObjectStore objects, DeliveryStore deliveries, RelayUsage relayed,
    TimeProvider time, ILogger<Housekeeping> logger) : BackgroundService
{
    public const string Node = "main";

    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_answersKept = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_deliveriesKept = TimeSpan.FromDays(30);
    private const int BeatsBetweenCleanings = 360;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_beat, time);
        var beats = 0;
        try
        {
            do
            {
                try
                {
                    await attendance.BeatAsync(Node, time.GetUtcNow(), stoppingToken);
                    await relayed.WriteAsync(stoppingToken);
                    if (beats++ % BeatsBetweenCleanings == 0) await CleanAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    LogFailure(e);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task CleanAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await signins.DeleteExpiredAsync(now, cancellation);
        await idempotency.DeleteOlderThanAsync(now - s_answersKept, cancellation);
        await transcripts.SweepAsync(cancellation);
        await deliveries.DeleteSettledAsync(now - s_deliveriesKept, cancellation);
        await erasure.SweepAsync(cancellation);
        if (await recordings.SweepAsync(cancellation) > 0) objects.Wake();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Housekeeping failed and will be tried again")]
    private partial void LogFailure(Exception exception);
}
