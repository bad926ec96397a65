using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Tests.Congestion;

public sealed class RateControlTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(50);

    private readonly AimdRateControl _rate = new(Kilobits(1000), Kilobits(30), Kilobits(20_000));

    [Fact]
    public void It_grows_eight_percent_a_second_far_from_any_known_limit()
    {
        for (var i = 0; i <= 20; i++) Update(i * 50, BandwidthUsage.Normal, 1000);
        Assert.InRange(_rate.Estimate.Kilobits, 1070, 1090);
    }

    [Fact]
    public void It_grows_by_packets_near_the_limit_it_knows()
    {
        Update(0, BandwidthUsage.Overuse, 1000);
        Assert.Equal(850, _rate.Estimate.Kilobits);
        for (var i = 1; i <= 21; i++) Update(i * 50, BandwidthUsage.Normal, 850);
        Assert.InRange(_rate.Estimate.Kilobits, 890, 915);
    }

    [Fact]
    public void It_never_runs_ahead_of_what_gets_through()
    {
        for (var i = 0; i < 2000; i++) Update(i * 50, BandwidthUsage.Normal, 800);
        Assert.InRange(_rate.Estimate.Kilobits, 1190, 1210);
    }

    [Fact]
    public void One_queue_is_answered_once()
    {
        Update(0, BandwidthUsage.Overuse, 1000);
        Update(20, BandwidthUsage.Overuse, 900);
        Assert.Equal(850, _rate.Estimate.Kilobits);
        Update(80, BandwidthUsage.Overuse, 900);
        Assert.Equal(765, _rate.Estimate.Kilobits);
    }

    [Fact]
    public void A_sender_with_little_to_send_falls_by_half_at_most()
    {
        _rate.Update(At(0), BandwidthUsage.Overuse, Kilobits(50), RoundTrip, applicationLimited: true);
        Assert.Equal(500, _rate.Estimate.Kilobits);
    }

    [Fact]
    public void Reported_loss_moves_the_fallback_and_remb_bounds_it()
    {
        var reported = new ReportedLossControl(Kilobits(1000), Kilobits(30), Kilobits(20_000));
        Assert.Equal(BandwidthChangeReason.Loss, reported.OnReport(At(0), 0.2, RoundTrip, Kilobits(1000)));
        Assert.Equal(900, reported.Estimate.Kilobits);
        for (var i = 1; i <= 3; i++) reported.OnReport(At(i * 1000), 0.05, RoundTrip, Kilobits(1000));
        Assert.Equal(900, reported.Estimate.Kilobits);
        reported.OnReport(At(4000), 0, RoundTrip, Kilobits(1000));
        Assert.InRange(reported.Estimate.Kilobits, 960, 980);
        reported.OnRemb(Kilobits(400));
        Assert.Equal(400, reported.Estimate.Kilobits);
        reported.OnRemb(Kilobits(5000));
        for (var i = 5; i < 100; i++) reported.OnReport(At(i * 1000), 0, RoundTrip, Kilobits(1000));
        Assert.Equal(5000, reported.Estimate.Kilobits, 1.0);
    }

    [Fact]
    public void Until_losses_contradict_the_receivers_own_estimate_is_taken()
    {
        var reported = new ReportedLossControl(Kilobits(1000), Kilobits(30), Kilobits(20_000));
        reported.OnReport(At(0), 0, RoundTrip, Kilobits(900));
        reported.OnRemb(Kilobits(2500));
        Assert.Equal(2500, reported.Estimate.Kilobits);
        reported.OnReport(At(1000), 0.3, RoundTrip, Kilobits(2500));
        Assert.Equal(2125, reported.Estimate.Kilobits);
        reported.OnRemb(Kilobits(2600));
        Assert.Equal(2125, reported.Estimate.Kilobits);
    }

    [Fact]
    public void The_window_pushes_back_while_too_much_is_under_way()
    {
        var window = new CongestionWindow();
        window.OnResponse(At(0), RoundTrip);
        window.Update(Kilobits(1000), bytesInFlight: 20_000);
        Assert.Equal(1, window.Factor);
        for (var i = 0; i < 5; i++) window.Update(Kilobits(1000), bytesInFlight: 80_000);
        Assert.InRange(window.Factor, 0.5, 0.7);
        window.Update(Kilobits(1000), bytesInFlight: 0);
        Assert.Equal(1, window.Factor);
    }

    private void Update(int milliseconds, BandwidthUsage usage, int acknowledged) =>
        _rate.Update(At(milliseconds), usage, Kilobits(acknowledged), RoundTrip, applicationLimited: false);

    private static Bitrate Kilobits(double kilobits) => Bitrate.FromKilobits(kilobits);

    private static Instant At(int milliseconds) => Instant.FromMilliseconds(1000 + milliseconds);
}
