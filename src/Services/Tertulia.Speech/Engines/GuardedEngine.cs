namespace Tertulia.Speech.Engines;

/// <summary>
/// Keeps a failing engine from being asked again and again: after a few failures in a row it is left alone for a while, then tried with
/// one utterance. Meetings are told, and go on.
/// </summary>
public sealed class GuardedEngine(ISpeechEngine engine, TimeProvider clock) : ISpeechEngine
{
    private const int FailuresInARow = 3;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private int _failures;
    private long _restUntil;
    private bool _isTrying;

    /// <summary>It began to fail, or works again; with what went wrong.</summary>
    public event Action<bool, string?>? AvailabilityChanged;

    public string Name => engine.Name;

    public IReadOnlyList<string> Languages => engine.Languages;

    public bool IsAvailable { get; private set; } = true;

    public void Prepare() => engine.Prepare();

    public IUtterance Begin(string language, Action<UtteranceResult> onResult)
    {
        lock (_lock)
        {
            if (!IsAvailable)
            {
                if (_isTrying || clock.GetTimestamp() < _restUntil) return new RefusedUtterance(onResult);
                _isTrying = true;
            }
        }

        return engine.Begin(language, result =>
        {
            if (result.Ends) Note(result);
            onResult(result);
        });
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private void Note(UtteranceResult result)
    {
        bool changed;
        lock (_lock)
        {
            _isTrying = false;
            var isAvailable = IsAvailable;
            switch (result.Outcome)
            {
                case UtteranceOutcome.Failed:
                    isAvailable &= ++_failures < FailuresInARow;
                    break;
                case UtteranceOutcome.Final:
                    _failures = 0;
                    isAvailable = true;
                    break;
            }

            changed = isAvailable != IsAvailable;
            IsAvailable = isAvailable;
            if (!isAvailable) _restUntil = clock.GetTimestamp() + (long)(Rest.TotalSeconds * clock.TimestampFrequency);
        }

        if (changed) AvailabilityChanged?.Invoke(IsAvailable, result.Problem);
    }

    private sealed class RefusedUtterance(Action<UtteranceResult> onResult) : IUtterance
    {
        public void Append(ReadOnlySpan<short> samples)
        {
        }

        public void End() => onResult(UtteranceResult.Nothing);

        public void Abandon() => End();
    }
}
