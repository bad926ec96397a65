using Tertulia.Rtc.Congestion;
using Xunit.Abstractions;

namespace Tertulia.Rtc.Tests.Congestion;

/// <summary>The whole estimator against a path, in virtual time; each case prints a row.</summary>
public sealed class ClosedLoopTests(ITestOutputHelper output)
{
    public static TheoryData<ushort> WrapPoints => Tests.Rtp.WrapPoints.All;

    [Theory]
    [InlineData(300)]
    [InlineData(1000)]
    [InlineData(2500)]
    [InlineData(8000)]
    public void A_steady_path_is_used_without_a_queue(int kilobits)
    {
        var loop = new ClosedLoop { Capacity = Bitrate.FromKilobits(kilobits) };
        loop.Estimator.Demand = Bitrate.FromKilobits(kilobits * 2);
        loop.Run(30);

        var early = Print(loop, "steady", 4, 8);
        var late = Print(loop, "steady", 8, 30);
        Assert.True(early.Used > 0.8, $"used {early.Used:P0} after 4 s");
        Assert.InRange(late.Used, 0.85, 1.0);

        // At 300 kbit/s a single packet takes 32 ms; at 8 Mbit/s the queue can grow more slowly than a trend is told from noise.
        Assert.InRange(late.QueueP95, 0, kilobits is 1000 or 2500 ? 50 : 100);
        Assert.InRange(late.QueueMax, 0, 100);
    }

    [Fact]
    public void It_follows_the_capacity_down_and_up()
    {
        var loop = new ClosedLoop { Capacity = Bitrate.FromKilobits(4000), Supply = Bitrate.FromKilobits(4000) };
        loop.Estimator.Demand = loop.Supply;
        loop.Run(15);
        Print(loop, "dip: 4000", 5, 15);
        loop.Capacity = Bitrate.FromKilobits(500);
        var down = loop.RunUntil(() => loop.Estimator.Estimate.Kilobits < 550, 10);
        loop.Run(30 - loop.Samples[^1].At);
        Print(loop, "dip: 500", 17, 30);
        loop.Capacity = Bitrate.FromKilobits(4000);
        var up = loop.RunUntil(() => loop.Estimator.Estimate.Kilobits > 3200, 30);
        loop.Run(10);
        Print(loop, "dip: back", loop.Samples[^1].At - 10, loop.Samples[^1].At);

        output.WriteLine($"down after {down:F2} s, up after {up:F2} s");
        Assert.InRange(down ?? 99, 0, 2);
        Assert.InRange(up ?? 99, 0, 15);
    }

    [Theory]
    [InlineData(0.05, 1000)]
    [InlineData(0.05, 4000)]
    [InlineData(0.10, 1000)]
    [InlineData(0.10, 4000)]
    public void Random_loss_does_not_bring_it_down(double loss, int kilobits)
    {
        var loop = new ClosedLoop { Capacity = Bitrate.FromKilobits(kilobits), Loss = loss };
        loop.Estimator.Demand = Bitrate.FromKilobits(kilobits * 2);
        loop.Run(60);

        var late = Print(loop, $"random loss {loss:P0}", 10, 60);
        Assert.InRange(late.Mean, kilobits * 0.75, kilobits * 1.2);
        Assert.True(late.Least > kilobits * 0.4);
    }

    [Fact]
    public void A_path_without_a_queue_is_recognized_by_its_losses()
    {
        var loop = new ClosedLoop { Capacity = Bitrate.FromKilobits(1000), QueueLimit = TimeSpan.FromMilliseconds(15) };
        loop.Estimator.Demand = Bitrate.FromKilobits(4000);
        loop.Run(60);

        var late = Print(loop, "policed, no queue", 10, 60);
        Assert.InRange(late.Mean, 700, 1400);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(3000)]
    public void Jitter_does_not_bring_it_down(int kilobits)
    {
        var loop = new ClosedLoop { Capacity = Bitrate.FromKilobits(kilobits), Jitter = TimeSpan.FromMilliseconds(30) };
        loop.Estimator.Demand = Bitrate.FromKilobits(kilobits * 2);
        loop.Run(60);

        var late = Print(loop, "jitter +-15 ms", 10, 60);
        Assert.InRange(late.Used, 0.75, 1.0);
        Assert.InRange(late.QueueP95, 0, 120);
    }

