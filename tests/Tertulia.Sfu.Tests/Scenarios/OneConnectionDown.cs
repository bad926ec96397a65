using Tertulia.Simulation;

namespace Tertulia.Sfu.Tests.Scenarios;

/// <summary>The transport dialect: one uplink, one downlink for everything.</summary>
public sealed class OneConnectionDown
{
    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public void Carries_everyone(int people)
    {
        using var meeting = new SimulatedMeeting();
        for (var i = 0; i < people; i++) meeting.Join($"peer{i}", sharesDownlink: true);
        meeting.Run(TimeSpan.FromSeconds(3));
        AssertEveryoneSeesEveryone(meeting, 70);
        Assert.All(meeting.Browsers, browser => Assert.Equal(2, browser.Connections.Count));
    }

    [Fact]
    public void Both_kinds_of_client_meet()
    {
        using var meeting = new SimulatedMeeting();
        meeting.Join("ada", sharesDownlink: true);
        meeting.Join("ben");
        meeting.Join("eve", sharesDownlink: true);
        meeting.Join("tom");
        meeting.Run(TimeSpan.FromSeconds(3));
        AssertEveryoneSeesEveryone(meeting, 70);
    }

    [Fact]
    public void Places_of_those_who_left_are_used_again()
    {
        using var meeting = new SimulatedMeeting();
        var ada = meeting.Join("ada", sharesDownlink: true);
        for (var round = 0; round < 5; round++)
        {
            var guest = meeting.Join($"guest{round}", sharesDownlink: round % 2 == 0);
            Assert.NotNull(meeting.RunUntil(() => ada.Sees(guest)?.FramesDecoded > 10 && guest.Sees(ada)?.FramesDecoded > 10, TimeSpan.FromSeconds(3)));
            meeting.Leave(guest);
            meeting.Run(TimeSpan.FromMilliseconds(300));
        }

        var offer = meeting.Room.Offer(meeting.Now, ada.Id, ConnectionKey.Downlink);
        Assert.Equal(2, offer.Sdp!.Split("m=").Length - 1);
    }

    [Fact]
    public void A_screen_comes_beside_the_camera_and_in_its_place_where_there_is_only_one()
    {
        using var meeting = new SimulatedMeeting();
        var ada = meeting.Join("ada", sharesDownlink: true);
        var ben = meeting.Join("ben", sharesDownlink: true);
        var tom = meeting.Join("tom");
        meeting.Run(TimeSpan.FromSeconds(1));

        ada.ShareScreen();
        Assert.NotNull(meeting.RunUntil(() => ben.Plays(ada, TrackSource.Screen)?.FramesDecoded > 5, TimeSpan.FromSeconds(2)));
        ben.Sees(ada)!.ResetFreeze();
        var screenFrames = ada.UplinkConnection.Screen!.Frames;
        var tomFrames = tom.Sees(ada)!.FramesDecoded;
        meeting.Run(TimeSpan.FromSeconds(2));
        Assert.True(ben.Sees(ada)!.LongestFreeze < TimeSpan.FromMilliseconds(150));
        Assert.InRange(tom.Sees(ada)!.FramesDecoded - tomFrames, 15, 25);
        Assert.InRange(ada.UplinkConnection.Screen!.Frames - screenFrames, 15, 25);

        ada.ShareScreen(false);
        meeting.Run(TimeSpan.FromSeconds(1));
        Assert.Null(ben.Plays(ada, TrackSource.Screen));
        tomFrames = tom.Sees(ada)!.FramesDecoded;
        meeting.Run(TimeSpan.FromSeconds(2));
        Assert.InRange(tom.Sees(ada)!.FramesDecoded - tomFrames, 50, 65);
        Assert.Equal(0, tom.Sees(ada)!.Seams);
        Assert.Equal(0, tom.Sees(ada)!.TimestampLeaps);
    }

    private static void AssertEveryoneSeesEveryone(SimulatedMeeting meeting, int frames)
    {
        foreach (var viewer in meeting.Browsers)
        {
            foreach (var other in meeting.Browsers.Where(other => other != viewer))
            {
                Assert.True(viewer.Sees(other)?.FramesDecoded > frames, $"{viewer.Id} decoded {viewer.Sees(other)?.FramesDecoded} frames of {other.Id}");
                Assert.True(viewer.Hears(other)?.Packets > frames, $"{viewer.Id} does not hear {other.Id}");
            }
        }
    }
}
