using Tertulia.Rtc;
using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;

namespace Tertulia.Sfu.Repair;

/// <summary>How many copies of audio frames a receiver gets: as many as its losses ask for and its line has room for.</summary>
/// <param name="areHidden">The receiver's reports count as lost only what is lost with all its copies.</param>
internal sealed class RedundancyPolicy(bool areHidden = false)
{
    // One copy leaves the square of the loss, two its cube.
    private static readonly double[] s_startLoss = [0.01, 0.06];
    private static readonly double[] s_stopLoss = [0.004, 0.03];

    // A copy of every microphone that may be audible takes about this. On a line that has not that much, copies would cause the losses.
    private static readonly Bitrate s_roomForACopy = Bitrate.FromKilobits(100);

    // Losses come back: what was added stays until they have been away for a while.
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // Reports of audio come with few packets: one bad report is not yet a bad line.
    private const double NewShare = 0.4;

    // What is left with copies is little, and says something about all only over several reports.
    private const double NewShareOfRest = 0.2;
    private const double LeastRest = 0.0005;

    // With so much beside it, video that is, transport-wide feedback tells more of the line than reports on a voice do.
    private static readonly Bitrate s_mostlyVideo = Bitrate.FromKilobits(250);

    private int _copies;
    private double _reported;
    private long _reports;
    private Instant _nextDecision = Instant.Zero;
    private Instant _wantedAt = Instant.Zero;

    /// <summary>Cheap enough for each packet: looks at the line five times a second.</summary>
    public int Decide(Instant now, SendStream stream, SendSideBandwidthEstimator line)
    {
        if (now < _nextDecision) return _copies;
        _nextDecision = now + Interval;
        if (stream.ReportsReceived != _reports)
        {
            _reports = stream.ReportsReceived;
            _reported += (stream.FractionLost - _reported) * (areHidden && _copies > 0 ? NewShareOfRest : NewShare);
        }

        return _copies = Choose(now, LossOf(now, line), line.Estimate);
    }

    private double LossOf(Instant now, SendSideBandwidthEstimator line)
    {
        if (!areHidden) return Math.Max(_reported, line.Loss);
        if (line.Loss > 0 && line.SentRate(now) > s_mostlyVideo) return line.Loss;
        return Math.Max(_reported < LeastRest ? 0 : Math.Pow(_reported, 1.0 / (1 + _copies)), line.Loss);
    }

    private int Choose(Instant now, double loss, Bitrate estimate)
    {
        var room = (int)Math.Min(estimate / s_roomForACopy, s_startLoss.Length);
        var wanted = Count(loss, s_startLoss);
        if (wanted >= _copies || Count(loss, s_stopLoss) >= _copies) _wantedAt = now;
        if (wanted < _copies) wanted = now - _wantedAt < Hold ? _copies : _copies - 1;
        return Math.Min(wanted, room);
    }

    private static int Count(double loss, double[] limits)
    {
        var count = 0;
        while (count < limits.Length && loss >= limits[count]) count++;
        return count;
    }
}
