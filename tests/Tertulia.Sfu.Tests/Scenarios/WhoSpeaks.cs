using Tertulia.Simulation;

namespace Tertulia.Sfu.Tests.Scenarios;

public sealed class WhoSpeaks
{
    private const byte Talking = 25;

    [Fact]
    public void The_speaker_is_found_and_changes_within_700_ms()
    {
        using var meeting = new SimulatedMeeting();
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        meeting.Join("eve");
        meeting.Run(TimeSpan.FromSeconds(2));

        ada.Microphone.Level = Talking;
        Assert.NotNull(meeting.RunUntil(() => Speaker(meeting) == ada.Id, TimeSpan.FromSeconds(1)));
        meeting.Run(TimeSpan.FromSeconds(4));

        (ada.Microphone.Level, ben.Microphone.Level) = (SimulatedMicrophone.Silent, Talking);
        var change = meeting.RunUntil(() => Speaker(meeting) == ben.Id, TimeSpan.FromSeconds(2));
        Assert.NotNull(change);
        Assert.InRange(change.Value.TotalMilliseconds, 200, 750);
    }

    [Fact]
    public void A_cough_changes_nothing()
    {
        using var meeting = new SimulatedMeeting();
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        ada.Microphone.Level = Talking;
        meeting.Run(TimeSpan.FromSeconds(5));
        ben.Microphone.Level = 10;
        meeting.Run(TimeSpan.FromMilliseconds(200));
        ben.Microphone.Level = SimulatedMicrophone.Silent;
        meeting.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(ada.Id, Speaker(meeting));
        Assert.Single(meeting.Events, happened => happened.Event is RoomEvent.ActiveSpeakerChanged);
    }

    [Fact]
    public void Nobody_speaks_only_after_three_seconds_of_silence()
    {
        using var meeting = new SimulatedMeeting();
        var ada = meeting.Join("ada");
        meeting.Join("ben");
        ada.Microphone.Level = Talking;
        meeting.Run(TimeSpan.FromSeconds(3));
        ada.Microphone.Level = SimulatedMicrophone.Silent;
        var silence = meeting.RunUntil(() => Speaker(meeting) is null, TimeSpan.FromSeconds(6));
        Assert.NotNull(silence);
        Assert.InRange(silence.Value.TotalSeconds, 2.9, 4);
    }

    [Fact]
    public void Who_leaves_or_is_muted_does_not_go_on_speaking()
    {
        using var meeting = new SimulatedMeeting();
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        ada.Microphone.Level = Talking;
        meeting.Run(TimeSpan.FromSeconds(2));
        meeting.Room.SetMuted(meeting.Now, ada.Id, TrackSource.Microphone, true);
        ben.Microphone.Level = Talking;
        meeting.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(ben.Id, Speaker(meeting));
        meeting.Leave(ben);
        meeting.Run(TimeSpan.FromSeconds(5));
        Assert.Null(Speaker(meeting));
    }

    private static ParticipantId? Speaker(SimulatedMeeting meeting) =>
        meeting.Events.Select(happened => happened.Event).OfType<RoomEvent.ActiveSpeakerChanged>().LastOrDefault()?.Speaker;
}
