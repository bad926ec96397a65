using Tertulia.Contracts.Events;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Meetings;
using Tertulia.Recording.Live;
using Tertulia.Server.Recordings;
using Tertulia.Storage;
using Tertulia.Taps;

namespace Tertulia.Server.Broadcasts;

/// <summary>One broadcast that goes on: media by a tap, who is there by the meeting's events, and those who watch.</summary>
internal sealed partial class OnAir(string id, MeetingRecord record, DateTimeOffset startedAt, string? by, string watchUrl, Meeting meeting, EventSubscription events, Viewers viewers, ILogger logger) : IAsyncDisposable
{
    // Larger pictures than the canvas are of no use.
    private static readonly TapOptions s_tap = new() { VideoHeight = 720 };

    private LiveBroadcast _broadcast = null!;
    private Task _facts = Task.CompletedTask;

    public string Id => id;

    public MeetingRecord Record => record;

    public DateTimeOffset StartedAt => startedAt;

    public string WatchUrl => watchUrl;

    public Viewers Viewers => viewers;

    public LivePlaylist Playlist => _broadcast.Playlist;

    /// <summary>Seconds from capture to what is ready to be fetched.</summary>
    public double Latency => Math.Round(_broadcast.Latency.TotalSeconds, 2);

    public async Task StartAsync(LiveOptions options, string folder, Func<Rtc.Net.Instant> clock)
    {
        // Never two runs of one address in the same millisecond.
        var run = startedAt.ToUnixTimeMilliseconds().ToString("x", System.Globalization.CultureInfo.InvariantCulture);
        _broadcast = new LiveBroadcast(options, folder, clock, startedAt, run)
        {
            KeyFrameWanted = publisher => _ = meeting.RefreshAsync(publisher),
            Troubled = problem => LogTrouble(record.Id, problem),
        };
        _facts = FollowAsync();
        _broadcast.Start();
        await meeting.ListenAsync(_broadcast, s_tap);
        await meeting.TellBroadcastAsync(new BroadcastMessage(BroadcastStates.Live, startedAt, watchUrl, by));
    }

    /// <summary>The playlist is finished when this completes.</summary>
    public async ValueTask DisposeAsync()
    {
        await meeting.StopListeningAsync(_broadcast);
        events.Dispose();
        await _facts;
        await Task.Run(_broadcast.Dispose);
        if (_broadcast.FramesRepeated > 0 || _broadcast.EncoderRestarts > 0) LogBehind(record.Id, _broadcast.FramesRepeated, _broadcast.EncoderRestarts);
        await meeting.TellBroadcastAsync(new BroadcastMessage(BroadcastStates.Ended, startedAt, watchUrl));
    }

    private async Task FollowAsync()
    {
        try
        {
            await foreach (var happened in events.Events.ReadAllAsync())
            {
                foreach (var fact in MeetingFacts.Of(happened)) _broadcast.Add(fact);
            }
        }
        catch (Exception e)
        {
            LogFacts(e, record.Id);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Broadcast of meeting {Meeting}: {Problem}")]
    private partial void LogTrouble(string meeting, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "The broadcast of meeting {Meeting} repeated {Frames} frames for want of time, and replaced its encoder {Restarts} times")]
    private partial void LogBehind(string meeting, long frames, int restarts);

    [LoggerMessage(Level = LogLevel.Error, Message = "The broadcast of meeting {Meeting} no longer hears who comes and goes")]
    private partial void LogFacts(Exception exception, string meeting);
}
