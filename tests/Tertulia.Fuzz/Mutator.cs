using Tertulia.Simulation;

namespace Tertulia.Fuzz;

/// <summary>Damages valid inputs, or makes noise; the same seed makes the same inputs.</summary>
internal sealed class Mutator(ulong seed, IReadOnlyList<byte[]> corpus, int maxLength)
{
    private readonly SeededEntropy _random = new(seed);
    private readonly byte[] _buffer = new byte[maxLength];

    public Span<byte> Next()
    {
        if (corpus.Count == 0 || _random.NextDouble() < 0.1) return Noise();

        var original = corpus[Below(corpus.Count)];
        var length = Math.Min(original.Length, maxLength);
        original.AsSpan(0, length).CopyTo(_buffer);
        for (var i = 1 + Below(6); i > 0 && length > 0; i--) length = Damage(length);
        return _buffer.AsSpan(0, length);
    }

    private Span<byte> Noise()
    {
        var noise = _buffer.AsSpan(0, Below(Math.Min(maxLength, 1500)));
        _random.Fill(noise);
        return noise;
    }

    private int Damage(int length)
    {
        var at = Below(length);
        switch (Below(8))
        {
            case 0:
                _buffer[at] ^= (byte)(1 << Below(8));
                return length;
            case 1:
                _buffer[at] = (byte)Below(256);
                return length;
            case 2:
                _buffer[at] = (byte)(Below(2) == 0 ? 0 : 255);
                return length;
            case 3:
                return at;
            case 4:
                // A piece is missing.
                var cut = Math.Min(1 + Below(16), length - at);
                _buffer.AsSpan(at + cut, length - at - cut).CopyTo(_buffer.AsSpan(at));
                return length - cut;
            case 5:
                // A piece stands twice.
                var repeat = Math.Min(Math.Min(1 + Below(64), length - at), maxLength - length);
                _buffer.AsSpan(at, length - at).ToArray().CopyTo(_buffer.AsSpan(at + repeat));
                return length + repeat;
            case 6:
                // A piece of another input.
                var other = corpus[Below(corpus.Count)];
                var piece = Math.Min(Math.Min(1 + Below(64), other.Length), length - at);
                other.AsSpan(Below(other.Length - piece + 1), piece).CopyTo(_buffer.AsSpan(at));
                return length;
            default:
                _random.Fill(_buffer.AsSpan(at, Math.Min(1 + Below(8), length - at)));
                return length;
        }
    }

    private int Below(int bound) => bound <= 0 ? 0 : (int)(_random.NextDouble() * bound);
}
