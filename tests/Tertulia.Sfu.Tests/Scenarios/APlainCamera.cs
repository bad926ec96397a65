using Tertulia.Simulation;

namespace Tertulia.Sfu.Tests.Scenarios;

/// <summary>A camera that is sent in one size only, and receivers whose lines differ: the publisher sends it small too while that is needed.</summary>
public sealed class APlainCamera
{
    [Fact]
    public void On_good_lines_it_is_sent_once()
    {
        using var meeting = new SimulatedMeeting();
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        ada.Camera.BitsPerSecond = 2_500_000;
        ben.Downlink.Conditions.BitsPerSecond = 6_000_000;
        meeting.Run(TimeSpan.FromSeconds(3));
        var eve = meeting.Join("eve");
        eve.Downlink.Conditions.BitsPerSecond = 6_000_000;
        Assert.True(meeting.RunUntil(() => eve.Sees(ada)?.FramesDecoded > 0, TimeSpan.FromSeconds(2)) < TimeSpan.FromMilliseconds(500));
        eve.Sees(ada)!.ResetFreeze();
        meeting.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(0, eve.Sees(ada)!.Freezes);
        Assert.Empty(Wishes(meeting));
    }

    [Fact]
    public void A_poor_line_first_gets_sound_alone_then_the_small_picture_and_the_large_one_when_it_recovers()
    {
        using var meeting = new SimulatedMeeting(seed: 7);
        var ada = meeting.Join("ada");
        var (ben, eve) = (JoinToWatch(meeting, "ben"), JoinToWatch(meeting, "eve"));
        meeting.Run(TimeSpan.FromSeconds(5));
        var (poor, good, sound) = (ben.Sees(ada)!, eve.Sees(ada)!, ben.Hears(ada)!);
        Assert.Equal((720, 720), (poor.Height, good.Height));
        Assert.Empty(Wishes(meeting));
        good.ResetFreeze();
        poor.ResetFreeze();

        var forwarding = ToReceiver(meeting, ben, ada);
        ben.Downlink.Conditions.BitsPerSecond = 300_000;
        var paused = meeting.RunUntil(() => forwarding.IsPausedForBandwidth, TimeSpan.FromSeconds(5));
        Assert.True(paused < TimeSpan.FromSeconds(1.5), $"paused after {paused?.TotalMilliseconds} ms");
        var heard = sound.Packets;
        var small = meeting.RunUntil(() => poor.Height == 180, TimeSpan.FromSeconds(10));
        Assert.True(small < TimeSpan.FromSeconds(2), $"small after {small?.TotalMilliseconds} ms");
        Assert.NotNull(ada.SmallUplinkConnection);
        Assert.True(sound.Packets > heard);

        // What the large picture left in the line's queue has to drain first.
        meeting.Run(TimeSpan.FromSeconds(4));
        poor.ResetFreeze();
        heard = sound.Packets;
        meeting.Run(TimeSpan.FromSeconds(30));
        Assert.Equal((180, 720), (poor.Height, good.Height));
        Assert.True(poor.LongestFreeze < TimeSpan.FromMilliseconds(300), $"small picture froze {poor.LongestFreeze.TotalMilliseconds} ms");
        Assert.True(good.LongestFreeze < TimeSpan.FromMilliseconds(150), $"the other's picture froze {good.LongestFreeze.TotalMilliseconds} ms");
        Assert.True(sound.Packets - heard > 1470, $"{sound.Packets - heard} packets of sound in 30 s");
        Assert.Equal([true], Wishes(meeting));

        ben.Downlink.Conditions.BitsPerSecond = 6_000_000;
        var back = meeting.RunUntil(() => poor.Height == 720, TimeSpan.FromSeconds(30));
        Assert.True(back < TimeSpan.FromSeconds(15), $"large again after {back?.TotalSeconds} s");
        Assert.NotNull(meeting.RunUntil(() => ada.SmallUplinkConnection is null, TimeSpan.FromSeconds(30)));
        Assert.Equal([true, false], Wishes(meeting));
        meeting.Run(TimeSpan.FromSeconds(5));
        Assert.Equal((720, 720), (poor.Height, good.Height));
        Assert.Equal((0, 0), (poor.Seams, poor.TimestampLeaps));
        Assert.Equal((0, 0), (good.Seams, good.TimestampLeaps));
    }

