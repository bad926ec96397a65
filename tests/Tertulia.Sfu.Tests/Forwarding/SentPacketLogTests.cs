using Tertulia.Rtc;
using Tertulia.Rtc.Net;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Tests.Forwarding;

public sealed class SentPacketLogTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(100);

    private readonly SentPacketLog _log = new();
    private Instant _now = Instant.FromMilliseconds(1000);

    public SentPacketLogTests() => _log.Add(_now, 65_535, default, startsKeyFrame: false);

    [Fact]
    public void What_was_not_sent_is_unknown()
    {
        Assert.Equal(DropReason.RetransmissionUnknown, Take(1));
        Assert.Equal(DropReason.RetransmissionUnknown, new SentPacketLog().TakeForResend(_now, 65_535, RoundTrip, out _));
        Assert.Equal(DropReason.RetransmissionUnknown, Take(unchecked((ushort)(65_535 + 512))));
    }

    [Fact]
    public void It_is_sent_again_at_most_once_a_round_trip()
    {
        Assert.Equal(DropReason.None, Take());
        _log.OnResent(_now, 65_535);
        _now += TimeSpan.FromMilliseconds(79);
        Assert.Equal(DropReason.RetransmissionUnneeded, Take());
        _now += TimeSpan.FromMilliseconds(2);
        Assert.Equal(DropReason.None, Take());
    }

    [Fact]
    public void A_refused_attempt_does_not_count()
    {
        for (var i = 0; i < 20; i++) Assert.Equal(DropReason.None, Take());
    }

    [Fact]
    public void Too_late_is_what_the_receiver_has_frozen_over()
    {
        _now += TimeSpan.FromMilliseconds(790);
        Assert.Equal(DropReason.None, Take());
        _now += TimeSpan.FromMilliseconds(20);
        Assert.Equal(DropReason.RetransmissionTooLate, Take());
    }

    [Fact]
    public void Nothing_from_before_a_key_frame_is_needed_any_more()
    {
        _now += TimeSpan.FromMilliseconds(10);
        _log.Add(_now, 0, default, startsKeyFrame: true);
        _log.Add(_now, 1, default, startsKeyFrame: false);
        Assert.Equal(DropReason.RetransmissionUnneeded, Take());
        Assert.Equal(DropReason.None, Take(0));
        Assert.Equal(DropReason.None, Take(1));
    }

    private DropReason Take(ushort number = 65_535) => _log.TakeForResend(_now, number, RoundTrip, out _);
}
