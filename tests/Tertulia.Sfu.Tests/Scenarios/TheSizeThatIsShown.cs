using Tertulia.Simulation;

namespace Tertulia.Sfu.Tests.Scenarios;

/// <summary>Simulcast: every receiver gets the encoding that its screen can use, and the publisher learns what nobody can.</summary>
public sealed class TheSizeThatIsShown
{
    [Fact]
    public void Without_a_view_the_largest_is_sent()
    {
        using var meeting = new SimulatedMeeting();
        var (ada, ben) = (meeting.Join("ada", simulcast: true), meeting.Join("ben", simulcast: true));
        meeting.Run(TimeSpan.FromSeconds(4));
        Assert.Equal(720, ben.Sees(ada)!.Height);
        Assert.Equal(720, ada.Sees(ben)!.Height);
    }

    [Theory]
    [InlineData(180, 180)]
    [InlineData(200, 180)]
    [InlineData(300, 360)]
    [InlineData(400, 360)]
    [InlineData(700, 720)]
    [InlineData(2160, 720)]
    public void A_tile_gets_the_encoding_that_fills_it(int tile, int expected)
    {
        using var meeting = new SimulatedMeeting();
        var (ada, ben) = (meeting.Join("ada", simulcast: true), meeting.Join("ben", simulcast: true));
        meeting.Run(TimeSpan.FromSeconds(3));
        ben.View((ada, TrackSource.Camera, tile));
        meeting.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(expected, ben.Sees(ada)!.Height);
        Assert.Equal(0, ben.Sees(ada)!.Seams);
        Assert.Equal(0, ben.Sees(ada)!.TimestampLeaps);
    }

    [Fact]
    public void Changing_sizes_again_and_again_leaves_no_seam()
    {
        using var meeting = new SimulatedMeeting(seed: 3);
        var (ada, ben) = (meeting.Join("ada", simulcast: true), meeting.Join("ben", simulcast: true));
        ben.Downlink.Conditions.Jitter = TimeSpan.FromMilliseconds(15);
        meeting.Run(TimeSpan.FromSeconds(3));
        var picture = ben.Sees(ada)!;
        picture.ResetFreeze();
        foreach (var tile in (int[])[180, 720, 360, 180, 360, 720, 180, 720])
        {
            ben.View((ada, TrackSource.Camera, tile));
            var switched = meeting.RunUntil(() => picture.Height == tile, TimeSpan.FromSeconds(3));
            Assert.True(switched < TimeSpan.FromMilliseconds(700), $"{tile} after {switched?.TotalMilliseconds} ms");
            meeting.Run(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0, picture.Seams);
        Assert.Equal(0, picture.TimestampLeaps);
        Assert.True(picture.LongestFreeze < TimeSpan.FromMilliseconds(200), $"froze {picture.LongestFreeze.TotalMilliseconds} ms");
    }

    [Fact]
    public void A_hidden_tile_costs_nothing_and_comes_back_at_once()
    {
        using var meeting = new SimulatedMeeting();
        var (ada, ben) = (meeting.Join("ada", simulcast: true), meeting.Join("ben", simulcast: true));
        meeting.Run(TimeSpan.FromSeconds(3));
        ben.View();
        meeting.Run(TimeSpan.FromMilliseconds(300));
        var (packets, heard) = (ben.Sees(ada)!.Packets, ben.Hears(ada)!.Packets);
        meeting.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(packets, ben.Sees(ada)!.Packets);
        Assert.True(ben.Hears(ada)!.Packets > heard + 90);

        var frames = ben.Sees(ada)!.FramesDecoded;
        ben.View((ada, TrackSource.Camera, 360));
        Assert.True(meeting.RunUntil(() => ben.Sees(ada)!.FramesDecoded > frames, TimeSpan.FromSeconds(2)) < TimeSpan.FromMilliseconds(400));
        Assert.Equal(0, ben.Sees(ada)!.Seams);
    }

    [Fact]
    public void The_publisher_is_told_what_nobody_needs_and_when_it_is_needed_again()
    {
        using var meeting = new SimulatedMeeting();
        var (ada, ben) = (meeting.Join("ada", simulcast: true), meeting.Join("ben", simulcast: true));
        meeting.Run(TimeSpan.FromSeconds(3));
        ben.View((ada, TrackSource.Camera, 150));
        var told = meeting.RunUntil(() => Wanted(meeting, ada) is ["q"], TimeSpan.FromSeconds(10));
        Assert.InRange(told!.Value.TotalSeconds, 3, 6);

        (ada.UplinkConnection.Encodings[1].IsOn, ada.UplinkConnection.Encodings[2].IsOn) = (false, false);
        meeting.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(180, ben.Sees(ada)!.Height);

        ben.View((ada, TrackSource.Camera, 700));
        Assert.True(meeting.RunUntil(() => Wanted(meeting, ada) is ["q", "h", "f"], TimeSpan.FromSeconds(1)) < TimeSpan.FromMilliseconds(50));
        (ada.UplinkConnection.Encodings[1].IsOn, ada.UplinkConnection.Encodings[2].IsOn) = (true, true);
        Assert.True(meeting.RunUntil(() => ben.Sees(ada)!.Height == 720, TimeSpan.FromSeconds(3)) < TimeSpan.FromSeconds(1));
        Assert.Equal(0, ben.Sees(ada)!.Seams);
    }

    private static IReadOnlyList<string>? Wanted(SimulatedMeeting meeting, SimulatedBrowser publisher) =>
        meeting.Events.Select(happened => happened.Event).OfType<RoomEvent.LayersWanted>().LastOrDefault(wanted => wanted.Participant == publisher.Id)?.Rids;
}