    [Fact]
    public void Who_joins_on_a_poor_line_gets_the_small_picture()
    {
        using var meeting = new SimulatedMeeting(seed: 9);
        var ada = meeting.Join("ada");
        meeting.Run(TimeSpan.FromSeconds(3));
        var ben = JoinToWatch(meeting, "ben");
        ben.Downlink.Conditions.BitsPerSecond = 300_000;
        var small = meeting.RunUntil(() => ben.Sees(ada) is { Height: 180, FramesDecoded: > 60 }, TimeSpan.FromSeconds(20));
        Assert.True(small < TimeSpan.FromSeconds(8), $"two seconds of small picture after {small?.TotalMilliseconds} ms");
    }

    [Fact]
    public void A_receiver_of_the_small_picture_who_leaves_ends_it()
    {
        using var meeting = new SimulatedMeeting(seed: 8);
        var ada = meeting.Join("ada");
        var (ben, eve) = (JoinToWatch(meeting, "ben"), JoinToWatch(meeting, "eve"));
        ben.Downlink.Conditions.BitsPerSecond = 300_000;
        Assert.NotNull(meeting.RunUntil(() => ben.Sees(ada)?.Height == 180, TimeSpan.FromSeconds(20)));
        meeting.Leave(ben);
        var ended = meeting.RunUntil(() => ada.SmallUplinkConnection is null, TimeSpan.FromSeconds(40));
        Assert.InRange(ended!.Value.TotalSeconds, 18, 23);
        Assert.Equal(720, eve.Sees(ada)!.Height);
    }

    [Fact]
    public void When_the_publisher_connects_anew_the_small_picture_goes_on()
    {
        using var meeting = new SimulatedMeeting(seed: 10);
        var ada = meeting.Join("ada");
        var (ben, eve) = (JoinToWatch(meeting, "ben"), JoinToWatch(meeting, "eve"));
        ben.Downlink.Conditions.BitsPerSecond = 300_000;
        Assert.NotNull(meeting.RunUntil(() => ben.Sees(ada)?.Height == 180, TimeSpan.FromSeconds(20)));
        ada.ConnectUplink();
        meeting.Run(TimeSpan.FromSeconds(2));
        var (small, large) = (ben.Sees(ada)!.FramesDecoded, eve.Sees(ada)!.FramesDecoded);
        meeting.Run(TimeSpan.FromSeconds(5));
        Assert.True(ben.Sees(ada)!.FramesDecoded - small > 75, $"{ben.Sees(ada)!.FramesDecoded - small} frames");
        Assert.True(eve.Sees(ada)!.FramesDecoded - large > 120, $"{eve.Sees(ada)!.FramesDecoded - large} frames");
        Assert.Equal((180, 720), (ben.Sees(ada)!.Height, eve.Sees(ada)!.Height));
        Assert.Equal((0, 0), (ben.Sees(ada)!.Seams, ben.Sees(ada)!.TimestampLeaps));
    }

    private static SimulatedBrowser JoinToWatch(SimulatedMeeting meeting, string name)
    {
        var browser = meeting.Join(name);
        browser.Camera.IsOn = false;
        return browser;
    }

    private static bool[] Wishes(SimulatedMeeting meeting) =>
        [.. meeting.Events.Select(happened => happened.Event).OfType<RoomEvent.SmallUplinkWanted>().Select(wish => wish.IsWanted)];

    private static Sfu.Forwarding.Subscription ToReceiver(SimulatedMeeting meeting, SimulatedBrowser receiver, SimulatedBrowser publisher) =>
        meeting.Room.Find(receiver.Id)!.Connections[ConnectionKey.DownlinkOf(publisher.Id)].Sections.Single(section => section.Kind == Rtc.Sdp.MediaKind.Video).Subscription!;
}
