using System.Collections.Concurrent;
using Tertulia.Contracts;
using Tertulia.Contracts.Events;
using Tertulia.Control.Accounts;
using Tertulia.Control.Events;
using Tertulia.Control.Meetings;
using Tertulia.Recording.Composition;
using Tertulia.Recording.Live;
using Tertulia.Server.Hosting;
using Tertulia.Server.Recordings;
using Tertulia.Storage;

namespace Tertulia.Server.Broadcasts;

/// <summary>What came of asking for a broadcast.</summary>
internal enum BroadcastOutcome
{
    Done,

    /// <summary>It went on before.</summary>
    AsBefore,
    NoMeeting,
    NotInPlan,

    /// <summary>As many go on as this server was told to make at once.</summary>
    TooMany,

    /// <summary>Something that makes them is not installed.</summary>
    Missing,
}

/// <summary>Starts and stops broadcasts, and keeps what was on air last, for viewers who are a little behind.</summary>
internal sealed partial class BroadcastService(
    IServiceProvider provider,
    MeetingStore meetings,
    AccountStore accounts,
    PlanCatalog plans,
    MeetingEvents events,
    MediaPlane media,
    BroadcastIds ids,
    PublicAddress address,
    TertuliaOptions options,
    TimeProvider time,
    ILogger<BroadcastService> logger) : BackgroundService, IBroadcastDesk
{
    // An empty meeting is not shown for longer; somebody may have lost the line only.
    private static readonly TimeSpan s_emptyFor = TimeSpan.FromSeconds(60);

    // Who watches is some seconds behind, and pages that come late are told that it is over.
    private static readonly TimeSpan s_keptFor = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, OnAir> _live = new();
    private readonly ConcurrentDictionary<string, OnAir> _ended = new();
    private readonly SemaphoreSlim _turn = new(1);
    private string? _missing;

    private MeetingDirectory Directory => provider.GetRequiredService<MeetingDirectory>();

    public OnAir? FindLive(string meetingId) => _live.GetValueOrDefault(meetingId);

    /// <summary>The broadcast that goes on, or the one that ended a moment ago.</summary>
    public OnAir? Find(string meetingId) => _live.GetValueOrDefault(meetingId) ?? _ended.GetValueOrDefault(meetingId);

    /// <summary>The page for viewers; the same for all broadcasts of a meeting.</summary>
    public string WatchUrlOf(string meetingId) => $"{address.Base}/live/{ids.Of(meetingId)}";

    public async Task<string?> StartAsync(string meetingId, string by) => await StartAsync(meetingId, RecordingLayout.Grid, by) switch
    {
        (BroadcastOutcome.NotInPlan, _) => "The plan of this meeting's account does not include broadcasts.",
        (BroadcastOutcome.TooMany, _) => "The server broadcasts as many meetings as it can.",
        (BroadcastOutcome.Missing, _) => _missing,
        (BroadcastOutcome.NoMeeting, _) => "The meeting has ended.",
        _ => null,
    };

    public async Task<string?> StopAsync(string meetingId, string by)
    {
        await StopAsync(meetingId);
        return null;
    }

    /// <param name="by">Display name of who asked; null: nobody in particular.</param>
    public async Task<(BroadcastOutcome Outcome, OnAir? Broadcast)> StartAsync(string meetingId, RecordingLayout layout, string? by)
    {
        await _turn.WaitAsync();
        try
        {
            if (_live.TryGetValue(meetingId, out var running)) return (BroadcastOutcome.AsBefore, running);
            if (await meetings.FindAsync(meetingId) is not { EndedAt: null } record) return (BroadcastOutcome.NoMeeting, null);
            var account = await accounts.FindAsync(record.AccountId);
            if (account is null || !plans.Find(account.Plan).Recording) return (BroadcastOutcome.NotInPlan, null);
            if (_live.Count >= options.Broadcast.MostAtOnce) return (BroadcastOutcome.TooMany, null);
            if ((_missing = await LiveBroadcast.MissingAsync(CancellationToken.None)) is not null) return (BroadcastOutcome.Missing, null);
            if (await Directory.GetAsync(meetingId) is not { } meeting || await Directory.ObserveAsync(meetingId) is not { } observed) return (BroadcastOutcome.NoMeeting, null);
            var now = Timestamps.Truncate(time.GetUtcNow());
            var live = new OnAir(ids.Of(meetingId), record, now, by, WatchUrlOf(meetingId), meeting, observed, new Viewers(time), logger);
            await live.StartAsync(new LiveOptions(layout) { KilobitsPerSecond = options.Broadcast.KilobitsPerSecond }, FolderOf(live), () => media.Node.Now);
            _live[meetingId] = live;
            _ended.TryRemove(meetingId, out _);
            await events.PublishAsync(new BroadcastStarted(RecordingService.MomentOf(record, now), live.Id, live.WatchUrl));
            LogStarted(meetingId);
            return (BroadcastOutcome.Done, live);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Null if nothing was on air.</summary>
    public async Task<OnAir?> StopAsync(string meetingId)
    {
        if (await TakeAsync(meetingId) is not { } live) return null;
        var most = Math.Max(live.Viewers.Count(), live.Viewers.Most);
        await live.DisposeAsync();
        var now = Timestamps.Truncate(time.GetUtcNow());
        var duration = Math.Round((now - live.StartedAt).TotalSeconds, 3);
        await events.PublishAsync(new BroadcastEnded(RecordingService.MomentOf(live.Record, now), live.Id, duration, most));
        LogEnded(meetingId, duration, most);
        _ = ForgetAsync(meetingId, live);
        return live;
    }

    /// <summary>One that is just being started is waited for: everybody was told of it before it is in the list.</summary>
    private async Task<OnAir?> TakeAsync(string meetingId)
    {
        await _turn.WaitAsync();
        try
        {
            if (!_live.TryRemove(meetingId, out var live)) return null;
            return _ended[meetingId] = live;
        }
        finally
        {
            _turn.Release();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_live.Keys.Select(StopAsync));
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = events.Subscribe();
        await foreach (var happened in subscription.Events.ReadAllAsync(stoppingToken))
        {
            try
            {
                if (!_live.ContainsKey(happened.MeetingId)) continue;
                if (happened is MeetingEnded) await StopAsync(happened.MeetingId);
                else if (happened is ParticipantLeft && IsEmpty(happened.MeetingId)) _ = StopWhenEmptyAsync(happened.MeetingId, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailure(e, happened.MeetingId);
            }
        }
    }

    private string FolderOf(OnAir live) => Path.Combine(options.DataDirectory, "broadcasts", $"{live.Id}-{live.StartedAt.ToUnixTimeMilliseconds()}");

    private bool IsEmpty(string meetingId) => Directory.FindLive(meetingId) is not { ParticipantCount: > 0 };

    private async Task StopWhenEmptyAsync(string meetingId, CancellationToken cancellation)
    {
        try
        {
            for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < s_emptyFor; await Task.Delay(TimeSpan.FromSeconds(2), time, cancellation))
            {
                if (!IsEmpty(meetingId)) return;
            }

            await StopAsync(meetingId);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
        catch (Exception e)
        {
            LogFailure(e, meetingId);
        }
    }

    private async Task ForgetAsync(string meetingId, OnAir live)
    {
        await Task.Delay(s_keptFor, time);
        _ended.TryRemove(new KeyValuePair<string, OnAir>(meetingId, live));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Meeting {Meeting} is broadcast")]
    private partial void LogStarted(string meeting);

    [LoggerMessage(Level = LogLevel.Information, Message = "The broadcast of meeting {Meeting} ended after {Duration} s; {Most} watched at once")]
    private partial void LogEnded(string meeting, double duration, int most);

    [LoggerMessage(Level = LogLevel.Error, Message = "The broadcast of meeting {Meeting} failed")]
    private partial void LogFailure(Exception exception, string meeting);
}
