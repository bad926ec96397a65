using Tertulia.Speech.Voice;

namespace Tertulia.Speech.Tests.Support;

/// <summary>Things that are heard in meetings and are no speech; made from a seed, 16 kHz.</summary>
internal static class Sounds
{
    private const int Rate = SpeechAudio.SampleRate;

    public static short[] Silence(double seconds) => new short[(int)(seconds * Rate)];

    public static short[] WhiteNoise(double seconds, double level = 0.1, int seed = 1)
    {
        var random = new Random(seed);
        return Make(seconds, _ => level * (random.NextDouble() * 2 - 1));
    }

    /// <summary>Every octave as loud as the next: rooms, traffic (Voss's method with seven sources).</summary>
    public static short[] PinkNoise(double seconds, double level = 0.2, int seed = 2)
    {
        var random = new Random(seed);
        var sources = new double[7];
        return Make(seconds, i =>
        {
            for (var k = 0; k < sources.Length; k++)
            {
                if (i % (1 << k) == 0) sources[k] = random.NextDouble() * 2 - 1;
            }

            return level * sources.Sum() / 3;
        });
    }

    /// <summary>Fans and wind.</summary>
    public static short[] BrownNoise(double seconds, double level = 0.3, int seed = 3)
    {
        var random = new Random(seed);
        var value = 0.0;
        return Make(seconds, _ =>
        {
            value = 0.998 * value + 0.06 * (random.NextDouble() * 2 - 1);
            return level * value;
        });
    }

    /// <summary>Short bursts, irregular.</summary>
    public static short[] Keyboard(double seconds, int seed = 4)
    {
        var random = new Random(seed);
        var samples = Silence(seconds);
        for (var at = 0; at < samples.Length - 800; at += random.Next(1_000, 5_000))
        {
            for (var i = 0; i < 500; i++) samples[at + i] = (short)(9_000 * Math.Exp(-i / 90.0) * (random.NextDouble() * 2 - 1));
        }

        return samples;
    }

    /// <summary>Plucked strings (Karplus and Strong 1983), three at a time, a new chord every second.</summary>
    public static short[] PluckedChords(double seconds, int seed = 5)
    {
        var random = new Random(seed);
        var samples = new double[(int)(seconds * Rate)];
        double[] roots = [130.8, 146.8, 164.8, 174.6, 196, 220];
        for (var beat = 0; beat < seconds; beat++)
        {
            var root = roots[random.Next(roots.Length)];
            foreach (var interval in (double[])[1, 1.25, 1.5]) Pluck(samples, beat * Rate, root * interval, random);
        }

        return [.. samples.Select(Sample)];
    }

    /// <summary>Held organ-like chords with harmonics.</summary>
    public static short[] HeldChords(double seconds)
    {
        double[] roots = [110, 130.8, 98, 146.8];
        return Make(seconds, i =>
        {
            var root = roots[i / (2 * Rate) % roots.Length];
            var sum = 0.0;
            foreach (var interval in (double[])[1, 1.26, 1.498])
            {
                for (var h = 1; h <= 4; h++) sum += Math.Sin(2 * Math.PI * root * interval * h * i / Rate) / h;
            }

            return 0.06 * sum;
        });
    }

    /// <summary>A single instrument's tune: a note every 400 ms.</summary>
    public static short[] Melody(double seconds, int seed = 6)
    {
        var random = new Random(seed);
        var notes = Enumerable.Range(0, (int)(seconds / 0.4) + 1).Select(_ => 220 * Math.Pow(2, random.Next(0, 10) / 12.0)).ToArray();
        var phase = 0.0;
        return Make(seconds, i =>
        {
            var t = i % (Rate * 2 / 5);
            phase += 2 * Math.PI * notes[i / (Rate * 2 / 5)] / Rate;
            return 0.2 * Math.Exp(-t / 4_000.0) * (Math.Sin(phase) + 0.5 * Math.Sin(2 * phase) + 0.3 * Math.Sin(3 * phase));
        });
    }

    public static short[] MainsHum(double seconds) =>
        Make(seconds, i => 0.05 * (Math.Sin(2 * Math.PI * 100 * i / Rate) + 0.6 * Math.Sin(2 * Math.PI * 200 * i / Rate)));

    public static short[] Mix(short[] one, short[] other) =>
        [.. one.Select((sample, i) => (short)Math.Clamp(sample + other[i % other.Length], short.MinValue, short.MaxValue))];

    private static void Pluck(double[] samples, int from, double frequency, Random random)
    {
        var line = new double[(int)(Rate / frequency)];
        for (var i = 0; i < line.Length; i++) line[i] = random.NextDouble() * 2 - 1;
        for (var i = 0; from + i < samples.Length && i < 2 * Rate; i++)
        {
            var at = i % line.Length;
            samples[from + i] += 0.15 * line[at];
            line[at] = 0.498 * (line[at] + line[(at + 1) % line.Length]);
        }
    }

    private static short[] Make(double seconds, Func<int, double> value)
    {
        var samples = new short[(int)(seconds * Rate)];
        for (var i = 0; i < samples.Length; i++) samples[i] = Sample(value(i));
        return samples;
    }

    private static short Sample(double value) => (short)Math.Clamp(value * 32_767, short.MinValue, short.MaxValue);
}
