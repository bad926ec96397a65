using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Tests.Congestion;

public sealed class DelayDetectionTests
{
    private readonly InterArrival _interArrival = new();
    private readonly TrendlineEstimator _trendline = new();
    private readonly OveruseDetector _detector = new();

    [Fact]
    public void Packets_of_a_burst_are_one_group()
    {
        var groups = new List<(double, double)>();
        for (var burst = 0; burst < 4; burst++)
        {
            for (var packet = 0; packet < 5; packet++)
            {
                if (_interArrival.TryAdd(At(burst * 33 + packet), TimeSpan.FromMilliseconds(900 + burst * 35 + packet * 2), out var sent, out var arrived))
                    groups.Add((sent, arrived));
            }
        }

        Assert.Equal([(33, 35), (33, 35)], groups);
    }

    [Fact]
    public void What_the_path_held_back_and_let_go_at_once_is_one_group()
    {
        // Sent every 10 ms, delivered in heaps of four as some radio links do.
        var groups = 0;
        for (var i = 0; i < 40; i++)
        {
            if (_interArrival.TryAdd(At(i * 10), TimeSpan.FromMilliseconds(900 + (i / 4 + 1) * 40 + i % 4 * 0.5), out var sent, out var arrived))
            {
                groups++;
                Assert.InRange(arrived - sent, -0.01, 0.01);
            }
        }

        Assert.Equal(8, groups);
    }

    [Fact]
    public void A_leap_of_the_clock_is_no_delay()
    {
        for (var i = 0; i < 10; i++) _interArrival.TryAdd(At(i * 20), TimeSpan.FromMilliseconds(i * 20), out _, out _);
        for (var i = 10; i < 20; i++)
        {
            if (_interArrival.TryAdd(At(i * 20), TimeSpan.FromMilliseconds(100_000 + i * 20), out var sent, out var arrived)) Assert.Equal(sent, arrived);
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void The_slope_of_a_growing_queue_is_found(double growth)
    {
        var slope = 0.0;
        for (var i = 0; i < 100; i++) slope = _trendline.Update(arrivalDelta: 20 * (1 + growth), sendDelta: 20);
        Assert.Equal(growth / (1 + growth), slope, 0.01);
    }

    [Fact]
    public void Growth_is_overuse_a_draining_queue_underuse_and_neither_normal()
    {
        Assert.Equal(BandwidthUsage.Normal, Feed(groups: 60, arrivalDelta: 20));
        Assert.Equal(BandwidthUsage.Overuse, Feed(groups: 20, arrivalDelta: 24));
        Assert.Equal(BandwidthUsage.Underuse, Feed(groups: 30, arrivalDelta: 16));
        Assert.Equal(BandwidthUsage.Normal, Feed(groups: 60, arrivalDelta: 20));
    }

    [Fact]
    public void The_threshold_grows_with_the_noise_and_shrinks_without()
    {
        var quiet = new OveruseDetector();
        var noisy = new OveruseDetector();
        for (var i = 0; i < 2000; i++)
        {
            quiet.Detect(At(i * 20), 0, 60, 20);
            noisy.Detect(At(i * 20), i % 2 == 0 ? 0.1 : -0.1, 60, 20);
        }

        Assert.Equal(6, quiet.Threshold, 0.5);
        Assert.InRange(noisy.Threshold, 20, 30);
    }

    private BandwidthUsage Feed(int groups, double arrivalDelta)
    {
        for (var i = 0; i < groups; i++) _detector.Detect(At(i * 20), _trendline.Update(arrivalDelta, 20), _trendline.Count, 20);
        return _detector.Usage;
    }

    private static Instant At(double milliseconds) => new((long)((1000 + milliseconds) * TimeSpan.TicksPerMillisecond));
}
