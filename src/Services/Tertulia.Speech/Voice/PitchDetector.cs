namespace Tertulia.Speech.Voice;

/// <summary>
/// How periodic the last 40 ms are, and at which pitch: the highest peak of the normalised autocorrelation between 70 and 400 Hz, the
/// range of human voices. Noise has no such peak; brown noise, whose autocorrelation only falls, has no peak at all.
/// </summary>
internal sealed class PitchDetector
{
    private const int Rate = SpeechAudio.SampleRate / 2; // pitch needs no more, and the search costs a quarter
    private const int ShortestLag = Rate / 400;
    private const int LongestLag = Rate / 70;
    private const int Window = 200; // 25 ms: two periods of a low voice
    private const int Kept = Window + LongestLag + 1;

    private readonly float[] _recent = new float[Kept];
    private readonly float[] _correlation = new float[LongestLag + 2];
    private float _previousSample;
    private float _level;

    /// <summary>Takes 20 ms. Periodicity is 0 to 1; the pitch in hertz means something only where that is high.</summary>
    public (float Periodicity, float Pitch) Process(ReadOnlySpan<short> frame)
    {
        Append(frame);
        Correlate();
        var best = 0;
        var lowest = 1f;
        var bestRise = 0f;
        for (var lag = ShortestLag; lag <= LongestLag; lag++)
        {
            var value = _correlation[lag];
            lowest = MathF.Min(lowest, value);
            if (value < _correlation[lag - 1] || value < _correlation[lag + 1]) continue;

            // The first period, not its double: a later peak has to be clearly higher.
            var rise = value - lowest > 0.2f ? value : 0;
            if (rise <= bestRise + 0.05f) continue;
            best = lag;
            bestRise = rise;
        }

        return best == 0 ? (0, 0) : (MathF.Min(bestRise, 1), Rate / PeakPosition(best));
    }

    private void Append(ReadOnlySpan<short> frame)
    {
        var added = frame.Length / 2;
        _recent.AsSpan(added).CopyTo(_recent);
        var target = _recent.AsSpan(Kept - added);
        for (var i = 0; i < added; i++)
        {
            // Half the rate by averaging, without the slow drift that would look periodic at any lag.
            var sample = (frame[2 * i] + frame[2 * i + 1]) / 65536f;
            _level = 0.95f * _level + sample - _previousSample;
            _previousSample = sample;
            target[i] = _level;
        }
    }

    private void Correlate()
    {
        var fixedPart = _recent.AsSpan(Kept - Window);
        var energy = Energy(fixedPart);
        for (var lag = ShortestLag - 1; lag <= LongestLag + 1; lag++)
        {
            var shifted = _recent.AsSpan(Math.Max(Kept - Window - lag, 0), Window);
            var sum = 0f;
            for (var i = 0; i < Window; i++) sum += fixedPart[i] * shifted[i];
            _correlation[lag] = sum / MathF.Sqrt(energy * Energy(shifted) + 1e-12f);
        }
    }

    private static float Energy(ReadOnlySpan<float> samples)
    {
        var sum = 0f;
        foreach (var sample in samples) sum += sample * sample;
        return sum;
    }

    /// <summary>Between the lags: a parabola through the peak and its neighbours.</summary>
    private float PeakPosition(int lag)
    {
        var (left, middle, right) = (_correlation[lag - 1], _correlation[lag], _correlation[lag + 1]);
        var curvature = left - 2 * middle + right;
        return curvature < 0 ? lag + 0.5f * (left - right) / curvature : lag;
    }
}
