using Tertulia.Rtc.Net;

namespace Tertulia.Simulation;

/// <summary>A run with the same seed is the same run. xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators").</summary>
public sealed class SeededEntropy(ulong seed) : EntropySource
{
    private ulong _state = seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D;

    public override void Fill(Span<byte> destination)
    {
        for (var i = 0; i < destination.Length; i++) destination[i] = (byte)(Next() >> 56);
    }

    /// <summary>Uniform in 0 (inclusive) to 1 (exclusive).</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    private ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545F4914F6CDD1D;
    }
}
