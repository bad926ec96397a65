using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Tests.Congestion;

public sealed class SentPacketHistoryTests
{
    private readonly SentPacketHistory _history = new();

    public static TheoryData<ushort> WrapPoints => Tests.Rtp.WrapPoints.All;

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Packets_are_found_again_across_the_wrap(ushort first)
    {
        for (var i = 0; i < 200; i++) _history.Add(At(i), (ushort)(first + i), 100 + i, (byte)(i % 3));
        for (var i = 0; i < 200; i++)
        {
            Assert.True(_history.TryReport((ushort)(first + i), received: true, out var packet, out var fate));
            Assert.Equal((new SentPacket(At(i), 100 + i, (byte)(i % 3)), PacketFate.Received), (packet, fate));
        }

        Assert.Equal(0, _history.BytesInFlight);
        Assert.Null(_history.OldestInFlight);
    }

    [Fact]
    public void Each_fate_is_told_once()
    {
        for (ushort i = 0; i < 3; i++) _history.Add(At(i), i, 100, 0);
        Assert.True(_history.TryReport(1, received: false, out _, out var fate));
        Assert.Equal(PacketFate.Lost, fate);
        Assert.False(_history.TryReport(1, received: false, out _, out _));
        Assert.True(_history.TryReport(1, received: true, out _, out fate));
        Assert.Equal(PacketFate.ReceivedLate, fate);
        Assert.False(_history.TryReport(1, received: true, out _, out _));
        Assert.False(_history.TryReport(1, received: false, out _, out _));
    }

    [Fact]
    public void What_feedback_passed_over_is_not_under_way_any_more()
    {
        for (ushort i = 0; i < 10; i++) _history.Add(At(i), i, 100, 0);
        Assert.Equal(1000, _history.BytesInFlight);
        Assert.True(_history.TryReport(6, received: true, out _, out _));
        Assert.Equal(300, _history.BytesInFlight);
        Assert.Equal(At(7), _history.OldestInFlight);
        Assert.True(_history.TryReport(3, received: true, out _, out var fate));
        Assert.Equal(PacketFate.Received, fate);
        Assert.Equal(300, _history.BytesInFlight);
    }

    [Fact]
    public void Numbers_never_sent_or_long_gone_are_unknown()
    {
        for (var i = 0; i < 20_000; i++) _history.Add(At(i), (ushort)i, 100, 0);
        Assert.False(_history.TryReport(20_000, received: true, out _, out _));
        Assert.False(_history.TryReport(100, received: true, out _, out _));
        Assert.True(_history.TryReport(19_999, received: true, out _, out _));
        Assert.Equal(0, _history.BytesInFlight);
    }

    [Fact]
    public void What_is_never_acknowledged_is_bounded()
    {
        for (var i = 0; i < 100_000; i++) _history.Add(At(i), (ushort)i, 100, 0);
        Assert.InRange(_history.BytesInFlight, 100, 8192 * 100);
        _history.AbandonFlight();
        Assert.Equal(0, _history.BytesInFlight);
    }

    private static Instant At(int milliseconds) => Instant.FromMilliseconds(1000 + milliseconds);
}
