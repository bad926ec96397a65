namespace Tertulia.Sfu.Tests.Speakers;

/// <summary>What one microphone's levels would be, frame by frame (20 ms), in −dBov. Seeded, so that every run is the same.</summary>
internal sealed class Voice(int seed)
{
    public const int Silent = 127;

    private readonly Random _random = new(seed);
    private readonly List<(int From, int To, Func<int, double> Level)> _parts = [];

    /// <summary>What is heard between the parts; null sends no packets then (discontinuous transmission).</summary>
    public double? Background { get; init; } = 68;

    /// <summary>How far the background scatters around its level.</summary>
    public double BackgroundScatter { get; init; } = 1.5;

    /// <summary>Level of vowels; consonants and word ends are quieter.</summary>
    public double Vowels { get; init; } = 24;

    public Voice Speak(int fromMilliseconds, int toMilliseconds)
    {
        var envelope = new Dictionary<int, double>();
        int at = fromMilliseconds / 20, end = toMilliseconds / 20;
        while (at < end)
        {
            // A word of one to four syllables, each rising quickly and falling slowly over 140 to 260 ms; then often a short gap.
            for (var syllables = _random.Next(1, 5); syllables > 0 && at < end; syllables--)
            {
                var length = _random.Next(7, 14);
                var peak = Vowels + _random.NextDouble() * 8 - 4;
                var dip = 12 + _random.NextDouble() * 10;
                for (var i = 0; i < length && at < end; i++, at++)
                {
                    var position = i / (double)length;
                    var below = position < 0.15 ? 1 - position / 0.15 : position > 0.6 ? (position - 0.6) / 0.4 : 0;
                    envelope[at] = peak + below * dip + Scatter(1.5);
                }
            }

            if (_random.Next(3) == 0) at += _random.Next(2, 6);
        }

        _parts.Add((fromMilliseconds / 20, end, frame => envelope.GetValueOrDefault(frame, (Background ?? 90) + Scatter(1))));
        return this;
    }

    /// <summary>Sentences of 1 to 4 s with pauses between.</summary>
    public Voice Talk(int fromMilliseconds, int toMilliseconds, int shortestPause = 400, int longestPause = 1_200)
    {
        for (var at = fromMilliseconds; at < toMilliseconds;)
        {
            var end = Math.Min(toMilliseconds, at + _random.Next(1_000, 4_000));
            Speak(at, end);
            at = end + _random.Next(shortestPause, longestPause);
        }

        return this;
    }

    /// <summary>A burst that is loud at once and fades.</summary>
    public Voice Cough(int fromMilliseconds, int length = 200)
    {
        _parts.Add((fromMilliseconds / 20, (fromMilliseconds + length) / 20, frame => 15 + (frame - fromMilliseconds / 20) * 1.5 + Scatter(1)));
        return this;
    }

    /// <summary>A steady sound.</summary>
    public Voice Hum(int fromMilliseconds, int toMilliseconds, double level, double scatter = 1)
    {
        _parts.Add((fromMilliseconds / 20, toMilliseconds / 20, _ => level + Scatter(scatter)));
        return this;
    }

    /// <summary>Short clicks, three to eight a second.</summary>
    public Voice Type(int fromMilliseconds, int toMilliseconds)
    {
        for (var at = fromMilliseconds / 20; at < toMilliseconds / 20; at += _random.Next(6, 16))
        {
            _parts.Add((at, at + _random.Next(1, 3), _ => 35 + Scatter(4)));
        }

        return this;
    }

    /// <summary>The level of a frame, or null if no packet is sent.</summary>
    public int? Level(int frame)
    {
        var level = Background is { } background ? background + Scatter(BackgroundScatter) : double.NaN;
        foreach (var (from, to, part) in _parts)
        {
            if (frame >= from && frame < to) level = double.IsNaN(level) ? part(frame) : Math.Min(level, part(frame));
        }

        return double.IsNaN(level) ? null : (int)Math.Clamp(level, 0, 127);
    }

    private double Scatter(double deviation) =>
        deviation * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
