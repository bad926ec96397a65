namespace Tertulia.Rtc.Congestion;

/// <summary>
/// Fits a line through the smoothed one-way delay of the last groups: its slope is how fast the queue on the path grows, in
/// milliseconds of delay per millisecond. Stands in for the draft's Kalman filter, as in Carlucci et al. (2016).
/// </summary>
internal sealed class TrendlineEstimator
{
    private const int Window = 20;

    // At a start on a narrow path a full window would take most of a second to arrive.
    private const int LeastCount = 10;
    private const double Smoothing = 0.9;

    private readonly double[] _times = new double[Window];
    private readonly double[] _delays = new double[Window];
    private double _accumulatedDelay;
    private double _smoothedDelay;
    private double _clock;
    private double _slope;

    /// <summary>Groups compared since the last reset.</summary>
    public int Count { get; private set; }

    /// <returns>The slope; the one before if the groups do not span any time.</returns>
    public double Update(double arrivalDelta, double sendDelta)
    {
        _clock += arrivalDelta;
        _accumulatedDelay += arrivalDelta - sendDelta;
        _smoothedDelay = Smoothing * _smoothedDelay + (1 - Smoothing) * _accumulatedDelay;
        _times[Count % Window] = _clock;
        _delays[Count % Window] = _smoothedDelay;
        Count++;
        if (Count >= LeastCount) _slope = FitSlope() ?? _slope;
        return _slope;
    }

    public void Reset()
    {
        Count = 0;
        _accumulatedDelay = _smoothedDelay = _clock = _slope = 0;
    }

    private double? FitSlope()
    {
        var count = Math.Min(Count, Window);
        double time = 0;
        double delay = 0;
        for (var i = 0; i < count; i++)
        {
            time += _times[i] / count;
            delay += _delays[i] / count;
        }

        double covariance = 0;
        double variance = 0;
        for (var i = 0; i < count; i++)
        {
            covariance += (_times[i] - time) * (_delays[i] - delay);
            variance += (_times[i] - time) * (_times[i] - time);
        }

        return variance > 0 ? covariance / variance : null;
    }
}
