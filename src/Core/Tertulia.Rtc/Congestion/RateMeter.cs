using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Congestion;

/// <summary>The rate of what was sent within the last half second, in steps of 50 ms.</summary>
internal sealed class RateMeter
{
    private const int Buckets = 10;

    private static readonly TimeSpan BucketLength = TimeSpan.FromMilliseconds(50);

    private readonly int[] _bytes = new int[Buckets];
    private long _current;
    private long _first = -1;
    private long _sum;

    public void Add(Instant now, int bytes)
    {
        Advance(now);
        if (_first < 0) _first = _current;
        _bytes[_current % Buckets] += bytes;
        _sum += bytes;
    }

    /// <summary>Zero while nothing is sent.</summary>
    public Bitrate Rate(Instant now)
    {
        if (_first < 0) return Bitrate.Zero;
        Advance(now);
        var span = Math.Clamp(_current - _first + 1, 2, Buckets);
        return Bitrate.Of(_sum, BucketLength * span);
    }

    private void Advance(Instant now)
    {
        var bucket = Math.Max(_current, now.Ticks / BucketLength.Ticks);
        for (var passed = Math.Min(bucket - _current, Buckets); passed > 0; passed--)
        {
            ref var stale = ref _bytes[(bucket - passed + 1) % Buckets];
            _sum -= stale;
            stale = 0;
        }

        _current = bucket;
    }
}
