using Tertulia.Contracts.Events;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Meetings;
using Tertulia.Recording;
using Tertulia.Recording.Log;
using Tertulia.Storage;
using Tertulia.Taps;

namespace Tertulia.Server.Recordings;

/// <summary>One recording that goes on: media by a tap, everything else by the meeting's events, both into one log.</summary>
internal sealed partial class LiveRecording(RecordingRecord record, string? by, Meeting meeting, EventSubscription events, ILogger logger)
{
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(2);

    private MeetingRecorder _recorder = null!;
    private Task _facts = Task.CompletedTask;
    private RecordingProblem _told;

    public RecordingRecord Record => record;

    /// <summary>What is being missed now; null while nothing is.</summary>
    public string? Problem => NameOf(_recorder.Problem);

    /// <summary>Seconds since the meeting's start, at the recording's; set with the first event.</summary>
    public double Offset { get; private set; }

    /// <exception cref="IOException">The log cannot be made.</exception>
    public async Task StartAsync(RecorderOptions options, Rtc.Net.Instant now, MeetingRecord meetingRecord, TimeProvider time)
    {
        _recorder = MeetingRecorder.Open(options, record.Id, time, problem => _ = Task.Run(() => OnProblemAsync(problem)));
        _recorder.Begin(now, record.StartedAt, record.Id, record.MeetingId, meetingRecord.Title);
        _facts = FollowAsync();
        await meeting.ListenAsync(_recorder, new TapOptions());
        await meeting.TellRecordingAsync(Message());
    }

    /// <summary>The log is closed when this completes, whatever became of the meeting.</summary>
    public async Task StopAsync(DateTimeOffset at)
    {
        await meeting.StopListeningAsync(_recorder);
        events.Dispose();
        await _facts;
        await _recorder.QuietAsync(s_lastWords);
        _recorder.Finish(at);
        if (_recorder.Dropped > 0) LogDropped(record.Id, _recorder.Dropped);
        _recorder.Dispose();
    }

    public Task TellAsync(RecordingMessage message, RecordingMessage? forHosts = null) => meeting.TellRecordingAsync(message, forHosts);

    private RecordingMessage Message() => new(RecordingStates.Recording, record.Id, record.StartedAt, by, Problem);

    private async Task FollowAsync()
    {
        try
        {
            await foreach (var happened in events.Events.ReadAllAsync())
            {
                // How things stood at the start is told a moment after it.
                var at = happened is MeetingSnapshot ? record.StartedAt : happened.Timestamp;
                foreach (var fact in MeetingFacts.Of(happened)) _recorder.Add(at, fact);
            }
        }
        catch (Exception e)
        {
            LogFacts(e, record.Id);
        }
    }

    private async Task OnProblemAsync(RecordingProblem problem)
    {
        try
        {
            if (problem == RecordingProblem.None) LogRecovered(record.Id);
            else LogProblem(record.Id, NameOf(problem)!);
            await meeting.TellRecordingAsync(Message());
            if (problem != RecordingProblem.None || _told is not (RecordingProblem.DiskFull or RecordingProblem.DiskError)) return;
            // Pictures can only go on from key frames: listening anew asks for some.
            await meeting.StopListeningAsync(_recorder);
            await meeting.ListenAsync(_recorder, new TapOptions());
        }
        finally
        {
            _told = problem;
        }
    }

    private static string? NameOf(RecordingProblem problem) => problem switch
    {
        RecordingProblem.DiskFull => RecordingProblems.DiskFull,
        RecordingProblem.DiskError => RecordingProblems.DiskError,
        RecordingProblem.DiskSlow => RecordingProblems.DiskSlow,
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "Recording {Recording} misses what is sent now: {Problem}. The meeting goes on")]
    private partial void LogProblem(string recording, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Recording {Recording} goes on")]
    private partial void LogRecovered(string recording);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Recording {Recording} misses {Count} packets or facts")]
    private partial void LogDropped(string recording, long count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Recording {Recording} no longer notes what happens in its meeting")]
    private partial void LogFacts(Exception exception, string recording);
}
