namespace Tertulia.Sfu.Speakers;

/// <summary>
/// What a microphone hears when nobody speaks into it: the quietest frame of the last two seconds. Speech, however fluent, drops to
/// near the floor several times in that time, a fan never rises from it.
/// </summary>
internal sealed class NoiseFloor
{
    private const int Spans = 4, FramesPerSpan = 25;
    private const byte Unknown = byte.MaxValue;

    private readonly byte[] _quietest = [Unknown, Unknown, Unknown, Unknown];
    private long _span = -1;

    /// <summary>In the scale of <see cref="SpeechActivity"/>; above all levels while nothing was heard.</summary>
    public byte Level { get; private set; } = Unknown;

    public void Add(long frame, byte level)
    {
        var span = frame / FramesPerSpan;
        if (span != _span)
        {
            for (var fresh = Math.Max(_span + 1, span - Spans + 1); fresh <= span; fresh++) _quietest[fresh % Spans] = Unknown;
            _span = span;
        }

        _quietest[span % Spans] = Math.Min(_quietest[span % Spans], level);
        Level = Unknown;
        foreach (var quietest in _quietest) Level = Math.Min(Level, quietest);
    }
}
