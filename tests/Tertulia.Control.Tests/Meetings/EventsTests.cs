using System.Text.Json;
using System.Threading.Channels;
using Tertulia.Contracts.Events;
using Tertulia.Contracts.Signaling;

namespace Tertulia.Control.Tests.Meetings;

/// <summary>What listeners and the durable log are told of a meeting.</summary>
public sealed class EventsTests
{
    [Fact]
    public async Task A_meeting_is_told_from_start_to_end_in_order_and_without_gaps()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        using var listener = fixture.Events.Subscribe(MeetingFixture.MeetingId);
        var ada = await fixture.EnterTransportAsync("Ada", "host");
        await fixture.PassAsync(TimeSpan.FromSeconds(2));
        var bob = await fixture.EnterAsync("Bob");
        await ada.SendAsync(new { type = "track", source = SourceNames.Camera, muted = false, removed = false });
        await ada.SendAsync(new { type = "track", source = SourceNames.Camera, muted = true, removed = false });
        await ada.SendAsync(new { type = "track", source = SourceNames.Camera, muted = true, removed = true });
        await bob.SendAsync(new { type = "chat", text = "Hello" });
        await bob.SendAsync(new { type = "chat", text = "Psst", to = ada.PeerId });
        await fixture.PassAsync(TimeSpan.FromSeconds(1));
        await bob.SendAsync(new { type = "leave" });
        await fixture.Meetings.EndAsync(MeetingFixture.MeetingId, "ended");

        var told = Drain(listener.Events);
        Assert.Equal(
            [
                "meeting.started", "participant.joined", "participant.joined", "track.published", "track.muted", "track.removed", "chat.said",
                "participant.left", "participant.left", "meeting.ended",
            ],
            told.Select(happened => happened.Type));
        Assert.Equal([0, 0, 2, 2, 2, 2, 2, 3, 3, 3], told.Select(happened => happened.Offset));
        Assert.Equal([("left", 1.0), ("ended", 3.0)], told.OfType<ParticipantLeft>().Select(left => (left.Reason, left.Duration)));
        Assert.Equal(0, listener.Missed);

        var log = (await fixture.EventLog.ListAsync(MeetingFixture.MeetingId, null, 100)).Items;
        Assert.Equal(told.Where(happened => happened.IsDurable).Select(happened => happened.Type), log.Select(record => record.Type));
        Assert.Equal(Enumerable.Range(1, log.Count).Select(number => (long)number), log.Select(record => record.Sequence));
        var left = JsonElement.Parse(log[3].Body);
        Assert.Equal(["id", "type", "timestamp", "sequence", "data"], left.EnumerateObject().Select(field => field.Name));
        Assert.Equal(
            ["meetingId", "offset", "peerId", "displayName", "role", "reason", "duration"],
            left.GetProperty("data").EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public async Task An_observer_begins_with_how_things_stand()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada");
        await ada.SendAsync(new { type = "track", source = SourceNames.Screen, muted = false, removed = false });

        using var observer = await fixture.Meetings.ObserveAsync(MeetingFixture.MeetingId);
        var bob = await fixture.EnterAsync("Bob");

        var told = Drain(observer!.Events);
        var snapshot = Assert.IsType<MeetingSnapshot>(told[0]);
        var present = Assert.Single(snapshot.Participants);
        Assert.Equal((ada.PeerId, "Ada"), (present.PeerId, present.DisplayName));
        Assert.Equal([new TrackInfo(SourceNames.Screen, false)], present.Tracks);
        Assert.Equal(bob.PeerId, Assert.IsType<ParticipantJoined>(Assert.Single(told[1..])).PeerId);
        Assert.Null(await fixture.Meetings.ObserveAsync("mtg_ffffffffffff"));
    }

    [Fact]
    public async Task A_listener_that_does_not_listen_delays_nobody()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        using var deaf = fixture.Events.Subscribe(MeetingFixture.MeetingId, capacity: 1);
        using var all = fixture.Events.Subscribe();
        await fixture.EnterAsync("Ada");
        await fixture.EnterAsync("Bob");

        Assert.Equal(2, deaf.Missed);
        Assert.Equal(3, Drain(all.Events).Count);
        all.Dispose();
        await fixture.EnterAsync("Eve");
        Assert.Empty(Drain(all.Events));
    }

    [Fact]
    public async Task Whoever_a_crash_cut_off_is_told_to_have_left()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        await fixture.EnterAsync("Ada");
        await fixture.Attendance.BeatAsync("main", fixture.Time.GetUtcNow() + TimeSpan.FromSeconds(5));

        await fixture.Attendance.CloseOpenAsync("main", "lost");

        var log = (await fixture.EventLog.ListAsync(MeetingFixture.MeetingId, null, 100)).Items;
        Assert.Equal(["meeting.started", "participant.joined", "participant.left"], log.Select(record => record.Type));
        var data = JsonElement.Parse(log[2].Body).GetProperty("data");
        Assert.Equal(("lost", 5.0, 5.0), (data.GetProperty("reason").GetString(), data.GetProperty("duration").GetDouble(), data.GetProperty("offset").GetDouble()));
    }

    private static List<MeetingEvent> Drain(ChannelReader<MeetingEvent> events)
    {
        var all = new List<MeetingEvent>();
        while (events.TryRead(out var happened)) all.Add(happened);
        return all;
    }
}
