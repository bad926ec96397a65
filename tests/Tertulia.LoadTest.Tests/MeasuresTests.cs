using Tertulia.LoadTest.Measures;

namespace Tertulia.LoadTest.Tests;

/// <summary>Figures are only worth as much as the arithmetic behind them.</summary>
public sealed class MeasuresTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(1_000)]
    [InlineData(123_456)]
    [InlineData(60_000_000)]
    public void A_time_is_found_again_to_three_percent(int microseconds)
    {
        var histogram = new LatencyHistogram();
        histogram.Add(TimeSpan.FromMicroseconds(microseconds));
        Assert.InRange(histogram.Percentile(0.5) * 1000, microseconds * 0.97, microseconds * 1.03 + 1);
    }

    [Fact]
    public void Percentiles_part_the_times_as_they_say()
    {
        var histogram = new LatencyHistogram();
        for (var i = 1; i <= 1000; i++) histogram.Add(TimeSpan.FromMilliseconds(i));
        Assert.InRange(histogram.Percentile(0.5), 485, 515);
        Assert.InRange(histogram.Percentile(0.99), 960, 1020);
        Assert.InRange(histogram.Percentile(0.999), 970, 1030);
    }

    [Fact]
    public void The_median_takes_each_figure_by_itself()
    {
        RunResult[] runs =
        [
            new() { MicrosecondsPerPacket = 1, LossPercent = 9, Collections = 3 },
            new() { MicrosecondsPerPacket = 2, LossPercent = 0 },
            new() { MicrosecondsPerPacket = 9, LossPercent = 1, Collections = 5 },
        ];
        var median = RunResult.Median(runs);
        Assert.Equal((2, 1, 4), (median.MicrosecondsPerPacket, median.LossPercent, median.Collections));
    }

    [Fact]
    public void Counters_are_read_out_of_the_metrics()
    {
        var counters = RuntimeCounters.Parse("""
            # TYPE tertulia_process_collections_total counter
            tertulia_process_collections_total{generation="0"} 4
            tertulia_process_collections_total{generation="1"} 2
            tertulia_process_collections_total_of_others 7
            tertulia_media_sent_datagrams_total{udp_port="1"} 1500
            """);
        Assert.Equal((6, 1500), (counters.Collections, counters.SentDatagrams));
    }
}
