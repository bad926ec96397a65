using System.Collections.Concurrent;
using System.Threading.Channels;
using Tertulia.Contracts.Events;
using Tertulia.Contracts.Rest;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Accounts;
using Tertulia.Control.Events;
using Tertulia.Control.Meetings;
using Tertulia.Objects;
using Tertulia.Recording.Composition;
using Tertulia.Server.Hosting;
using Tertulia.Storage;

namespace Tertulia.Server.Recordings;

/// <summary>
/// Makes files of recordings, a few at a time, accounts in turn. The queue stands in the database: what a crash interrupts is made anew, and
/// a recording that was going on then is finished first.
/// </summary>
internal sealed partial class CompositionService(
    IServiceProvider provider,
    RecordingStore store,
    MeetingStore meetings,
    ObjectStore objects,
    MeetingEvents events,
    RecordingFolders folders,
    RecordingLinks links,
    TimeProvider time,
    ILogger<CompositionService> logger) : BackgroundService
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_betweenTellings = TimeSpan.FromSeconds(1);

    // Each keeps about two cores busy: decoders, canvas, encoder.
    private static readonly int s_atOnce = Math.Max(1, Environment.ProcessorCount / 2);

    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<string, double> _progress = new();
    private readonly ConcurrentDictionary<string, Task> _running = new();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _cancelling = new();
    private string? _lastAccount;

    public static RenditionRecord NewRendition(RecordingRecord recording, string layout, string? peerId, string state, DateTimeOffset now)
    {
        var id = Secrets.NewId("rnd_");
        // Until the recording stops there is one; each later one is another object.
        var name = state == RecordingProgress.Waiting ? layout : $"{layout}-{id}";
        var ending = RecordingLayouts.IsTrack(layout) ? "mkv" : "mp4";
        return new(id, recording.Id, layout, peerId, state, Reason: null, $"{recording.MeetingId}/{recording.Id}/{name}.{ending}", Size: 0, Attempts: 0, now, FinishedAt: null);
    }

    /// <summary>0 to 1; null for what is not being made.</summary>
    public double? ProgressOf(string renditionId) => _progress.TryGetValue(renditionId, out var progress) ? progress : null;

    /// <summary>Something was queued.</summary>
    public void Wake() => _work.Writer.TryWrite(true);

    /// <summary>Announces the file, so that its link is good before it is there.</summary>
    public Task AnnounceAsync(RecordingRecord recording, RenditionRecord rendition) => objects.AnnounceAsync(new(
        rendition.ObjectKey,
        recording.MeetingId,
        RecordingLayouts.IsTrack(rendition.Layout) ? "video/x-matroska" : rendition.Layout == RecordingLayouts.Audio ? "audio/mp4" : "video/mp4",
        $"{recording.MeetingId} {recording.StartedAt:yyyy-MM-dd HH-mm} {rendition.Layout}{Path.GetExtension(rendition.ObjectKey)}"));

    /// <summary>Waits until the file is there, or will not come, or <paramref name="patience"/> is over.</summary>
    public async Task<RenditionRecord> WaitAsync(string renditionId, TimeSpan patience, CancellationToken cancellation)
    {
        var until = time.GetUtcNow() + patience;
        while (true)
        {
            var rendition = (await store.FindRenditionAsync(renditionId, cancellation))!;
            if (rendition.State is RecordingProgress.Ready or RecordingProgress.Failed || time.GetUtcNow() >= until) return rendition;
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation);
        }
    }

    /// <summary>Stops making what is being made of a recording that is to be deleted.</summary>
    public async Task AbandonAsync(string recordingId)
    {
        foreach (var rendition in await store.RenditionsAsync(recordingId))
        {
            if (_cancelling.TryGetValue(rendition.Id, out var cancelling)) await cancelling.CancelAsync();
            if (_running.TryGetValue(rendition.Id, out var running)) await running;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TryAsync(() => RecoverAsync(stoppingToken));
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync(() => StartDueAsync(stoppingToken));
            await WaitForWorkAsync(stoppingToken);
        }

        await Task.WhenAll(_running.Values);
    }

    /// <summary>What a killed server left: open logs are as long as they are, half-made files are made anew.</summary>
    private async Task RecoverAsync(CancellationToken cancellation)
    {
        await store.RequeueAsync(Housekeeping.Node, cancellation);
        foreach (var recording in await store.ListOpenAsync(Housekeeping.Node, cancellation))
        {
            var duration = 0.0;
            try
            {
                duration = Math.Round(Composer.DurationOf(folders.LogOf(recording.Id)).TotalSeconds, 3);
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                LogEmpty(e, recording.Id);
            }

            LogRecovered(recording.Id, duration);
            await store.MarkStoppedAsync(recording.Id, recording.StartedAt + TimeSpan.FromSeconds(duration), duration, isWhole: false, cancellation);
        }
    }

    private async Task StartDueAsync(CancellationToken stoppingToken)
    {
        while (_running.Count < s_atOnce)
        {
            var queued = await store.QueuedAsync(Housekeeping.Node, stoppingToken);
            if (queued.Count == 0) return;
            var (rendition, recording) = await ChooseAsync(queued, stoppingToken);
            if (!await store.MarkComposingAsync(rendition.Id, stoppingToken)) continue;
            _lastAccount = recording.AccountId;
            _progress[rendition.Id] = 0;
            var cancelling = _cancelling[rendition.Id] = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var running = _running[rendition.Id] = Task.Run(() => ComposeAsync(recording, rendition, cancelling.Token), CancellationToken.None);
            _ = running.ContinueWith(_ => Done(rendition.Id), TaskScheduler.Default);
        }
    }

    private void Done(string renditionId)
    {
        _running.TryRemove(renditionId, out _);
        _progress.TryRemove(renditionId, out _);
        if (_cancelling.TryRemove(renditionId, out var cancelling)) cancelling.Dispose();
        Wake();
    }

    /// <summary>The longest waiting of another account than the last one's, if there is any.</summary>
    private async Task<(RenditionRecord, RecordingRecord)> ChooseAsync(IReadOnlyList<RenditionRecord> queued, CancellationToken cancellation)
    {
        (RenditionRecord, RecordingRecord)? first = null;
        foreach (var rendition in queued)
        {
            if (await store.FindAsync(rendition.RecordingId, cancellation) is not { } recording) continue;
            if (recording.AccountId != _lastAccount) return (rendition, recording);
            first ??= (rendition, recording);
        }

        return first!.Value;
    }

    private async Task ComposeAsync(RecordingRecord recording, RenditionRecord rendition, CancellationToken cancellation)
    {
        var meeting = (await meetings.FindAsync(recording.MeetingId, CancellationToken.None))!;
        try
        {
            await AnnounceAsync(recording, rendition);
            var work = folders.WorkOf(recording.Id, rendition.Id);
            var file = work + ".mp4";
            var told = DateTimeOffset.MinValue;
            var composer = new Composer(folders.LogOf(recording.Id), work, OptionsOf(rendition));
            var result = await composer.RunAsync(
                file,
                progress =>
                {
                    _progress[rendition.Id] = progress;
                    if (time.GetUtcNow() - told < s_betweenTellings) return;
                    told = time.GetUtcNow();
                    _ = TellAsync(recording, new(RecordingStates.Processing, recording.Id, recording.StartedAt, Progress: Math.Round(progress, 2)));
                },
                cancellation);
            if (!await objects.PutFileAsync(rendition.ObjectKey, file, CancellationToken.None)) return;
            await FinishAsync(meeting, recording, rendition, result);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The server stops, or the recording is deleted.
        }
        catch (Exception e)
        {
            await TryAsync(() => FailAsync(meeting, recording, rendition, e));
        }
    }

    private async Task FinishAsync(MeetingRecord meeting, RecordingRecord recording, RenditionRecord rendition, CompositionResult result)
    {
        var now = time.GetUtcNow();
        var duration = Math.Round(result.Duration.TotalSeconds, 3);
        await store.SetDurationAsync(recording.Id, duration, result.IsWhole);
        await store.MarkReadyAsync(rendition.Id, result.Size, now);
        var url = links.To(rendition.ObjectKey);
        await events.PublishAsync(new RecordingReady(
            RecordingService.MomentOf(meeting, now), recording.Id, url, links.ToTranscript(meeting, recording.StartedAt), links.ExpiresAt, duration, result.Size));
        LogReady(recording.Id, rendition.Layout, duration, result.Size);
        var message = new RecordingMessage(RecordingStates.Ready, recording.Id, recording.StartedAt);
        await TellAsync(recording, message, message with { RecordingUrl = url });
    }

    private async Task FailAsync(MeetingRecord meeting, RecordingRecord recording, RenditionRecord rendition, Exception fault)
    {
        LogFailure(fault, recording.Id);
        var reason = fault switch
        {
            InvalidDataException or FileNotFoundException or DirectoryNotFoundException => "Nothing was recorded.",
            MediaProcessException => fault.Message,
            DllNotFoundException => "libopus is not installed: recordings are composed by it.",
            IOException => $"The disk refused: {fault.Message}",
            _ => "Something went wrong; the server's log has the details.",
        };
        var now = time.GetUtcNow();
        await store.MarkFailedAsync(rendition.Id, reason, now);
        await objects.FailAsync(rendition.ObjectKey, reason);
        await events.PublishAsync(new RecordingFailed(RecordingService.MomentOf(meeting, now), recording.Id, reason));
        await TellAsync(recording, new(RecordingStates.Failed, recording.Id, recording.StartedAt, Reason: reason));
    }

    private async Task TellAsync(RecordingRecord recording, RecordingMessage message, RecordingMessage? forHosts = null)
    {
        if (provider.GetRequiredService<MeetingDirectory>().FindLive(recording.MeetingId) is { } live) await live.TellRecordingAsync(message, forHosts);
    }

    private static CompositionOptions OptionsOf(RenditionRecord rendition) => new(
        rendition.Layout switch
        {
            RecordingLayouts.Speaker => RecordingLayout.Speaker,
            RecordingLayouts.Single => RecordingLayout.Single,
            RecordingLayouts.Audio => RecordingLayout.Audio,
            RecordingLayouts.Track => RecordingLayout.Track,
            RecordingLayouts.Screen => RecordingLayout.Screen,
            _ => RecordingLayout.Grid,
        },
        rendition.PeerId);

    private async Task WaitForWorkAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(_work.Reader.WaitToReadAsync(either.Token).AsTask(), Task.Delay(s_look, time, either.Token));
        _work.Reader.TryRead(out _);
        await either.CancelAsync();
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
        catch (Exception e)
        {
            LogBroken(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Recording {Recording} ({Layout}) is ready: {Duration} s, {Size} bytes")]
    private partial void LogReady(string recording, string layout, double duration, long size);

    [LoggerMessage(Level = LogLevel.Error, Message = "Nothing could be made of recording {Recording}")]
    private partial void LogFailure(Exception exception, string recording);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Recording {Recording} was going on when the server ended; its {Duration} s are kept")]
    private partial void LogRecovered(string recording, double duration);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Recording {Recording} has nothing in its log")]
    private partial void LogEmpty(Exception exception, string recording);

    [LoggerMessage(Level = LogLevel.Error, Message = "The queue of recordings cannot be worked off")]
    private partial void LogBroken(Exception exception);
}
