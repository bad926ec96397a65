using Tertulia.Rtc.Net;
using Tertulia.Sfu.Forwarding;
using Tertulia.Sfu.Layers;

namespace Tertulia.Sfu.Tests.Forwarding;

public sealed class RtpRewriterTests
{
    private static readonly PublishedLayer FirstLayer = null!;

    [Theory]
    [MemberData(nameof(Packets.Starts), MemberType = typeof(Packets))]
    public void Goes_on_without_a_gap_when_the_source_changes(long start)
    {
        var rewriter = new RtpRewriter(32_760, 1_000);
        var now = Instant.FromMilliseconds(1000);
        var expected = 32_760L;

        // Two sources with unrelated numbers; the second is far away in both.
        foreach (var (first, timestamp) in new[] { (start, 77u), (start + 40_000, uint.MaxValue - 100), (start - 1000 + 65_536, 5u) })
        {
            var initial = Packets.Video(first, timestamp, [1], startsKeyFrame: true);
            rewriter.SwitchTo(now, FirstLayer, initial);
            for (var i = 0; i < 70_000; i += 3)
            {
                Assert.Equal(MapResult.Forward, rewriter.Map(now, Packets.Video(first + i, timestamp + (uint)(i * 3000), [1]), true, out var mapped, out _));
                Assert.Equal(expected + i, mapped.Value);
            }

            expected += 69_999 + 1;
            now += TimeSpan.FromMilliseconds(40);
        }
    }

    [Fact]
    public void Timestamps_advance_by_the_time_that_passed()
    {
        var rewriter = new RtpRewriter(0, 500_000);
        var now = Instant.FromMilliseconds(1000);
        rewriter.SwitchTo(now, FirstLayer, Packets.Video(10, 123, [1]));
        rewriter.Map(now, Packets.Video(10, 123, [1]), true, out _, out var first);
        now += TimeSpan.FromMilliseconds(100);
        rewriter.SwitchTo(now, FirstLayer, Packets.Video(9000, 3_000_000_000, [1]));
        rewriter.Map(now, Packets.Video(9000, 3_000_000_000, [1]), true, out _, out var second);
        Assert.Equal(500_000u, first);
        Assert.InRange(second - first, 8_999u, 9_001u);
    }

    [Fact]
    public void Gaps_stay_gaps_and_late_packets_keep_their_place()
    {
        var rewriter = new RtpRewriter(100, 0);
        var now = Instant.FromMilliseconds(1);
        rewriter.SwitchTo(now, FirstLayer, Packets.Video(65_530, 0, [1]));
        rewriter.Map(now, Packets.Video(65_530, 0, [1]), true, out _, out _);
        rewriter.Map(now, Packets.Video(65_540, 0, [1]), true, out var later, out _);
        rewriter.Map(now, Packets.Video(65_535, 0, [1]), true, out var late, out _);
        Assert.Equal(110, later.Value);
        Assert.Equal(105, late.Value);
    }

    [Fact]
    public void What_is_older_than_the_switch_is_refused()
    {
        var rewriter = new RtpRewriter(100, 0);
        rewriter.SwitchTo(Instant.Zero, FirstLayer, Packets.Video(500, 0, [1]));
        Assert.Equal(MapResult.TooOld, rewriter.Map(Instant.Zero, Packets.Video(499, 0, [1]), true, out _, out _));
    }
}
