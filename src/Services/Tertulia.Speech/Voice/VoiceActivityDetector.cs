namespace Tertulia.Speech.Voice;

/// <summary>What one frame of 20 ms is.</summary>
/// <param name="IsVoiced">Louder than the background, and periodic as a voice is.</param>
/// <param name="Pitch">In hertz, where voiced.</param>
/// <param name="LevelDb">Full scale is 0, digital silence -70.</param>
internal readonly record struct VoiceFrame(bool IsVoiced, float Pitch, float LevelDb);

/// <summary>Tells voiced frames from the background, whose level it learns.</summary>
internal sealed class VoiceActivityDetector
{
    private const float SilenceDb = -58;
    private const float VoiceAboveNoiseDb = 6;
    private const float VoicedPeriodicity = 0.55f;

    private readonly PitchDetector _pitch = new();
    private float _noiseDb = SilenceDb;

    public VoiceFrame Process(ReadOnlySpan<short> frame)
    {
        var level = LevelDb(frame);
        var isLoud = level > MathF.Max(SilenceDb, _noiseDb + VoiceAboveNoiseDb);

        // Downwards at once, upwards 2 dB a second: speech pauses bring it down again before it has learned the voice.
        _noiseDb = level < _noiseDb ? level : _noiseDb + 0.04f;
        if (level < SilenceDb) return new(false, 0, level); // digital silence and breath: not worth the search
        var (periodicity, pitch) = _pitch.Process(frame);
        return new(isLoud && periodicity > VoicedPeriodicity, pitch, level);
    }

    private static float LevelDb(ReadOnlySpan<short> frame)
    {
        double sum = 0;
        foreach (var sample in frame) sum += (double)sample * sample;
        return (float)(10 * Math.Log10(sum / frame.Length / (32768.0 * 32768) + 1e-7));
    }
}
