using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Speech.Engines;
using Tertulia.Taps;

namespace Tertulia.Speech.Captions;

/// <summary>
/// Listens to one meeting's microphones and says what is spoken, in the name of whose microphone it is. Each is recognised by itself, so
/// that people may speak at once.
/// </summary>
public sealed class MeetingCaptions : IMediaTap, IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private readonly ISpeechEngine _engine;
    private readonly TimeProvider _clock;
    private readonly Func<Caption, Task> _publish;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, CaptionSpeaker> _speakers = [];
    private readonly ITimer _timer;
    private readonly Func<string, string> _languageOf;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = 1; // this object itself, and every utterance that is not over
    private (Instant Media, DateTimeOffset Wall)? _epoch;
    private bool _isClosed;

    /// <param name="languageOf">What the participant with that peer id speaks; a BCP 47 tag or <c>auto</c>.</param>
    /// <param name="publish">Takes captions, from several threads at once; must not hold them up. Its task completes when it has taken one.</param>
    public MeetingCaptions(ISpeechEngine engine, Func<string, string> languageOf, TimeProvider clock, Func<Caption, Task> publish)
    {
        (_engine, _languageOf, _clock, _publish) = (engine, languageOf, clock, publish);
        engine.Prepare();
        _timer = clock.CreateTimer(_ => OnTick(), null, Tick, Tick);
    }

    /// <summary>Audio of microphones is all that is listened to.</summary>
    public static TapOptions TapOptions { get; } = new() { Video = false };

    /// <summary>Completes when the tap is closed, and the last utterance has come to its end and was taken.</summary>
    public Task Completion => _completion.Task;

    public void OnStream(Instant now, TapStream stream)
    {
    }

    public void OnPacket(in TappedPacket packet)
    {
        if (packet.Stream.Source != TapSource.Microphone || packet.Codec != CodecKind.Opus) return;
        lock (_lock)
        {
            if (_isClosed) return;
            _epoch ??= (packet.At, _clock.GetUtcNow());
            var language = _languageOf(packet.Stream.Publisher);
            if (!_speakers.TryGetValue(packet.Stream.Id, out var speaker))
            {
                if (!_engine.Knows(language)) return;
                speaker = new(packet.Stream.Publisher, language, Begin, WallClock, _publish);
                _speakers.Add(packet.Stream.Id, speaker);
            }

            speaker.Language = language;
            speaker.OnPacket(packet);
        }
    }

    public void OnClock(TapStream stream, Instant capturedAt, uint timestamp)
    {
    }

    public void OnStreamEnded(Instant now, TapStream stream)
    {
        lock (_lock)
        {
            if (_speakers.Remove(stream.Id, out var speaker)) speaker.Dispose();
        }
    }

    public void OnDropped(Instant now, long packets)
    {
    }

    public void OnClosed(Instant now) => Dispose();

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            if (_isClosed) return;
            _isClosed = true;
            foreach (var speaker in _speakers.Values) speaker.Dispose();
            _speakers.Clear();
        }

        NoteEnd();
    }

    private IUtterance Begin(string language, Func<UtteranceResult, Task> onResult)
    {
        Interlocked.Increment(ref _open);
        return _engine.Begin(language, result =>
        {
            var taken = onResult(result);
            if (result.Ends) taken.ContinueWith(_ => NoteEnd(), TaskScheduler.Default);
        });
    }

    private void NoteEnd()
    {
        if (Interlocked.Decrement(ref _open) == 0) _completion.TrySetResult();
    }

    private DateTimeOffset WallClock(Instant media) => _epoch!.Value.Wall + (media - _epoch.Value.Media);

    private void OnTick()
    {
        lock (_lock)
        {
            if (_epoch is not { } epoch || _isClosed) return;
            var now = epoch.Media + (_clock.GetUtcNow() - epoch.Wall);
            foreach (var speaker in _speakers.Values) speaker.OnTime(now);
        }
    }
}