    [Fact]
    public void Little_to_send_neither_lets_it_run_away_nor_collapse()
    {
        var loop = new ClosedLoop { Capacity = Bitrate.FromKilobits(3000), Supply = Bitrate.FromKilobits(200), Jitter = TimeSpan.FromMilliseconds(10) };
        loop.Estimator.Demand = Bitrate.FromKilobits(1500);
        loop.Run(120);

        var late = Print(loop, "application-limited", 10, 120);
        Assert.InRange(late.Least, 700, 3000);
        Assert.InRange(late.Most, 1000, 3000);
        loop.Supply = Bitrate.FromKilobits(1500);
        loop.Run(10);
        Assert.InRange(Print(loop, "application-limited: more", 121, 130).Delivered, 1300, 1700);
    }

    [Fact]
    public void Without_demand_it_stays_where_it_is()
    {
        var loop = new ClosedLoop { Capacity = Bitrate.FromKilobits(3000), Supply = Bitrate.FromKilobits(100) };
        loop.Estimator.Demand = Bitrate.FromKilobits(500);
        loop.Run(60);

        var all = Print(loop, "no demand", 0, 60);
        Assert.Equal(0, loop.Estimator.Probes);
        Assert.InRange(all.Least, 900, 1100);
        Assert.InRange(all.Most, 900, 1100);
    }

    [Fact]
    public void Lost_feedback_is_borne()
    {
        var loop = new ClosedLoop { Capacity = Bitrate.FromKilobits(2000), FeedbackLoss = 0.3 };
        loop.Estimator.Demand = Bitrate.FromKilobits(4000);
        loop.Run(30);
        Assert.InRange(Print(loop, "30 % of feedback lost", 8, 30).Used, 0.75, 1.0);

        loop.FeedbackLoss = 1;
        loop.Run(3);
        Assert.InRange(loop.Estimator.Estimate.Kilobits, 30, 1000);
        loop.FeedbackLoss = 0;
        var back = loop.RunUntil(() => loop.Estimator.Estimate.Kilobits > 1500, 20);
        output.WriteLine($"back {back:F2} s after feedback came again");
        Assert.InRange(back ?? 99, 0, 8);
    }

    [Fact]
    public void An_outage_is_noticed_at_once_and_forgotten_soon()
    {
        var loop = new ClosedLoop { Capacity = Bitrate.FromKilobits(2000) };
        loop.Estimator.Demand = Bitrate.FromKilobits(2500);
        loop.Run(10);
        loop.Loss = 1;
        var down = loop.RunUntil(() => loop.Estimator.Estimate.Kilobits < 1000, 5);
        loop.Run(3);
        loop.Loss = 0;
        var back = loop.RunUntil(() => loop.Estimator.Estimate.Kilobits > 1500, 20);
        output.WriteLine($"halved after {down:F2} s, back {back:F2} s after the outage");
        Assert.InRange(down ?? 99, 0, 2);
        Assert.InRange(back ?? 99, 0, 10);
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Wherever_the_transport_sequence_wraps(ushort first)
    {
        var expected = new ClosedLoop { Capacity = Bitrate.FromKilobits(1000), Loss = 0.02 };
        var actual = new ClosedLoop(firstSequence: first) { Capacity = Bitrate.FromKilobits(1000), Loss = 0.02 };
        expected.Run(10);
        actual.Run(10);
        Assert.Equal(expected.Samples, actual.Samples);
    }

    [Theory]
    [InlineData(-200)]
    [InlineData(200)]
    public void Clock_skew_does_no_harm(double partsPerMillion)
    {
        var loop = new ClosedLoop { Capacity = Bitrate.FromKilobits(1000), ClockSkew = partsPerMillion };
        loop.Estimator.Demand = Bitrate.FromKilobits(2000);
        loop.Run(60);
        Assert.InRange(Print(loop, $"clock skew {partsPerMillion} ppm", 10, 60).Used, 0.85, 1.0);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(300)]
    public void Long_ways_are_used_too(int roundTrip)
    {
        var loop = new ClosedLoop { Capacity = Bitrate.FromKilobits(1000), Delay = TimeSpan.FromMilliseconds(roundTrip / 2.0) };
        loop.Estimator.Demand = Bitrate.FromKilobits(2000);
        loop.Run(40);
        var late = Print(loop, $"round trip {roundTrip} ms", 10, 40);
        Assert.InRange(late.Used, 0.75, 1.0);
        Assert.InRange(late.QueueP95, 0, 100);
    }

    private ClosedLoop.Summary Print(ClosedLoop loop, string name, double from, double to)
    {
        var summary = loop.Between(from, to);
        output.WriteLine(ClosedLoop.Header);
        output.WriteLine(loop.Row(name, summary));
        return summary;
    }
}
