using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Tests.Congestion;

public sealed class PacerTests
{
    private static readonly Bitrate Rate = Bitrate.FromKilobits(800);

    private readonly Pacer _pacer = new();
    private readonly byte[] _packet = new byte[1000];
    private Instant _now = Instant.FromMilliseconds(1000);

    [Fact]
    public void What_does_not_burst_passes()
    {
        for (var i = 0; i < 500; i++, _now += TimeSpan.FromMilliseconds(10)) Assert.True(Offer(i));
        Assert.True(_pacer.IsEmpty);
        Assert.Equal(Instant.Never, _pacer.NextDue);
    }

    [Fact]
    public void A_burst_is_spread_and_stays_in_order()
    {
        var passed = Enumerable.Range(0, 20).TakeWhile(Offer).Count();
        Assert.InRange(passed, 2, 4);
        for (var i = passed + 1; i < 20; i++) Assert.False(Offer(i), "what comes later must not overtake");

        var (start, left) = (_now, new List<int>());
        while (!_pacer.IsEmpty)
        {
            Assert.InRange((_pacer.NextDue - _now).TotalMilliseconds, 0.001, 40);
            _now = _pacer.NextDue;
            while (_pacer.TryTake(_now, Rate, out var packet, out var id))
            {
                left.Add(packet[0]);
                Assert.Equal((1000, 5), (packet.Length, id));
                _pacer.OnSent(packet.Length);
            }
        }

        Assert.Equal(Enumerable.Range(passed, 20 - passed), left);
        Assert.InRange((_now - start).TotalMilliseconds, 130, 200);
    }

    [Fact]
    public void Nothing_is_held_for_long_however_slow_the_path()
    {
        var slow = Bitrate.FromKilobits(50);
        for (var i = 0; i < 30; i++) Offer(i, slow);
        var start = _now;
        while (!_pacer.IsEmpty)
        {
            _now = _pacer.NextDue;
            while (_pacer.TryTake(_now, slow, out var packet, out _)) _pacer.OnSent(packet.Length);
        }

        // At the rate alone the last would leave after more than four seconds. The fewer wait, the longer each of them may.
        Assert.InRange((_now - start).TotalMilliseconds, 200, 2000);
    }

    [Fact]
    public void Memory_is_bounded_and_begins_anew_once_empty()
    {
        var held = 0;
        while (held < 10_000 && (_pacer.MayPass(_now, Rate) ? Sent() : _pacer.TryHold(_now, _packet, 0, Rate))) held++;
        Assert.InRange(held, 200, 300);
        var taken = 0;
        while (_pacer.TryTakeAny(out _, out _)) taken++;
        Assert.InRange(taken, held - 4, held);
        Assert.True(_pacer.IsEmpty);
        Assert.True(_pacer.TryHold(_now, _packet, 0, Rate));
    }

    [Fact]
    public void One_stream_of_those_held_can_be_given_up()
    {
        for (var i = 0; i < 20; i++)
        {
            _packet[11] = (byte)(i % 2);
            Offer(i);
        }

        var before = Drain(_pacer);
        for (var i = 0; i < 20; i++)
        {
            _packet[11] = (byte)(i % 2);
            Offer(i);
        }

        var discarded = _pacer.Discard(new Ssrc(1));
        Assert.InRange(discarded, 7, 10);
        Assert.All(Drain(_pacer), packet => Assert.Equal(0, packet % 2));
        Assert.NotEmpty(before);
        Assert.True(_pacer.IsEmpty);
    }

    private static List<int> Drain(Pacer pacer)
    {
        var numbers = new List<int>();
        while (pacer.TryTakeAny(out var packet, out _)) numbers.Add(packet[11]);
        return numbers;
    }

    private bool Sent()
    {
        _pacer.OnSent(_packet.Length);
        return true;
    }

    private bool Offer(int number) => Offer(number, Rate);

    private bool Offer(int number, Bitrate rate)
    {
        _packet[0] = (byte)number;
        if (_pacer.MayPass(_now, rate)) return Sent();
        Assert.True(_pacer.TryHold(_now, _packet, 5, rate));
        return false;
    }
}
