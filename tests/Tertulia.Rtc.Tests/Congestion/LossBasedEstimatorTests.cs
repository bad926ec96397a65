using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Tests.Congestion;

public sealed class LossBasedEstimatorTests
{
    private const int PacketSize = 1000;

    private readonly LossBasedEstimator _estimator = new();
    private Instant _now = Instant.FromMilliseconds(1000);
    private uint _random = 12345;

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.05)]
    [InlineData(0.10)]
    public void Loss_at_every_rate_alike_is_no_reason_to_slow_down(double loss)
    {
        for (var i = 0; i < 30; i++) Send(1000 + i % 5 * 200, seconds: 0.5, loss, delayBased: 1800);
        Assert.True(_estimator.Limit >= Bitrate.FromKilobits(1500), $"limit {_estimator.Limit}");
        Assert.Equal(loss, _estimator.AverageLoss, 0.03);
    }

    [Fact]
    public void Loss_of_all_that_exceeds_a_rate_shows_the_capacity()
    {
        for (var i = 0; i < 30; i++)
        {
            var rate = 700 + i % 6 * 150;
            Send(rate, seconds: 0.5, Math.Max(0, 1 - 1000.0 / rate), delayBased: 1500);
        }

        Assert.InRange(_estimator.Limit.Kilobits, 800, 1250);
    }

    [Fact]
    public void Heavy_loss_bounds_the_rate_whatever_its_cause()
    {
        for (var i = 0; i < 20; i++) Send(2000, seconds: 0.5, 0.4, delayBased: 2000);
        Assert.InRange(_estimator.Limit.Kilobits, 100, 1200);
    }

    [Fact]
    public void An_outage_is_not_loss()
    {
        Send(1000, seconds: 5, 0, delayBased: 1500);
        Send(1000, seconds: 2, 1, delayBased: 1500);
        Send(1000, seconds: 1, 0, delayBased: 1500);
        Assert.Equal(Bitrate.Unlimited, _estimator.Limit);
        Assert.Equal(0, _estimator.AverageLoss);
    }

    [Fact]
    public void The_limit_goes_when_the_losses_have_gone()
    {
        for (var i = 0; i < 10; i++) Send(2000, seconds: 0.5, 0.5, delayBased: 2000);
        Assert.True(_estimator.Limit < Bitrate.FromKilobits(1500));
        for (var i = 0; i < 40; i++) Send(Math.Min(2000, _estimator.Limit.Kilobits), seconds: 0.5, 0, delayBased: 2000);
        Assert.Equal(Bitrate.Unlimited, _estimator.Limit);
    }

    private void Send(double kilobits, double seconds, double loss, double delayBased)
    {
        var interval = Bitrate.FromKilobits(kilobits).TimeFor(PacketSize);
        for (var end = _now + TimeSpan.FromSeconds(seconds); _now < end; _now += interval)
        {
            _random = _random * 1664525 + 1013904223;
            var lost = _random / (uint.MaxValue + 1.0) < loss;
            _estimator.OnPacket(new SentPacket(_now, PacketSize, 0), lost ? PacketFate.Lost : PacketFate.Received);
            _estimator.Update(Bitrate.FromKilobits(delayBased), Bitrate.FromKilobits(kilobits * (1 - loss)));
        }
    }
}
