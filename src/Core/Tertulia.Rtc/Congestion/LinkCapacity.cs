namespace Tertulia.Rtc.Congestion;

/// <summary>
/// What got through whenever the path was overused: its mean and deviation tell whether the next overuse is near
/// (draft-ietf-rmcat-gcc-02 section 5.5).
/// </summary>
internal sealed class LinkCapacity
{
    private const double Weight = 0.05;
    private const double Deviations = 3;

    private double _kilobits;

    // Variance relative to the mean, so that one bound suits every rate.
    private double _relativeVariance = 0.4;

    public bool IsKnown => _kilobits > 0;

    public Bitrate Mean => Bitrate.FromKilobits(_kilobits);

    private double Spread => Deviations * Math.Sqrt(_relativeVariance * _kilobits);

    public bool IsAbove(Bitrate rate) => IsKnown && rate.Kilobits > _kilobits + Spread;

    public bool IsBelow(Bitrate rate) => IsKnown && rate.Kilobits < _kilobits - Spread;

    public void Learn(Bitrate acknowledged)
    {
        var sample = acknowledged.Kilobits;
        var error = IsKnown ? sample - _kilobits : 0;
        _kilobits = IsKnown ? _kilobits + Weight * error : sample;
        _relativeVariance = Math.Clamp((1 - Weight) * _relativeVariance + Weight * error * error / Math.Max(_kilobits, 1), 0.4, 2.5);
    }

    public void Forget() => _kilobits = 0;
}
