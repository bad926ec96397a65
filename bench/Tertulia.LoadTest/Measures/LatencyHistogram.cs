using System.Numerics;

namespace Tertulia.LoadTest.Measures;

/// <summary>How often which time occurred, exact to 3 %: buckets of equal width within each power of two of microseconds.</summary>
internal sealed class LatencyHistogram
{
    private const int BucketBits = 5;
    private const int Buckets = 1 << BucketBits;

    private readonly long[] _counts = new long[(64 - BucketBits) * Buckets];

    public long Count { get; private set; }

    public void Add(TimeSpan time)
    {
        var microseconds = (ulong)Math.Max(0, time.Ticks / TimeSpan.TicksPerMicrosecond);
        var shift = Math.Max(0, BitOperations.Log2(microseconds | 1) - BucketBits);
        _counts[(shift << BucketBits) + (int)(microseconds >> shift)]++;
        Count++;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Count += other.Count;
    }

    /// <summary>The time that this share (0-1) did not exceed, in milliseconds; 0 without any.</summary>
    public double Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(Count * share);
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted && seen > 0) return MiddleOf(i) / 1000;
        }

        return 0;
    }

    private static double MiddleOf(int index)
    {
        // From 2 · Buckets on, an index is a shift and the upper half of the buckets.
        var shift = Math.Max(0, (index >> BucketBits) - 1);
        return (index - (shift << BucketBits) + 0.5) * (1L << shift);
    }
}
