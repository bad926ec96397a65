using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Tests.Rtp;

public sealed class ReceiveStatisticsTests
{
    private static readonly Ssrc Source = new(7);

    public static TheoryData<ushort> WrapPoints => Rtp.WrapPoints.All;

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Losses_are_counted_across_every_wrap(ushort first)
    {
        var statistics = new ReceiveStatistics(Source, 90_000);
        const int sent = 200_001;
        for (var i = 0; i < sent; i++)
        {
            if (i % 4 == 1) continue;
            statistics.OnPacket(Instant.FromMilliseconds(i), (ushort)(first + i), (uint)i * 90, 100);
        }

        var block = statistics.CreateReportBlock(Instant.FromMilliseconds(sent));
        Assert.Equal(sent, statistics.Expected);
        Assert.Equal(50_000, block.CumulativeLost);
        Assert.Equal(63, block.FractionLost); // a little less than 64 of 256
        Assert.Equal((uint)(first + sent - 1), block.HighestSequenceNumber);
        Assert.Equal(0u, block.Jitter);
        Assert.Equal(Source, block.Ssrc);
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void The_fraction_covers_the_time_since_the_last_report(ushort first)
    {
        var statistics = new ReceiveStatistics(Source, 48_000);
        for (var i = 0; i < 100; i++) statistics.OnPacket(Instant.FromMilliseconds(20 * i), (ushort)(first + i), (uint)i * 960, 100);
        Assert.Equal(0, statistics.CreateReportBlock(Instant.FromMilliseconds(2000)).FractionLost);

        for (var i = 100; i < 200; i += 2) statistics.OnPacket(Instant.FromMilliseconds(20 * i), (ushort)(first + i), (uint)i * 960, 100);
        // 99 expected since, 50 came.
        Assert.Equal(49 * 256 / 99, statistics.CreateReportBlock(Instant.FromMilliseconds(4000)).FractionLost);
        Assert.Equal(0, statistics.CreateReportBlock(Instant.FromMilliseconds(4001)).FractionLost);
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Late_packets_and_duplicates_make_no_wrong_numbers(ushort first)
    {
        var statistics = new ReceiveStatistics(Source, 90_000);
        foreach (var i in (int[])[5, 4, 3, 6, 8, 7, 7, 7, 9]) statistics.OnPacket(Instant.Zero, (ushort)(first + i), 0, 100);
        Assert.Equal(7, statistics.Expected);
        Assert.Equal(-2, statistics.Lost);
        var block = statistics.CreateReportBlock(Instant.Zero);
        Assert.Equal(-2, block.CumulativeLost);
        Assert.Equal(0, block.FractionLost);
    }

    [Fact]
    public void Jitter_follows_RFC_3550()
    {
        var statistics = new ReceiveStatistics(Source, 8_000);
        var jitter = 0.0;
        var random = new Random(1);
        long previous = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var delay = random.Next(40);
            statistics.OnPacket(Instant.FromMilliseconds(20 * i + delay), (ushort)i, (uint)i * 160 + uint.MaxValue - 1000, 100);
            if (i > 0) jitter += (Math.Abs(delay - previous) * 8.0 - jitter) / 16;
            previous = delay;
            Assert.InRange(statistics.Jitter, jitter - 2, jitter + 2);
        }

        Assert.InRange(statistics.Jitter, 60u, 160u);
    }

    [Fact]
    public void Jitter_stays_right_after_a_year()
    {
        var statistics = new ReceiveStatistics(Source, 90_000);
        var start = Instant.Zero + TimeSpan.FromDays(400);
        for (var i = 0; i < 1000; i++) statistics.OnPacket(start + TimeSpan.FromMilliseconds(10 * i), (ushort)i, (uint)i * 900, 100);
        Assert.Equal(0u, statistics.Jitter);
    }

    [Fact]
    public void Sender_reports_come_back_as_LSR_and_DLSR()
    {
        var statistics = new ReceiveStatistics(Source, 90_000);
        Assert.Equal(0u, statistics.CreateReportBlock(Instant.FromMilliseconds(9)).LastSenderReport);
        Assert.Equal(0u, statistics.CreateReportBlock(Instant.FromMilliseconds(9)).DelaySinceLastSenderReport);

        statistics.OnSenderReport(Instant.FromMilliseconds(1000), new NtpTime(0x1122334455667788));
        var block = statistics.CreateReportBlock(Instant.FromMilliseconds(3500));
        Assert.Equal(0x33445566u, block.LastSenderReport);
        Assert.Equal(0x28000u, block.DelaySinceLastSenderReport);
    }

    [Fact]
    public void Before_any_packet_the_block_is_empty()
    {
        var block = new ReceiveStatistics(Source, 90_000).CreateReportBlock(Instant.Zero);
        Assert.Equal(new ReportBlock(Source, 0, 0, 0, 0, 0, 0), block);
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var statistics = new ReceiveStatistics(Source, 90_000);
        ushort number = 0;
        AllocationAssert.None(() => statistics.OnPacket(Instant.FromMilliseconds(number), number++, 5, 100));
    }
}
