using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Congestion;

/// <summary>
/// The delay-based estimate: grows while nothing queues, by a share far from the last known capacity and by a packet each response
/// time near it; falls below what got through when the path is overused (draft-ietf-rmcat-gcc-02 section 5.5).
/// </summary>
internal sealed class AimdRateControl(Bitrate start, Bitrate min, Bitrate max)
{
    private const double GrowthPerSecond = 1.08;
    private const double Backoff = 0.85;

    // What was never tried is not known: the estimate may not leave what gets through further behind than this.
    private const double MostAboveAcknowledged = 1.5;
    private const int PacketBits = 1200 * 8;
    private const int FramesPerSecond = 30;

    private static readonly Bitrate AcknowledgedMargin = Bitrate.FromKilobits(10);

    // Speech and a small picture. So little does not fill a path that others share, and delay alone would take everything from the
    // modest; if it is too much all the same, losses tell and what is in flight.
    private static readonly Bitrate Modest = Bitrate.FromKilobits(150);

    private readonly LinkCapacity _capacity = new();
    private State _state = State.Hold;
    private Instant? _grownAt;
    private Instant? _reducedAt;

    private enum State
    {
        Hold,
        Increase,
        Decrease,
    }

    public Bitrate Estimate { get; private set; } = start;

    /// <summary>When overuse last lowered the estimate.</summary>
    public Instant? ReducedAt => _reducedAt;

    /// <param name="now">Local time.</param>
    /// <param name="usage">What the detector says.</param>
    /// <param name="acknowledged">What gets through now; null if not known.</param>
    /// <param name="roundTrip">Of the path.</param>
    /// <param name="applicationLimited">Less was sent than the estimate allows: what got through is no measure of the path.</param>
    /// <returns>Why the estimate changed; null if it did not.</returns>
    public BandwidthChangeReason? Update(Instant now, BandwidthUsage usage, Bitrate? acknowledged, TimeSpan roundTrip, bool applicationLimited)
    {
        _state = usage switch
        {
            BandwidthUsage.Overuse => State.Decrease,
            BandwidthUsage.Underuse => State.Hold,
            _ when _state == State.Increase => State.Increase,
            _ => BeginIncrease(now),
        };

        return _state switch
        {
            State.Increase when Increase(now, acknowledged, roundTrip) => BandwidthChangeReason.Growth,
            State.Decrease when Decrease(now, acknowledged, roundTrip, applicationLimited) => BandwidthChangeReason.Overuse,
            _ => null,
        };
    }

    /// <summary>Something better than growth told the rate: a probe, a timeout.</summary>
    public void Set(Instant now, Bitrate estimate)
    {
        Estimate = estimate.Clamp(min, max);
        if (_capacity.IsAbove(Estimate)) _capacity.Forget();
        _grownAt = now;
    }

    private State BeginIncrease(Instant now)
    {
        _grownAt = now;
        return State.Increase;
    }

    private bool Increase(Instant now, Bitrate? acknowledged, TimeSpan roundTrip)
    {
        var elapsed = TimeSpan.FromSeconds(Math.Clamp((now - (_grownAt ?? now)).TotalSeconds, 0, 1));
        _grownAt = now;
        if (acknowledged is not { } rate) return false;
        if (_capacity.IsAbove(rate)) _capacity.Forget();

        var grown = _capacity.IsKnown
            ? Estimate + AdditivePerSecond(roundTrip) * elapsed.TotalSeconds
            : Estimate * Math.Pow(GrowthPerSecond, elapsed.TotalSeconds) + new Bitrate(1000) * elapsed.TotalSeconds;
        grown = Bitrate.Min(grown, Bitrate.Max(rate * MostAboveAcknowledged + AcknowledgedMargin, Modest)).Clamp(min, max);
        if (grown <= Estimate) return false;
        Estimate = grown;
        return true;
    }

    // One packet of the size that this rate is likely to have, each time that the other side could have answered.
    private Bitrate AdditivePerSecond(TimeSpan roundTrip)
    {
        var frameBits = (double)Estimate.BitsPerSecond / FramesPerSecond;
        var packetBits = frameBits / Math.Ceiling(frameBits / PacketBits);
        var response = roundTrip + TimeSpan.FromMilliseconds(100);
        return new Bitrate((long)Math.Max(4000, packetBits / response.TotalSeconds));
    }

    private bool Decrease(Instant now, Bitrate? acknowledged, TimeSpan roundTrip, bool applicationLimited)
    {
        if (!MayReduce(now, acknowledged, roundTrip)) return false;
        _state = State.Hold;
        var reduced = acknowledged is { } rate ? rate * Backoff : Estimate * Backoff;
        if (applicationLimited)
        {
            // What got through is only what was sent. If the path really holds so little, the next steps follow at once.
            reduced = Bitrate.Max(reduced, Estimate * 0.5);
        }
        else if (acknowledged is { } throughput)
        {
            if (reduced > Estimate && _capacity.IsKnown) reduced = _capacity.Mean * Backoff;
            if (_capacity.IsAbove(throughput) || _capacity.IsBelow(throughput)) _capacity.Forget();
            _capacity.Learn(throughput);
        }

        _reducedAt = now;
        reduced = Bitrate.Max(reduced, Bitrate.Min(Modest, Estimate)).Clamp(min, max);
        if (reduced >= Estimate) return false;
        Estimate = reduced;
        return true;
    }

    // The last reduction takes a round trip to be felt; unless far less gets through than was thought.
    private bool MayReduce(Instant now, Bitrate? acknowledged, TimeSpan roundTrip)
    {
        if (_reducedAt is not { } last) return true;
        var pause = TimeSpan.FromMilliseconds(Math.Clamp(roundTrip.TotalMilliseconds, 10, 200));
        return now - last >= pause || acknowledged < Estimate * 0.5;
    }
}
