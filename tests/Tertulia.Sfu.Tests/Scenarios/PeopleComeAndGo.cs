using System.Net;
using Tertulia.Rtc;
using Tertulia.Simulation;

namespace Tertulia.Sfu.Tests.Scenarios;

public sealed class PeopleComeAndGo
{
    [Fact]
    public void A_late_joiner_sees_everyone_within_half_a_second()
    {
        using var meeting = new SimulatedMeeting();
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        meeting.Run(TimeSpan.FromSeconds(5));
        var eve = meeting.Join("eve");

        var seen = meeting.RunUntil(() => eve.Sees(ada)?.FramesDecoded > 0 && eve.Sees(ben)?.FramesDecoded > 0, TimeSpan.FromSeconds(3));
        Assert.True(seen < TimeSpan.FromMilliseconds(600), $"after {seen?.TotalMilliseconds} ms");
        Assert.True(meeting.RunUntil(() => ada.Sees(eve)?.FramesDecoded > 0, TimeSpan.FromSeconds(3)) < TimeSpan.FromMilliseconds(600));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Whoever_leaves_the_others_go_on(int leaver)
    {
        using var meeting = new SimulatedMeeting();
        for (var i = 0; i < 4; i++) meeting.Join($"peer{i}");
        meeting.Run(TimeSpan.FromSeconds(2));
        meeting.Leave(meeting.Browsers[leaver]);
        foreach (var viewer in meeting.Browsers)
        {
            foreach (var other in meeting.Browsers.Where(other => other != viewer)) viewer.Sees(other)!.ResetFreeze();
        }

        meeting.Run(TimeSpan.FromSeconds(3));
        foreach (var viewer in meeting.Browsers)
        {
            foreach (var other in meeting.Browsers.Where(other => other != viewer))
                Assert.True(viewer.Sees(other)!.LongestFreeze < TimeSpan.FromMilliseconds(100), $"{viewer.Id} froze on {other.Id}");
        }
    }

    [Fact]
    public void Who_comes_back_is_whole_again()
    {
        using var meeting = new SimulatedMeeting();
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        meeting.Run(TimeSpan.FromSeconds(1));
        meeting.Leave(ben);
        meeting.Run(TimeSpan.FromSeconds(1));
        var again = meeting.Join("ben");
        meeting.Run(TimeSpan.FromSeconds(2));
        Assert.True(ada.Sees(again)?.FramesDecoded > 40);
        Assert.True(again.Sees(ada)?.FramesDecoded > 40);
    }

    [Fact]
    public void Nothing_of_those_who_left_is_kept()
    {
        using var meeting = new SimulatedMeeting();
        for (var round = 0; round < 20; round++)
        {
            var (ada, ben) = (meeting.Join($"ada{round}"), meeting.Join($"ben{round}"));
            meeting.Run(TimeSpan.FromMilliseconds(500));
            meeting.Leave(ada);
            meeting.Leave(ben);
        }

        Assert.Equal(0, meeting.Table.ConnectionCount);
        Assert.Equal(0, meeting.Table.AddressCount);
        Assert.Equal(0, meeting.Room.ParticipantCount);
    }

    [Fact]
    public void A_phone_that_changes_networks_goes_on_without_signaling()
    {
        using var meeting = new SimulatedMeeting();
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        meeting.Run(TimeSpan.FromSeconds(2));
        ben.MoveTo(IPAddress.Parse("10.9.9.9"));
        var picture = ben.Sees(ada)!;
        picture.ResetFreeze();
        var frames = picture.FramesDecoded;
        meeting.Run(TimeSpan.FromSeconds(12));
        Assert.True(picture.FramesDecoded > frames + 100, $"{picture.FramesDecoded - frames} frames after the move");
        Assert.True(ada.Sees(ben)!.FramesDecoded > 200);
    }

    [Fact]
    public void Who_falls_silent_is_sent_nothing_after_ten_seconds_and_is_told_of()
    {
        using var meeting = new SimulatedMeeting();
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        meeting.Run(TimeSpan.FromSeconds(2));
        ben.Uplink.Conditions.IsDown = true;
        meeting.Run(TimeSpan.FromSeconds(17));

        Assert.Contains(meeting.Events, happened => happened.Event is RoomEvent.ConnectionStateChanged { State: PeerConnectionState.Disconnected } change && change.Participant == ben.Id);
        var sent = ben.Downlink.Sent;
        meeting.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(sent, ben.Downlink.Sent);

        ben.Uplink.Conditions.IsDown = false;
        var frames = ben.Sees(ada)!.FramesDecoded;
        Assert.NotNull(meeting.RunUntil(() => ben.Sees(ada)!.FramesDecoded > frames + 10, TimeSpan.FromSeconds(8)));
    }

    [Fact]
    public void A_muted_source_is_not_forwarded_and_comes_back_at_once()
    {
        using var meeting = new SimulatedMeeting();
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        meeting.Run(TimeSpan.FromSeconds(2));
        meeting.Room.SetMuted(meeting.Now, ada.Id, TrackSource.Microphone, true);
        meeting.Room.SetMuted(meeting.Now, ada.Id, TrackSource.Camera, true);
        meeting.Run(TimeSpan.FromMilliseconds(200));
        var (heard, seen) = (ben.Hears(ada)!.Packets, ben.Sees(ada)!.Packets);
        meeting.Run(TimeSpan.FromSeconds(2));
        Assert.Equal((heard, seen), (ben.Hears(ada)!.Packets, ben.Sees(ada)!.Packets));

        meeting.Room.SetMuted(meeting.Now, ada.Id, TrackSource.Microphone, false);
        meeting.Room.SetMuted(meeting.Now, ada.Id, TrackSource.Camera, false);
        var frames = ben.Sees(ada)!.FramesDecoded;
        Assert.True(meeting.RunUntil(() => ben.Sees(ada)!.FramesDecoded > frames + 1 && ben.Hears(ada)!.Packets > heard, TimeSpan.FromSeconds(2)) < TimeSpan.FromMilliseconds(400));
    }
}
