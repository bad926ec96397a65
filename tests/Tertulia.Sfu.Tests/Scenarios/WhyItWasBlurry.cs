using Tertulia.Sfu.Allocation;
using Tertulia.Sfu.Quality;
using Tertulia.Simulation;

namespace Tertulia.Sfu.Tests.Scenarios;

/// <summary>Everybody is told whose line is bad, and an operator can ask what somebody got, and why.</summary>
public sealed class WhyItWasBlurry
{
    [Fact]
    public void A_good_line_is_not_talked_about()
    {
        using var meeting = new SimulatedMeeting(seed: 51);
        foreach (var name in (string[])["ada", "ben", "eve"]) meeting.Join(name, simulcast: true);
        meeting.Run(TimeSpan.FromSeconds(60));
        Assert.Empty(Changes(meeting));
    }

    [Fact]
    public void Losses_in_either_direction_are_noticed_and_so_is_their_end()
    {
        using var meeting = new SimulatedMeeting(seed: 52);
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        meeting.Run(TimeSpan.FromSeconds(15));
        (ada.Uplink.Conditions.Loss, ben.Downlink.Conditions.Loss) = (0.04, 0.2);
        meeting.Run(TimeSpan.FromSeconds(15));
        Assert.Equal((LineQuality.Good, LineQuality.Poor), (QualityOf(meeting, ada), QualityOf(meeting, ben)));

        (ada.Uplink.Conditions.Loss, ben.Downlink.Conditions.Loss) = (0, 0);
        meeting.Run(TimeSpan.FromSeconds(40));
        Assert.Equal((LineQuality.Excellent, LineQuality.Excellent), (QualityOf(meeting, ada), QualityOf(meeting, ben)));
        Assert.InRange(Changes(meeting).Count, 4, 8);
    }

    [Fact]
    public void A_dead_line_is_lost_within_seconds_and_comes_back_at_once()
    {
        using var meeting = new SimulatedMeeting(seed: 53);
        meeting.Join("ada");
        var ben = meeting.Join("ben");
        meeting.Run(TimeSpan.FromSeconds(10));
        ben.Uplink.Conditions.IsDown = ben.Downlink.Conditions.IsDown = true;
        var lost = meeting.RunUntil(() => QualityOf(meeting, ben) == LineQuality.Lost, TimeSpan.FromSeconds(20));
        Assert.InRange(lost!.Value.TotalSeconds, 4, 8);
        ben.Uplink.Conditions.IsDown = ben.Downlink.Conditions.IsDown = false;
        var back = meeting.RunUntil(() => QualityOf(meeting, ben) != LineQuality.Lost, TimeSpan.FromSeconds(20));
        Assert.InRange(back!.Value.TotalSeconds, 0, 5);
    }

    [Fact]
    public void What_was_sent_and_why_can_be_asked_for()
    {
        using var meeting = new SimulatedMeeting(seed: 54);
        var (ada, ben) = (meeting.Join("ada", simulcast: true), meeting.Join("ben", simulcast: true));
        ben.View((ada, TrackSource.Camera, 720));
        ben.Downlink.Conditions.BitsPerSecond = 4_000_000;
        meeting.Run(TimeSpan.FromSeconds(15));
        Assert.Equal(("f", SelectionReason.Best), Camera(meeting, ben));

        ben.Downlink.Conditions.BitsPerSecond = 400_000;
        meeting.Run(TimeSpan.FromSeconds(10));
        var (rid, reason) = Camera(meeting, ben);
        Assert.NotEqual("f", rid);
        Assert.Equal(SelectionReason.Bandwidth, reason);
        Assert.True(QualityOf(meeting, ben) > LineQuality.Excellent);

        ben.View((ada, TrackSource.Camera, 0));
        meeting.Run(TimeSpan.FromSeconds(1));
        Assert.Equal((null, SelectionReason.Hidden), Camera(meeting, ben));

        var report = meeting.Room.DescribeQuality(meeting.Now, ben.Id)!;
        var downlink = Assert.Single(report.Downlinks);
        var track = downlink.Tracks.Single(track => track.Source == TrackSource.Camera);
        Assert.InRange(track.Changes.Count, 3, 24);
        Assert.Equal(track.Changes.OrderByDescending(change => change.Ago).Select(change => change.Ago), track.Changes.Select(change => change.Ago));
        Assert.Equal([SelectionReason.Bandwidth, SelectionReason.Hidden], track.Changes.Select(change => change.Reason).Distinct().TakeLast(2));
        Assert.True(track.Changes.First(change => change.Reason == SelectionReason.Best).Estimate > track.Changes[^1].Estimate);
        Assert.Equal(["q", "h", "f"], report.Uplink!.Layers.Where(layer => layer.Source == TrackSource.Camera).Select(layer => layer.Rid));
        Assert.Null(meeting.Room.DescribeQuality(meeting.Now, new ParticipantId("nobody")));
    }

    [Fact]
    public void A_voice_is_encoded_for_the_worst_receiver_as_copies_leave_it()
    {
        using var meeting = new SimulatedMeeting(seed: 55);
        var ada = meeting.Join("ada");
        var fox = meeting.Join("fox", knowsRed: false);
        meeting.Run(TimeSpan.FromSeconds(5));
        var reported = ada.UplinkConnection.Peer.Sender.Streams[0];
        Assert.Equal(0, reported.FractionLost);
        fox.Downlink.Conditions.Loss = 0.1;
        meeting.Run(TimeSpan.FromSeconds(40));
        Assert.InRange(reported.FractionLost, 0, 0.008);

        // So bad a line has no room for copies of everything, and loses some of them too.
        fox.Downlink.Conditions.Loss = 0.4;
        meeting.Run(TimeSpan.FromSeconds(15));
        Assert.InRange(reported.FractionLost, 0.01, 0.5);
        Assert.Equal(0, reported.CumulativeLost);
    }

    [Fact]
    public void What_the_publisher_gave_up_is_not_blamed_on_the_line()
    {
        using var meeting = new SimulatedMeeting(seed: 56);
        var ada = meeting.Join("ada", sharesDownlink: true, simulcast: true);
        var ben = meeting.Join("ben", sharesDownlink: true, onlyWatches: true);
        meeting.Run(TimeSpan.FromSeconds(6));
        Assert.Equal(("f", SelectionReason.Best), Camera(meeting, ben));
        ada.Camera.IsOn = false;
        meeting.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(("h", SelectionReason.Publisher), Camera(meeting, ben));

        ben.View((ada, TrackSource.Camera, 360));
        meeting.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(("h", SelectionReason.Best), Camera(meeting, ben));
    }

    private static (string? Rid, SelectionReason Reason) Camera(SimulatedMeeting meeting, SimulatedBrowser viewer)
    {
        var track = meeting.Room.DescribeQuality(meeting.Now, viewer.Id)!.Downlinks[0].Tracks.Single(track => track.Source == TrackSource.Camera);
        return (track.Wanted?.Rid, track.Reason);
    }

    private static LineQuality QualityOf(SimulatedMeeting meeting, SimulatedBrowser browser) =>
        Changes(meeting).LastOrDefault(change => change.Participant == browser.Id)?.Quality ?? LineQuality.Excellent;

    private static List<RoomEvent.QualityChanged> Changes(SimulatedMeeting meeting) => [.. meeting.Events.Select(happened => happened.Event).OfType<RoomEvent.QualityChanged>()];
}
