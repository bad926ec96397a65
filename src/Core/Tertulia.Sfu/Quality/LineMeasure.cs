using Tertulia.Rtc;
using Tertulia.Rtc.Net;
using Tertulia.Sfu.Allocation;

namespace Tertulia.Sfu.Quality;

/// <summary>What is known of one participant's line at one moment.</summary>
/// <param name="UplinkLoss">Share of packets that did not arrive here of late, before any repair, 0-1.</param>
/// <param name="DownlinkLoss">The same towards the participant.</param>
/// <param name="RoundTrip">Null where nothing is sent that would be reported on.</param>
/// <param name="IsReduced">Some video is smaller, or slower, than its place on the screen because the line carries no more.</param>
/// <param name="IsStarved">Some visible video is not sent at all for that reason, or sent though it hardly fits.</param>
internal readonly record struct LineMeasure(double UplinkLoss, double DownlinkLoss, TimeSpan? RoundTrip, bool IsReduced, bool IsStarved)
{
    private const double PoorLoss = 0.08;
    private const double GoodLoss = 0.02;
    private const double StarvedShare = 0.5;

    // People begin to talk at the same time at half a second, and notice a quarter.
    private static readonly TimeSpan s_poorRoundTrip = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan s_goodRoundTrip = TimeSpan.FromMilliseconds(250);

    public LineQuality Quality
    {
        get
        {
            var loss = Math.Max(UplinkLoss, DownlinkLoss);
            if (IsStarved || loss >= PoorLoss || RoundTrip >= s_poorRoundTrip) return LineQuality.Poor;
            return IsReduced || loss >= GoodLoss || RoundTrip >= s_goodRoundTrip ? LineQuality.Good : LineQuality.Excellent;
        }
    }

    public LineMeasure With(RoomConnection connection)
    {
        var bandwidth = connection.Connection.Bandwidth;
        var (reduced, starved) = (IsReduced, IsStarved);
        foreach (var section in connection.Sections)
        {
            if (section.Subscription is not { Reason: SelectionReason.Bandwidth } subscription) continue;
            if (subscription.Target is null) starved = true;
            else reduced = true;
        }

        // A plain camera has nothing smaller: it is sent whatever the line carries.
        if (!reduced && bandwidth.Estimate < bandwidth.Demand * StarvedShare) starved = true;
        return new LineMeasure(UplinkLoss, Math.Max(DownlinkLoss, LossTo(connection)), Later(RoundTrip, bandwidth.RoundTripTime), reduced, starved);
    }

    /// <summary>Towards a receiver: by its transport-wide feedback, else by its reports on the streams.</summary>
    public static double LossTo(RoomConnection connection)
    {
        var bandwidth = connection.Connection.Bandwidth;
        if (bandwidth.Acknowledged is not null || bandwidth.Loss > 0) return bandwidth.Loss;
        var worst = 0.0;
        foreach (var section in connection.Sections) worst = Math.Max(worst, section.Subscription?.Stream.FractionLost ?? 0);
        return worst;
    }

    private static TimeSpan? Later(TimeSpan? one, TimeSpan? other) => one is null || other > one ? other : one;
}
