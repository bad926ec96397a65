using Tertulia.Simulation;

namespace Tertulia.Sfu.Tests.Scenarios;

/// <summary>A firewall begins to swallow what somebody sends: that is noticed long before consent runs out.</summary>
public sealed class AWayThatDies
{
    [Fact]
    public void Is_told_within_four_seconds_and_once()
    {
        using var meeting = new SimulatedMeeting();
        var ada = meeting.Join("ada");
        meeting.Join("ben");
        meeting.Run(TimeSpan.FromMilliseconds(3300));
        ada.Uplink.Conditions.IsDown = true;
        var died = meeting.Now;
        meeting.Run(TimeSpan.FromSeconds(9));
        var (at, told) = Assert.Single(Told(meeting));
        Assert.Equal("ada", told.Participant.Value);
        Assert.InRange(at - died, TimeSpan.FromSeconds(2.9), TimeSpan.FromSeconds(4.1));

        // It came back by itself, and dies again.
        ada.Uplink.Conditions.IsDown = false;
        meeting.Run(TimeSpan.FromSeconds(12));
        ada.Uplink.Conditions.IsDown = true;
        meeting.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(2, Told(meeting).Count());
    }

    [Fact]
    public void Who_only_watches_may_be_silent_when_there_is_nothing_more_to_watch()
    {
        using var meeting = new SimulatedMeeting();
        var ada = meeting.Join("ada");
        meeting.Join("ben", onlyWatches: true);
        meeting.Run(TimeSpan.FromSeconds(5));
        meeting.Leave(ada);
        meeting.Run(TimeSpan.FromSeconds(20));
        Assert.Empty(Told(meeting));
    }

    private static IEnumerable<(Rtc.Net.Instant At, RoomEvent.WentSilent Event)> Told(SimulatedMeeting meeting) =>
        meeting.Events.Where(happened => happened.Event is RoomEvent.WentSilent).Select(happened => (happened.At, (RoomEvent.WentSilent)happened.Event));
}
