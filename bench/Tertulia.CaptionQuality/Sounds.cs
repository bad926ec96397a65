using Tertulia.Speech.Voice;

namespace Tertulia.CaptionQuality;

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

    /// <summary>Kick, snare and hat, not quite regular; how fast depends on the seed.</summary>
    public static short[] Drums(double seconds, int seed = 7)
    {
        var random = new Random(seed);
        var samples = new double[(int)(seconds * Rate)];
        var beatsPerSecond = 3 + seed % 5;
        for (var beat = 0; beat < seconds * beatsPerSecond; beat++)
        {
            var at = beat * Rate / beatsPerSecond + random.Next(200);
            if (beat % 4 == 0) Strike(samples, at, 0.5, 1_400, i => Math.Sin(2 * Math.PI * (55 + 90 * Math.Exp(-i / 300.0)) * i / Rate));
            if (beat % 4 == 2) Strike(samples, at, 0.3, 900, i => 0.7 * (random.NextDouble() * 2 - 1) + 0.5 * Math.Sin(2 * Math.PI * 190 * i / Rate));
            Strike(samples, at, 0.12, 250, _ => random.NextDouble() * 2 - 1);
        }

        return [.. samples.Select(Sample)];
    }

    /// <summary>Somebody hums and sings vowels: notes with vibrato, slides between them, breaths.</summary>
    public static short[] Vocalise(double seconds, int seed = 8)
    {
        var random = new Random(seed);
        double[][] vowels = [[800, 1200, 2500], [400, 2000, 2600], [300, 900, 2300], [500, 1000, 2400]]; // first formants of a, e, u, o
        var formants = new Resonator[] { new(90), new(110), new(140) };
        var (note, target, vowel, left, breath) = (180.0, 180.0, vowels[0], 0, 0);
        var phase = 0.0;
        return Make(seconds, i =>
        {
            if (left-- <= 0)
            {
                breath = random.Next(4) == 0 ? Rate / 2 : 0;
                left = random.Next(Rate / 2, 2 * Rate) + breath;
                target = 150 * Math.Pow(2, random.Next(0, 12) / 12.0);
                vowel = vowels[random.Next(vowels.Length)];
            }

            note += (target - note) * 0.002;
            var pitch = note * (1 + 0.02 * Math.Sin(2 * Math.PI * 5.5 * i / Rate));
            phase = (phase + pitch / Rate) % 1;
            var source = breath-- > 0 ? 0.01 * (random.NextDouble() * 2 - 1) : 1 - 2 * phase + 0.02 * (random.NextDouble() * 2 - 1);
            var sum = 0.0;
            for (var k = 0; k < formants.Length; k++) sum += formants[k].Next(source, vowel[k]) / (k + 1);
            return 0.08 * sum;
        });
    }

    /// <summary>Brown noise that swells and fades.</summary>
    public static short[] Gusts(double seconds, int seed = 9)
    {
        var wind = BrownNoise(seconds, 0.6, seed);
        return [.. wind.Select((sample, i) => (short)(sample * (0.1 + 0.9 * Math.Pow(Math.Sin(2 * Math.PI * i / Rate / (2.3 + seed % 5)), 2))))];
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

    private static void Strike(double[] samples, int from, double level, double decay, Func<int, double> wave)
    {
        for (var i = 0; from + i < samples.Length && i < 6 * decay; i++) samples[from + i] += level * Math.Exp(-i / decay) * wave(i);
    }

    private static short[] Make(double seconds, Func<int, double> value)
    {
        var samples = new short[(int)(seconds * Rate)];
        for (var i = 0; i < samples.Length; i++) samples[i] = Sample(value(i));
        return samples;
    }

    private static short Sample(double value) => (short)Math.Clamp(value * 32_767, short.MinValue, short.MaxValue);

    /// <summary>A formant: a resonance of two poles, with its gain at the peak brought to one.</summary>
    private sealed class Resonator(double bandwidth)
    {
        private readonly double _radius = Math.Exp(-Math.PI * bandwidth / Rate);
        private double _last;
        private double _beforeLast;

        public double Next(double input, double frequency)
        {
            var angle = 2 * Math.PI * frequency / Rate;
            var output = (1 - _radius) * input + 2 * _radius * Math.Cos(angle) * _last - _radius * _radius * _beforeLast;
            (_beforeLast, _last) = (_last, output);
            return output;
        }
    }
}
