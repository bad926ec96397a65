using System.Collections.Concurrent;
using Tertulia.Contracts.Events;
using Tertulia.Control.Events;
using Tertulia.Control.Meetings;
using Tertulia.Speech.Captions;
using Tertulia.Speech.Engines;
using Tertulia.Storage;
using Tertulia.Taps;

namespace Tertulia.Server.Captions;

/// <summary>Brings meetings and speech recognition together: listens to rooms, and hands what was said to their scribes.</summary>
internal sealed partial class CaptionService : BackgroundService, ITranscriber, IAsyncDisposable
{
    // What people are shown; the log has the reason.
    private const string Failing = "Speech recognition does not answer at the moment.";
    private const string Absent = "This server has no speech recognition.";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly GuardedEngine? _engine;
    private readonly MeetingEvents _events;
    private readonly TranscriptStore _transcripts;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<MeetingCaptions, string> _live = new();

    public CaptionService(SpeechOptions options, MeetingEvents events, TranscriptStore transcripts, TimeProvider clock, ILogger<CaptionService> logger)
    {
        (_events, _transcripts, _clock, _logger) = (events, transcripts, clock, logger);
        var (engine, missing) = SpeechEngines.Create(options, clock);
        if (engine is null)
        {
            LogAbsent(missing!);
            return;
        }

        _engine = new GuardedEngine(engine, clock);
        _engine.AvailabilityChanged += OnAvailabilityChanged;
    }

    public event Action? ProblemChanged;

    public string? Engine => _engine?.Name;

    public IReadOnlyList<string> Languages => _engine?.Languages ?? [];

    public string? Problem => _engine is null ? Absent : _engine.IsAvailable ? null : Failing;

    public bool Knows(string language) => _engine is ISpeechEngine engine && engine.Knows(language);

    public IMediaTap? Listen(MeetingScribe scribe)
    {
        if (_engine is null) return null;
        var captions = new MeetingCaptions(_engine, scribe.LanguageOf, _clock, caption => _ = scribe.WriteAsync(Line(caption)));
        _live.TryAdd(captions, scribe.MeetingId);
        captions.Completion.ContinueWith(_ => _live.TryRemove(captions, out var _), TaskScheduler.Default);
        return captions;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var captions in _live.Keys) captions.Dispose();
        if (_engine is not null) await _engine.DisposeAsync();
        Dispose();
    }

    /// <summary>A transcript is ready when its meeting has ended and the last words have been understood.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = _events.Subscribe();
        await foreach (var happened in subscription.Events.ReadAllAsync(stoppingToken))
        {
            if (happened is MeetingEnded ended) _ = AnnounceAsync(ended, stoppingToken);
        }
    }

    private async Task AnnounceAsync(MeetingEnded ended, CancellationToken cancellation)
    {
        try
        {
            var open = _live.Where(entry => entry.Value == ended.MeetingId).Select(entry => entry.Key.Completion).ToList();
            await Task.WhenAll(open).WaitAsync(LongestWait, _clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var lines = await _transcripts.ListAsync(ended.MeetingId, cancellation);
            if (lines.Count == 0) return;
            var language = lines.GroupBy(line => line.Language).MaxBy(group => group.Count())!.Key;
            await _events.PublishAsync(new TranscriptReady(ended.Moment, lines.Count, language, TranscriptUrl: null), cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotAnnounced(e, ended.MeetingId);
        }
    }

    private static SpokenLine Line(Caption caption) => new(
        caption.SegmentId, caption.PeerId, caption.Text, caption.IsFinal, caption.Confidence, caption.Language, caption.StartedAt, caption.EndedAt);

    private void OnAvailabilityChanged(bool isAvailable, string? problem)
    {
        if (isAvailable) LogBack();
        else LogFailing(problem ?? "no reason given");
        ProblemChanged?.Invoke();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "No captions: {Reason}.")]
    private partial void LogAbsent(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Speech recognition fails and is left alone for a while: {Reason}")]
    private partial void LogFailing(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Speech recognition works again.")]
    private partial void LogBack();

    [LoggerMessage(Level = LogLevel.Error, Message = "Meeting {MeetingId}: that its transcript is ready could not be told")]
    private partial void LogNotAnnounced(Exception exception, string meetingId);
}
