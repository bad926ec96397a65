using Tertulia.Contracts.Events;
using Tertulia.Control.Events;
using Tertulia.Objects;
using Tertulia.Server.Api;
using Tertulia.Server.Hosting;
using Tertulia.Storage;

namespace Tertulia.Server.Captions;

/// <summary>
/// Tells that a transcript is ready: when its meeting has ended and the last words are written down. What a crash, or a full queue, left
/// untold is found in the database and told later; nothing is told twice.
/// </summary>
internal sealed partial class TranscriptAnnouncer(
    CaptionService captions, MeetingEvents events, MeetingStore meetings, TranscriptStore transcripts, SignedLinks links, PublicAddress address,
    TimeProvider clock, ILogger<TranscriptAnnouncer> logger) : BackgroundService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SweptBack = TimeSpan.FromDays(7);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = events.Subscribe();
        var sweeping = SweepRegularlyAsync(stoppingToken);
        await foreach (var happened in subscription.Events.ReadAllAsync(stoppingToken))
        {
            if (happened is MeetingEnded ended) _ = AnnounceWhenWrittenAsync(ended.MeetingId, stoppingToken);
        }

        await sweeping;
    }

    private async Task SweepRegularlyAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(BetweenSweeps, clock);
        var settled = clock.GetUtcNow(); // what ended before this server started has nobody else to tell it
        do
        {
            try
            {
                foreach (var meetingId in await transcripts.ListUnannouncedAsync(settled - SweptBack, settled, cancellation))
                    await TryAnnounceAsync(meetingId, cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogNotSwept(e);
            }

            settled = clock.GetUtcNow() - 2 * LongestWait;
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private async Task AnnounceWhenWrittenAsync(string meetingId, CancellationToken cancellation)
    {
        await captions.CompletionOf(meetingId).WaitAsync(LongestWait, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await TryAnnounceAsync(meetingId, cancellation);
    }

    private async Task TryAnnounceAsync(string meetingId, CancellationToken cancellation)
    {
        try
        {
            var lines = await transcripts.ListAsync(meetingId, cancellation);
            if (lines.Count == 0 || await meetings.FindAsync(meetingId, cancellation) is not { EndedAt: { } endedAt } meeting) return;
            var language = lines.GroupBy(line => line.Language).MaxBy(group => group.Count())!.Key;
            var ready = new TranscriptReady(
                TranscriptApi.MomentOf(meeting, clock.GetUtcNow()), lines.Count, language, TranscriptLinks.UrlOf(links, address, meetingId));
            await events.PublishOnceAsync(ready, endedAt, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotAnnounced(e, meetingId);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Meeting {MeetingId}: that its transcript is ready could not be told; it will be tried again")]
    private partial void LogNotAnnounced(Exception exception, string meetingId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Transcripts that nobody was told of could not be looked for; it will be tried again")]
    private partial void LogNotSwept(Exception exception);
}
