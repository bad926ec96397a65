using System.Collections.Concurrent;
using Tertulia.Contracts;
using Tertulia.Contracts.Events;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Accounts;
using Tertulia.Control.Events;
using Tertulia.Control.Meetings;
using Tertulia.Server.Hosting;
using Tertulia.Storage;

namespace Tertulia.Server.Recordings;

/// <summary>What came of asking for a recording.</summary>
internal enum RecordingOutcome
{
    Done,

    /// <summary>It went on, or did not, before.</summary>
    AsBefore,
    NoMeeting,
    NotInPlan,

    /// <summary>The log cannot be written; the server's log says why.</summary>
    NoDisk,
}

/// <summary>Starts and stops recordings: asked by the API, by hosts, by a meeting's settings, and by meetings that end.</summary>
internal sealed partial class RecordingService(
    IServiceProvider provider,
    MeetingStore meetings,
    RecordingStore store,
    AccountStore accounts,
    PlanCatalog plans,
    MeetingEvents events,
    MediaPlane media,
    RecordingFolders folders,
    CompositionService composition,
    TimeProvider time,
    ILogger<RecordingService> logger) : BackgroundService, IRecordingDesk
{
    // An empty meeting is not recorded for longer; somebody may have lost the line only.
    private static readonly TimeSpan s_emptyFor = TimeSpan.FromSeconds(60);

    // Who was in a meeting when the server ended comes back soon, or not at all.
    private static readonly TimeSpan s_takenUpWithin = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_longestOutage = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, LiveRecording> _live = new();
    private readonly Dictionary<string, string> _interrupted = [];
    private long _startedAt;
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _empty = new();
    private readonly SemaphoreSlim _turn = new(1);

    private MeetingDirectory Directory => provider.GetRequiredService<MeetingDirectory>();

    public LiveRecording? Find(string meetingId) => _live.GetValueOrDefault(meetingId);

    public async Task<string?> StartAsync(string meetingId, string by) => await StartAsync(meetingId, RecordingLayoutOf(null), by) switch
    {
        (RecordingOutcome.NotInPlan, _) => "The plan of this meeting's account does not include recording.",
        (RecordingOutcome.NoDisk, _) => "The server cannot write recordings at the moment.",
        (RecordingOutcome.NoMeeting, _) => "The meeting has ended.",
        _ => null,
    };

    public async Task<string?> StopAsync(string meetingId, string by)
    {
        await StopAsync(meetingId);
        return null;
    }

    public static string RecordingLayoutOf(string? layout) => layout ?? Contracts.Rest.RecordingLayouts.Grid;

    /// <param name="by">Display name of who asked; null: nobody in particular.</param>
    public async Task<(RecordingOutcome Outcome, RecordingRecord? Recording)> StartAsync(string meetingId, string layout, string? by)
    {
        await _turn.WaitAsync();
        try
        {
            if (_live.TryGetValue(meetingId, out var running)) return (RecordingOutcome.AsBefore, running.Record);
            if (await meetings.FindAsync(meetingId) is not { EndedAt: null } record) return (RecordingOutcome.NoMeeting, null);
            var account = await accounts.FindAsync(record.AccountId);
            if (account is null || !plans.Find(account.Plan).Recording) return (RecordingOutcome.NotInPlan, null);
            if (await Directory.GetAsync(meetingId) is not { } meeting) return (RecordingOutcome.NoMeeting, null);
            return await OpenAsync(record, meeting, layout, by);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Null if nothing was being recorded. What is made of it is on its way when this completes.</summary>
    public Task<RecordingRecord?> StopAsync(string meetingId) => StopAsync(meetingId, isForNow: false);

    /// <param name="isForNow">It is taken up again when the server is there again.</param>
    private async Task<RecordingRecord?> StopAsync(string meetingId, bool isForNow)
    {
        if (await TakeAsync(meetingId) is not { } live) return null;
        var now = Timestamps.Truncate(time.GetUtcNow());
        try
        {
            if (!isForNow) folders.NoteStopped(live.Record.Id);
            await live.StopAsync(now);
        }
        catch (Exception e)
        {
            // Whatever went wrong, what is in the log is worth a film.
            LogFailure(e, meetingId);
        }

        var duration = Math.Round((now - live.Record.StartedAt).TotalSeconds, 3);
        var stopped = live.Record with { State = RecordingProgress.Stopped, StoppedAt = now, Duration = duration };
        await store.MarkStoppedAsync(stopped.Id, now, duration, isWhole: true);
        await live.TellAsync(new RecordingMessage(RecordingStates.Processing, stopped.Id, stopped.StartedAt, Progress: 0));
        composition.Wake();
        return stopped;
    }

    /// <summary>One that is just being started is waited for: everybody was told of it before it is in the list.</summary>
    private async Task<LiveRecording?> TakeAsync(string meetingId)
    {
        await _turn.WaitAsync();
        try
        {
            return _live.TryRemove(meetingId, out var live) ? live : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The server stops: logs are closed, what is to be made of them is made after the next start.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var meetingId in _live.Keys) await StopAsync(meetingId, isForNow: true);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = events.Subscribe();
        await FindInterruptedAsync(stoppingToken);
        await foreach (var happened in subscription.Events.ReadAllAsync(stoppingToken))
        {
            try
            {
                await OnEventAsync(happened);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailure(e, happened.MeetingId);
            }
        }
    }

    private async Task<(RecordingOutcome, RecordingRecord?)> OpenAsync(MeetingRecord record, Meeting meeting, string layout, string? by)
    {
        var (clock, now) = (media.Node.Now, Timestamps.Truncate(time.GetUtcNow()));
        var recording = new RecordingRecord(
            Secrets.NewId("rec_"), record.Id, record.AccountId, Housekeeping.Node, RecordingProgress.Recording, now, StoppedAt: null, Duration: 0, IsWhole: true);
        if (await Directory.ObserveAsync(record.Id) is not { } observed) return (RecordingOutcome.NoMeeting, null);
        await store.InsertAsync(recording, CompositionService.NewRendition(recording, layout, null, RecordingProgress.Waiting, now));
        var live = new LiveRecording(recording, by, meeting, observed, logger);
        try
        {
            await live.StartAsync(folders.Recorder, clock, record, time);
            folders.NoteStarted(recording.Id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailure(e, record.Id);
            observed.Dispose();
            await store.DeleteAsync(recording.Id);
            return (RecordingOutcome.NoDisk, null);
        }

        _live[record.Id] = live;
        await events.PublishAsync(new RecordingStarted(MomentOf(record, now), recording.Id));
        return (RecordingOutcome.Done, recording);
    }

    private async Task OnEventAsync(MeetingEvent happened)
    {
        switch (happened)
        {
            case ParticipantJoined:
                if (_empty.TryRemove(happened.MeetingId, out var waiting)) await waiting.CancelAsync();
                if (_interrupted.Remove(happened.MeetingId, out var layout) && time.GetElapsedTime(_startedAt) < s_takenUpWithin)
                    await StartAsync(happened.MeetingId, layout, by: null);
                if (!_live.ContainsKey(happened.MeetingId) && await meetings.FindAsync(happened.MeetingId) is { Settings.Recording.AutoStart: true })
                    await StartAsync(happened.MeetingId, RecordingLayoutOf(null), by: null);
                break;
            case ParticipantLeft when _live.ContainsKey(happened.MeetingId) && Directory.FindLive(happened.MeetingId) is not { ParticipantCount: > 0 }:
                _ = StopWhenEmptyAsync(happened.MeetingId);
                break;
            case MeetingEnded:
                await StopAsync(happened.MeetingId);
                break;
        }
    }

    /// <summary>What was recorded when the server ended goes on, in a recording of its own, as soon as somebody is back.</summary>
    private async Task FindInterruptedAsync(CancellationToken cancellation)
    {
        _startedAt = time.GetTimestamp();
        foreach (var id in folders.Interrupted())
        {
            try
            {
                if (await store.FindAsync(id, cancellation) is { } recording && time.GetUtcNow() - folders.LastWrittenAt(id) < s_longestOutage)
                    _interrupted[recording.MeetingId] = (await store.RenditionsAsync(id, cancellation))[0].Layout;
                folders.NoteStopped(id);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                LogFailure(e, id);
            }
        }
    }

    private async Task StopWhenEmptyAsync(string meetingId)
    {
        var waiting = new CancellationTokenSource();
        if (!_empty.TryAdd(meetingId, waiting)) return;
        try
        {
            await Task.Delay(s_emptyFor, time, waiting.Token);
            _empty.TryRemove(meetingId, out _);
            if (Directory.FindLive(meetingId) is not { ParticipantCount: > 0 }) await StopAsync(meetingId);
        }
        catch (OperationCanceledException)
        {
            // Somebody came.
        }
        catch (Exception e)
        {
            LogFailure(e, meetingId);
        }
    }

    internal static EventMoment MomentOf(MeetingRecord meeting, DateTimeOffset at) =>
        new(meeting.Id, at, Math.Round(Math.Max(0, (at - (meeting.StartedAt ?? at)).TotalSeconds), 3));

    [LoggerMessage(Level = LogLevel.Error, Message = "The recording of meeting {Meeting} failed")]
    private partial void LogFailure(Exception exception, string meeting);
}
