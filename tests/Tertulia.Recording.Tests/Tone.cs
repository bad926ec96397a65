namespace Tertulia.Recording.Tests;

/// <summary>What is in a piece of sound.</summary>
internal static class Tone
{
    /// <summary>Power at one frequency (Goertzel), comparable between pieces.</summary>
    public static double Power(short[] samples, double from, double until, double frequency)
    {
        var piece = samples.AsSpan((int)(from * 48_000), (int)((until - from) * 48_000));
        var coefficient = 2 * Math.Cos(2 * Math.PI * frequency / 48_000);
        double one = 0, two = 0;
        foreach (var sample in piece) (one, two) = (sample + coefficient * one - two, one);
        return (one * one + two * two - coefficient * one * two) / piece.Length;
    }

    public static double Level(short[] samples, double from, double until)
    {
        var piece = samples.AsSpan((int)(from * 48_000), (int)((until - from) * 48_000)).ToArray();
        return Math.Sqrt(piece.Average(sample => (double)sample * sample));
    }
}
