using Tertulia.Simulation;

namespace Tertulia.Sfu.Tests.Scenarios;

/// <summary>Where a retransmission would come too late, repair packets go along with the video of receivers that take them.</summary>
public sealed class LossIsForeseen
{
    [Theory]
    [InlineData(0.05, 1, 0.1)]
    [InlineData(0.02, 1, 0.1)]
    [InlineData(0.03, 3, 0.4)]
    public void Repair_packets_shorten_freezes_on_long_lossy_lines(double loss, double burst, double share)
    {
        using var meeting = new SimulatedMeeting(seed: 21);
        var ada = meeting.Join("ada");
        var (ben, carl) = (meeting.Join("ben", takesFlexFec: true), meeting.Join("carl"));
        Impair(ben, TimeSpan.FromMilliseconds(150), loss, burst);
        Impair(carl, TimeSpan.FromMilliseconds(150), loss, burst);
        meeting.Run(TimeSpan.FromSeconds(5));
        var (with, without) = (ben.Sees(ada)!, carl.Sees(ada)!);
        with.ResetFreeze();
        without.ResetFreeze();
        meeting.Run(TimeSpan.FromSeconds(60));

        Assert.True(with.Stream.Fec!.Recovered > 50, $"recovered {with.Stream.Fec.Recovered}");
        Assert.Equal(0, with.Stream.Fec.Malformed);
        Assert.True(with.FrozenFor < without.FrozenFor * share, $"froze {with.FrozenFor.TotalMilliseconds} ms with, {without.FrozenFor.TotalMilliseconds} ms without");
        Assert.Equal((0, 0), (with.Seams, with.TimestampLeaps));
    }

    [Theory]
    [InlineData(20, 0.05)]
    [InlineData(150, 0)]
    [InlineData(150, 0.003)]
    public void None_are_sent_where_retransmission_does(int delayMilliseconds, double loss)
    {
        using var meeting = new SimulatedMeeting(seed: 22);
        var ada = meeting.Join("ada");
        var ben = meeting.Join("ben", takesFlexFec: true);
        Impair(ben, TimeSpan.FromMilliseconds(delayMilliseconds), loss, 1);
        meeting.Run(TimeSpan.FromSeconds(20));

        Assert.Equal(0, ben.Sees(ada)!.Stream.Fec!.RepairPackets);
    }

    [Fact]
    public void The_share_of_repair_packets_follows_the_loss()
    {
        using var meeting = new SimulatedMeeting(seed: 23);
        var ada = meeting.Join("ada");
        var ben = meeting.Join("ben", takesFlexFec: true);
        double Share(double loss)
        {
            Impair(ben, TimeSpan.FromMilliseconds(150), loss, 1);
            meeting.Run(TimeSpan.FromSeconds(30));
            var stream = ben.Sees(ada)!.Stream;
            var (repairs, media) = (stream.Fec!.RepairPackets, stream.Statistics.Packets);
            meeting.Run(TimeSpan.FromSeconds(10));
            return (stream.Fec!.RepairPackets - repairs) / (double)(stream.Statistics.Packets - media);
        }

        var (little, much) = (Share(0.015), Share(0.1));
        Assert.InRange(little, 0.1, 0.4);
        Assert.InRange(much, little + 0.05, 0.6);
        Assert.Equal(0, Share(0));
    }

    [Fact]
    public void Repair_packets_count_when_bandwidth_is_divided()
    {
        using var meeting = new SimulatedMeeting(seed: 24);
        var ada = meeting.Join("ada");
        var ben = meeting.Join("ben", takesFlexFec: true);
        long Demand() => meeting.Room.Find(ben.Id)!.Connections[ConnectionKey.DownlinkOf(ada.Id)].Connection.Bandwidth.Demand.BitsPerSecond;
        Impair(ben, TimeSpan.FromMilliseconds(150), loss: 0, burst: 1);
        meeting.Run(TimeSpan.FromSeconds(5));
        var without = Demand();
        Impair(ben, TimeSpan.FromMilliseconds(150), loss: 0.05, burst: 1);
        meeting.Run(TimeSpan.FromSeconds(10));

        Assert.InRange(Demand() / (double)without, 1.25, 1.6);
    }

    private static void Impair(SimulatedBrowser browser, TimeSpan delay, double loss, double burst)
    {
        browser.Uplink.Conditions.Delay = browser.Downlink.Conditions.Delay = delay;
        (browser.Downlink.Conditions.Loss, browser.Downlink.Conditions.BurstLength) = (loss, burst);
    }
}
