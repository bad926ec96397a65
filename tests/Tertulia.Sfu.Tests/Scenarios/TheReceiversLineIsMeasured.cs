using Tertulia.Rtc.Congestion;
using Tertulia.Simulation;
using Xunit.Abstractions;

namespace Tertulia.Sfu.Tests.Scenarios;

/// <summary>The server's estimate of what a receiver's line can take, in whole meetings.</summary>
public sealed class TheReceiversLineIsMeasured(ITestOutputHelper output)
{
    [Fact]
    public void A_steady_line_of_one_megabit_is_used()
    {
        using var meeting = new SimulatedMeeting(seed: 31);
        var (ada, ben) = (meeting.Join("ada", sharesDownlink: true), meeting.Join("ben", sharesDownlink: true));
        var bandwidth = BandwidthTo(meeting, ben);
        var demand = Bitrate.FromKilobits(2000);
        ben.Downlink.Conditions.BitsPerSecond = 1_000_000;
        Follow(meeting, ada, bandwidth, demand, seconds: 8);

        var before = ben.Downlink.BytesDelivered;
        var longest = Follow(meeting, ada, bandwidth, demand, seconds: 20, ben.Downlink);
        var used = (ben.Downlink.BytesDelivered - before) * 8 / 20.0 / 1_000_000;
        output.WriteLine($"used {used:P0}, longest queue {longest.TotalMilliseconds:F0} ms, estimate {bandwidth.Estimate}, last change {bandwidth.LastChange.Reason}");
        Assert.InRange(used, 0.8, 1.0);
        Assert.InRange(longest.TotalMilliseconds, 0, 150);
        Assert.True(ben.Sees(ada)!.FramesDecoded > 500);
    }

    [Fact]
    public void A_line_that_shrinks_and_recovers_is_followed()
    {
        using var meeting = new SimulatedMeeting(seed: 32);
        var (ada, ben) = (meeting.Join("ada", sharesDownlink: true), meeting.Join("ben", sharesDownlink: true));
        var bandwidth = BandwidthTo(meeting, ben);
        var demand = Bitrate.FromKilobits(3500);
        ben.Downlink.Conditions.BitsPerSecond = 4_000_000;
        Follow(meeting, ada, bandwidth, demand, seconds: 10);
        Assert.InRange(bandwidth.Estimate.Kilobits, 2500, 6000);

        ben.Downlink.Conditions.BitsPerSecond = 500_000;
        Follow(meeting, ada, bandwidth, demand, seconds: 2);
        var down = bandwidth.Estimate;
        var why = bandwidth.LastChange.Reason;
        Follow(meeting, ada, bandwidth, demand, seconds: 10);

        ben.Downlink.Conditions.BitsPerSecond = 4_000_000;
        var up = 0;
        while (bandwidth.Estimate.Kilobits < 3000 && up < 30)
        {
            Follow(meeting, ada, bandwidth, demand, seconds: 1);
            up++;
        }

        output.WriteLine($"two seconds after the fall {down} ({why}), back after {up} s, {bandwidth.Probes} probes");
        Assert.InRange(down.Kilobits, 100, 600);
        Assert.InRange(up, 0, 15);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.10)]
    public void Random_loss_leaves_room_for_the_picture(double loss)
    {
        using var meeting = new SimulatedMeeting(seed: 33);
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        var bandwidth = BandwidthTo(meeting, ben);
        (ben.Downlink.Conditions.Loss, ben.Downlink.Conditions.BitsPerSecond) = (loss, 3_000_000);
        meeting.Run(TimeSpan.FromSeconds(30));
        output.WriteLine($"{loss:P0} lost: estimate {bandwidth.Estimate}, loss {bandwidth.Loss:P1}, last change {bandwidth.LastChange.Reason}");
        // Nothing probes beyond what the camera, at 1 Mbit/s, can use.
        Assert.InRange(bandwidth.Estimate.Kilobits, 1000, 4000);
    }

    [Fact]
    public void Padding_goes_to_nobody_who_needs_no_more()
    {
        using var meeting = new SimulatedMeeting(seed: 34);
        var (ada, ben) = (meeting.Join("ada", sharesDownlink: true), meeting.Join("ben", sharesDownlink: true));
        var connection = meeting.Room.Find(ben.Id)!.Connections[ConnectionKey.Downlink].Connection;
        ada.Camera.BitsPerSecond = 400_000;
        meeting.Run(TimeSpan.FromSeconds(20));
        Assert.True(ben.Sees(ada)!.FramesDecoded > 500);
        Assert.Equal(0, connection.Sender.PaddingPacketsSent);
    }

    private static SendSideBandwidthEstimator BandwidthTo(SimulatedMeeting meeting, SimulatedBrowser receiver) =>
        meeting.Room.Find(receiver.Id)!.Connections.Values.Single(connection => connection.Key.Kind != ConnectionKind.Uplink).Connection.Bandwidth;

    /// <summary>The publisher's camera sends what the receiver's line takes, as if an encoder followed the estimate.</summary>
    /// <returns>The longest time that a packet would have waited.</returns>
    private static TimeSpan Follow(SimulatedMeeting meeting, SimulatedBrowser publisher, SendSideBandwidthEstimator bandwidth, Bitrate demand, int seconds, Link? link = null)
    {
        var longest = TimeSpan.Zero;
        for (var i = 0; i < seconds * 50; i++)
        {
            // What audio and headers take is not the camera's; and what is measured of a camera that hardly fits may seem not to, so
            // that it would be stopped: there is nothing smaller of it here.
            publisher.Camera.BitsPerSecond = Math.Max(50_000, bandwidth.Estimate.BitsPerSecond * 90 / 100 - 70_000);

            // The room takes a camera that sends less for one that needs no more; this one would take whatever there is.
            bandwidth.Demand = demand;
            meeting.Run(TimeSpan.FromMilliseconds(20));
            if (link?.QueueAt(meeting.Now) > longest) longest = link.QueueAt(meeting.Now);
        }

        return longest;
    }
}
