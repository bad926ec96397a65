using System.Collections.Concurrent;
using Tertulia.Control.Meetings;
using Tertulia.Speech.Captions;
using Tertulia.Speech.Engines;
using Tertulia.Taps;

namespace Tertulia.Server.Captions;

/// <summary>Brings meetings and speech recognition together: listens to rooms, and hands what was said to their scribes.</summary>
internal sealed partial class CaptionService : ITranscriber, IAsyncDisposable
{
    // What people are shown; the log has the reason.
    private const string Failing = "Speech recognition does not answer at the moment.";
    private const string Absent = "This server has no speech recognition.";

    private readonly GuardedEngine? _engine;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<MeetingCaptions, string> _live = new();

    public CaptionService(SpeechOptions options, TimeProvider clock, ILogger<CaptionService> logger)
    {
        (_clock, _logger) = (clock, logger);
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
        var captions = new MeetingCaptions(_engine, scribe.LanguageOf, _clock, caption => scribe.WriteAsync(Line(caption)));
        _live.TryAdd(captions, scribe.MeetingId);
        captions.Completion.ContinueWith(_ => _live.TryRemove(captions, out var _), TaskScheduler.Default);
        return captions;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var captions in _live.Keys) captions.Dispose();
        if (_engine is not null) await _engine.DisposeAsync();
    }

    /// <summary>Completes when what that meeting's rooms have heard so far is written down, their end included if they are closed.</summary>
    public Task CompletionOf(string meetingId) => Task.WhenAll(_live.Where(entry => entry.Value == meetingId).Select(entry => entry.Key.Completion));

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
}
