using Tertulia.Rtc;
using Tertulia.Sfu.Speakers;
using Tertulia.Simulation;

namespace Tertulia.Sfu.Tests.Scenarios;

/// <summary>In a large meeting the microphones of those who spoke last are forwarded, without anybody losing a syllable.</summary>
public sealed class ManyMicrophones
{
    private const byte Background = 75, Talking = 28, Shouting = 15;

    [Fact]
    public void Only_a_few_are_forwarded_and_their_listeners_miss_nothing()
    {
        using var meeting = Meeting(10);
        var sent = PacketsOf(meeting);
        meeting.Run(TimeSpan.FromSeconds(5));

        // Everybody listens to the nine others: but to five, or to four if one of the five is oneself.
        var perSecond = (PacketsOf(meeting) - sent) / 5.0 / meeting.Browsers.Count;
        Assert.InRange(perSecond, 50 * (AudibleMicrophones.Places - 1), 50 * AudibleMicrophones.Places);
        Assert.All(Subscriptions(meeting), subscription => Assert.Equal(0, subscription.Stream.CumulativeLost));
    }

    [Fact]
    public void Who_begins_to_speak_is_heard_from_the_first_packet_on()
    {
        using var meeting = Meeting(12);
        var listener = meeting.Browsers[0];
        foreach (var speaker in meeting.Browsers) SaySomething(meeting, speaker);
        foreach (var speaker in meeting.Browsers.Skip(1))
        {
            speaker.Microphone.Level = Talking;
            var said = speaker.Microphone.Packets;
            var heard = new List<uint>();
            Track(listener, speaker, heard);
            meeting.Run(TimeSpan.FromSeconds(1));
            speaker.Microphone.Level = Background;
            meeting.Run(TimeSpan.FromSeconds(0.6));

            // Two packets may still be on their way from before.
            Assert.Contains((uint)(said + 1), heard);
            Assert.True(heard.Count(count => count > said) >= 50, $"{speaker.Id}: {heard.Count} of 50 heard");
        }

        meeting.Run(TimeSpan.FromSeconds(3));
        foreach (var speaker in meeting.Browsers.Skip(1))
        {
            Assert.Equal(0, listener.Hears(speaker)!.Ear.Misplaced);
            Assert.Equal(0, listener.Hears(speaker)!.Stream.Statistics.Lost);
        }
    }

    [Fact]
    public void A_speaker_is_not_pushed_out_by_background_nor_by_others_as_loud()
    {
        using var meeting = Meeting(12);
        var listener = meeting.Browsers[0];
        var speakers = meeting.Browsers.Skip(1).Take(AudibleMicrophones.Places).ToList();
        foreach (var speaker in speakers) speaker.Microphone.Level = Talking;
        meeting.Run(TimeSpan.FromSeconds(1));
        foreach (var speaker in speakers) listener.Hears(speaker)!.Ear.Reset();
        meeting.Browsers[7].Microphone.Level = Talking;
        meeting.Browsers[8].Microphone.Level = 45;
        meeting.Run(TimeSpan.FromSeconds(3));
        Assert.All(speakers, speaker => Assert.InRange(listener.Hears(speaker)!.Ear.Heard, 148, 152));

        // Whoever raises the voice is heard all the same.
        var loud = meeting.Browsers[9];
        loud.Microphone.Level = Shouting;
        var begin = loud.Microphone.Packets;
        meeting.Run(TimeSpan.FromSeconds(1));
        Assert.InRange(listener.Hears(loud)?.Packets ?? 0, 46, loud.Microphone.Packets - begin);
    }

    [Fact]
    public void Everyone_is_heard_again_when_the_meeting_has_become_small()
    {
        using var meeting = Meeting(9);
        while (meeting.Browsers.Count > 6) meeting.Leave(meeting.Browsers[^1]);
        meeting.Run(TimeSpan.FromSeconds(1));
        var sent = PacketsOf(meeting);
        meeting.Run(TimeSpan.FromSeconds(2));
        Assert.InRange((PacketsOf(meeting) - sent) / 2.0 / 6, 245, 255);
    }

    [Fact]
    public void Muting_makes_room_and_leaves_no_gap_behind()
    {
        using var meeting = Meeting(9);
        var listener = meeting.Browsers[0];
        var speaker = meeting.Browsers[1];
        speaker.Microphone.Level = Talking;
        meeting.Run(TimeSpan.FromSeconds(1));
        meeting.Room.SetMuted(meeting.Now, speaker.Id, TrackSource.Microphone, true);
        meeting.Run(TimeSpan.FromSeconds(5));
        meeting.Room.SetMuted(meeting.Now, speaker.Id, TrackSource.Microphone, false);
        meeting.Run(TimeSpan.FromSeconds(2));
        var ear = listener.Hears(speaker)!;
        Assert.Equal((0, 0), (ear.Stream.Statistics.Lost, ear.Ear.Misplaced));
        Assert.True(ear.Ear.Heard > 130, $"heard {ear.Ear.Heard}");
    }

    [Fact]
    public void Choosing_allocates_nothing()
    {
        using var meeting = Meeting(10);
        foreach (var speaker in meeting.Browsers) SaySomething(meeting, speaker);
        meeting.Run(TimeSpan.FromSeconds(5));
        while (meeting.Events.Last().Event is not RoomEvent.ActiveSpeakerChanged { Speaker: null }) meeting.Run(TimeSpan.FromSeconds(1));
        var allocated = meeting.BytesAllocatedForDatagrams;
        meeting.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(0, meeting.BytesAllocatedForDatagrams - allocated);
    }

    private static SimulatedMeeting Meeting(int people)
    {
        var meeting = new SimulatedMeeting(seed: 41);
        for (var i = 0; i < people; i++) meeting.Join($"peer{i}", sharesDownlink: true).Camera.IsOn = false;
        meeting.Run(TimeSpan.FromSeconds(1));
        foreach (var browser in meeting.Browsers) browser.Microphone.Level = Background;
        meeting.Run(TimeSpan.FromSeconds(3));
        return meeting;
    }

    private static void SaySomething(SimulatedMeeting meeting, SimulatedBrowser speaker)
    {
        speaker.Microphone.Level = Talking;
        meeting.Run(TimeSpan.FromMilliseconds(300));
        speaker.Microphone.Level = Background;
        meeting.Run(TimeSpan.FromMilliseconds(500));
    }

    private static void Track(SimulatedBrowser listener, SimulatedBrowser speaker, List<uint> heard)
    {
        if (listener.Hears(speaker) is { } player) player.Ear.OnFrame = heard.Add;
    }

    private static IEnumerable<Sfu.Forwarding.Subscription> Subscriptions(SimulatedMeeting meeting) => meeting.Browsers
        .SelectMany(browser => meeting.Room.Find(browser.Id)!.Connections.Values)
        .SelectMany(connection => connection.Sections)
        .Where(section => section.Kind == Rtc.Sdp.MediaKind.Audio)
        .Select(section => section.Subscription!);

    private static long PacketsOf(SimulatedMeeting meeting) => Subscriptions(meeting).Sum(subscription => subscription.PacketsForwarded);
}
