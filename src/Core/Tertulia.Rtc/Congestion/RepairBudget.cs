using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Congestion;

/// <summary>
/// Bounds what repair may take of a path: a share of the estimate, saved up for a moment. Without a bound a full queue loses packets,
/// their retransmissions keep it full, and the path never gets rid of them.
/// </summary>
internal sealed class RepairBudget(double share)
{
    // A burst of losses at once, and a lost part of a key frame on a narrow path.
    private const double LeastDepth = 12_000;

    private static readonly TimeSpan Depth = TimeSpan.FromMilliseconds(500);

    private double _bytes = double.MaxValue;
    private Instant _refilledAt;

    /// <summary>False when so much was repaired of late that this would be too much.</summary>
    public bool TryTake(Instant now, Bitrate estimate, int size)
    {
        var rate = estimate * share;
        _bytes = Math.Min(_bytes + Math.Max(0, rate.BytesIn(now - _refilledAt)), Math.Max(LeastDepth, rate.BytesIn(Depth)));
        _refilledAt = now;
        if (_bytes < size) return false;
        _bytes -= size;
        return true;
    }
}
