using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Tests.Congestion;

public sealed class RepairBudgetTests
{
    private static readonly Bitrate Estimate = Bitrate.FromKilobits(2000);

    [Fact]
    public void Over_time_no_more_than_the_share_is_taken()
    {
        var budget = new RepairBudget(0.25);
        var taken = Take(budget, Instant.FromMilliseconds(1000), TimeSpan.FromSeconds(20), Estimate);
        Assert.InRange(taken * 8 / 20.0, 450_000, 530_000);
    }

    [Fact]
    public void A_burst_may_be_repaired_at_once_but_not_a_second_one()
    {
        var budget = new RepairBudget(0.25);
        var now = Instant.FromMilliseconds(1000);
        Assert.InRange(TakeNow(budget, now, Estimate), 25, 27);
        Assert.Equal(0, TakeNow(budget, now + TimeSpan.FromMilliseconds(1), Estimate));
        Assert.InRange(TakeNow(budget, now + TimeSpan.FromMilliseconds(101), Estimate), 5, 6);
    }

    [Fact]
    public void On_a_narrow_path_ten_packets_may_go_all_the_same() =>
        Assert.Equal(10, TakeNow(new RepairBudget(0.25), Instant.FromMilliseconds(1000), Bitrate.FromKilobits(30)));

    [Fact]
    public void What_was_saved_is_lost_when_the_estimate_falls()
    {
        var budget = new RepairBudget(0.25);
        var now = Instant.FromMilliseconds(1000);
        Assert.True(budget.TryTake(now, Bitrate.FromKilobits(20_000), 1200));
        Assert.Equal(10, TakeNow(budget, now, Bitrate.FromKilobits(100)));
    }

    private static int TakeNow(RepairBudget budget, Instant now, Bitrate estimate)
    {
        var taken = 0;
        while (budget.TryTake(now, estimate, 1200)) taken++;
        return taken;
    }

    private static long Take(RepairBudget budget, Instant from, TimeSpan duration, Bitrate estimate)
    {
        var taken = 0L;
        for (var now = from; now < from + duration; now += TimeSpan.FromMilliseconds(1))
        {
            if (budget.TryTake(now, estimate, 1200)) taken += 1200;
        }

        return taken;
    }
}
