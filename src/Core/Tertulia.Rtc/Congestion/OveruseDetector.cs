using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Congestion;

internal enum BandwidthUsage
{
    Normal,

    /// <summary>The queue on the path drains.</summary>
    Underuse,

    /// <summary>The queue on the path grows.</summary>
    Overuse,
}

/// <summary>
/// Compares the delay trend with a threshold that follows it slowly, so that jitter of any size is told from congestion and
/// flows that compete by loss do not starve ours (draft-ietf-rmcat-gcc-02 section 5.4).
/// </summary>
internal sealed class OveruseDetector
{
    // The slope becomes comparable with the draft's thresholds, which are meant for a delay gradient in milliseconds.
    private const double Gain = 4;
    private const int MaxCount = 60;

    private const double InitialThreshold = 12.5;
    private const double MinThreshold = 6;
    private const double MaxThreshold = 600;
    private const double RaiseRate = 0.0087;
    private const double LowerRate = 0.039;

    // A lone spike says more about a scheduler than about the path.
    private const double IgnoredExcess = 15;
    private const double OveruseMilliseconds = 10;

    private double _threshold = InitialThreshold;
    private double _previousTrend;
    private double _overuseTime = -1;
    private int _overuseCount;
    private Instant? _adaptedAt;

    public BandwidthUsage Usage { get; private set; }

    public double Threshold => _threshold;

    /// <param name="now">Local time, for the threshold's speed.</param>
    /// <param name="slope">Of <see cref="TrendlineEstimator"/>.</param>
    /// <param name="count">Groups it rests on.</param>
    /// <param name="sendDelta">Milliseconds since the group before.</param>
    public BandwidthUsage Detect(Instant now, double slope, int count, double sendDelta)
    {
        var trend = Math.Min(count, MaxCount) * slope * Gain;
        if (count < 2)
        {
            Usage = BandwidthUsage.Normal;
        }
        else if (trend > _threshold)
        {
            // The growth began somewhere between the two groups.
            _overuseTime = _overuseTime < 0 ? sendDelta / 2 : _overuseTime + sendDelta;
            _overuseCount++;
            if (_overuseTime > OveruseMilliseconds && _overuseCount > 1 && slope >= _previousTrend)
            {
                _overuseTime = 0;
                _overuseCount = 0;
                Usage = BandwidthUsage.Overuse;
            }
        }
        else
        {
            _overuseTime = -1;
            _overuseCount = 0;
            Usage = trend < -_threshold ? BandwidthUsage.Underuse : BandwidthUsage.Normal;
        }

        _previousTrend = slope;
        Adapt(now, Math.Abs(trend));
        return Usage;
    }

    /// <summary>Forgets the current suspicion; what was learned about the path's jitter stays.</summary>
    public void Reset()
    {
        (_overuseTime, _overuseCount, _previousTrend) = (-1, 0, 0);
        Usage = BandwidthUsage.Normal;
        _adaptedAt = null;
    }

    private void Adapt(Instant now, double trend)
    {
        var elapsed = Math.Clamp((now - (_adaptedAt ?? now)).TotalMilliseconds, 0, 100);
        _adaptedAt = now;
        if (trend > _threshold + IgnoredExcess) return;
        var rate = trend < _threshold ? LowerRate : RaiseRate;
        _threshold = Math.Clamp(_threshold + rate * (trend - _threshold) * elapsed, MinThreshold, MaxThreshold);
    }
}
