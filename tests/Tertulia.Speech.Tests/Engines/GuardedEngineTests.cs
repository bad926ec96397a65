using Tertulia.Speech.Engines;

namespace Tertulia.Speech.Tests.Engines;

public sealed class GuardedEngineTests : IDisposable
{
    private readonly ScriptedEngine _engine = new();
    private readonly SettableClock _clock = new();
    private readonly List<bool> _changes = [];
    private readonly GuardedEngine _guard;

    public GuardedEngineTests()
    {
        _guard = new(_engine, _clock);
        _guard.AvailabilityChanged += (isAvailable, _) => _changes.Add(isAvailable);
    }

    public void Dispose() => _guard.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Fact]
    public void After_three_failures_in_a_row_it_is_left_alone_then_tried_once_and_works_again()
    {
        for (var i = 0; i < 3; i++) Speak(UtteranceOutcome.Failed);
        Assert.False(_guard.IsAvailable);
        Speak(UtteranceOutcome.Final);
        Assert.Equal(3, _engine.Begun);

        _clock.Advance(TimeSpan.FromSeconds(21));
        Speak(UtteranceOutcome.Failed);
        Speak(UtteranceOutcome.Final);
        Assert.Equal(4, _engine.Begun);

        _clock.Advance(TimeSpan.FromSeconds(21));
        Speak(UtteranceOutcome.Final);
        Speak(UtteranceOutcome.Final);
        Assert.Equal(6, _engine.Begun);
        Assert.Equal([false, true], _changes);
    }

    [Fact]
    public void Now_and_then_a_failure_changes_nothing()
    {
        for (var i = 0; i < 10; i++)
        {
            Speak(UtteranceOutcome.Failed);
            Speak(UtteranceOutcome.Failed);
            Speak(UtteranceOutcome.Final);
        }

        Assert.True(_guard.IsAvailable);
        Assert.Empty(_changes);
    }

    private void Speak(UtteranceOutcome outcome)
    {
        _engine.Next = outcome;
        _guard.Begin("en", _ => { }).End();
    }

    private sealed class ScriptedEngine : ISpeechEngine
    {
        public UtteranceOutcome Next { get; set; }

        public int Begun { get; private set; }

        public string Name => "scripted";

        public IReadOnlyList<string> Languages => ["en"];

        public IUtterance Begin(string language, Action<UtteranceResult> onResult)
        {
            Begun++;
            return new ScriptedUtterance(() => onResult(UtteranceResult.Nothing with { Outcome = Next }));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class ScriptedUtterance(Action end) : IUtterance
    {
        public void Append(ReadOnlySpan<short> samples)
        {
        }

        public void End() => end();

        public void Abandon() => end();
    }

    private sealed class SettableClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
