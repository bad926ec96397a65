using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Congestion;

/// <summary>
/// The estimate for receivers that give no transport-wide feedback: from the loss in their reports (draft-ietf-rmcat-gcc-02
/// section 6), and never above their REMB.
/// </summary>
internal sealed class ReportedLossControl(Bitrate start, Bitrate min, Bitrate max)
{
    private const double LowLoss = 0.02;
    private const double HighLoss = 0.10;
    private const double GrowthPerSecond = 1.08;

    private Bitrate _lossBased = start;
    private Bitrate _remb = Bitrate.Unlimited;
    private Instant? _updatedAt;
    private Instant? _reducedAt;

    public Bitrate Estimate => Bitrate.Min(_lossBased, _remb).Clamp(min, max);

    public BandwidthChangeReason OnRemb(Bitrate remb)
    {
        _remb = remb;

        // Until losses contradict, the receiver knows better than a slow start.
        if (_reducedAt is null && remb < Bitrate.Unlimited) _lossBased = Bitrate.Max(_lossBased, remb).Clamp(min, max);
        return BandwidthChangeReason.Remb;
    }

    public BandwidthChangeReason OnReport(Instant now, double loss, TimeSpan roundTrip, Bitrate sent)
    {
        var elapsed = Math.Clamp((now - (_updatedAt ?? now)).TotalSeconds, 0, 2);
        _updatedAt = now;
        if (loss > HighLoss)
        {
            if (_reducedAt is { } last && now - last < roundTrip + TimeSpan.FromMilliseconds(300)) return BandwidthChangeReason.Loss;
            _reducedAt = now;
            _lossBased = (Estimate * (1 - 0.5 * loss)).Clamp(min, max);
            return BandwidthChangeReason.Loss;
        }

        if (loss >= LowLoss) return BandwidthChangeReason.Growth;

        // Without a REMB only what was sent is known to have got through.
        var ceiling = _remb < Bitrate.Unlimited ? _remb : Bitrate.Max(_lossBased, sent * 1.5 + Bitrate.FromKilobits(10));
        var grown = _lossBased * Math.Pow(GrowthPerSecond, elapsed) + new Bitrate(1000) * elapsed;
        _lossBased = Bitrate.Max(_lossBased, Bitrate.Min(grown, ceiling)).Clamp(min, max);
        return BandwidthChangeReason.Growth;
    }
}
