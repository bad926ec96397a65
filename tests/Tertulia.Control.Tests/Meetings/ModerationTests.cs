using Tertulia.Control.Meetings;
using Tertulia.Sfu;

namespace Tertulia.Control.Tests.Meetings;

public sealed class ModerationTests
{
    [Theory]
    [InlineData("participant")]
    [InlineData("guest")]
    public async Task Only_a_host_may_mute_remove_and_end(string role)
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada", "host");
        var bob = await fixture.EnterTransportAsync("Bob", role);

        await bob.SendAsync(new { type = "mute-request", peerId = ada.PeerId, source = "microphone" });
        await bob.SendAsync(new { type = "remove", peerId = ada.PeerId });
        await bob.SendAsync(new { type = "end" });

        Assert.Equal(["error not-allowed", "error not-allowed", "error not-allowed"], await bob.DrainAsync());
        Assert.Equal(2, (await fixture.MeetingAsync()).ParticipantCount);
        Assert.DoesNotContain(fixture.Media.Calls, call => call.StartsWith("mute", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_mutes_at_the_server_and_the_participant_unmutes_itself()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada", "host");
        var bob = await fixture.EnterTransportAsync("Bob");
        await ada.DrainAsync();

        await ada.SendAsync(new { type = "mute-request", peerId = bob.PeerId, source = "microphone" });
        Assert.Contains($"mute {bob.PeerId} Microphone", fixture.Media.Calls);
        var request = await bob.NextAsync("mute-request");
        Assert.Equal((ada.PeerId, "microphone"), (request.GetProperty("from").GetString(), request.GetProperty("source").GetString()));
        Assert.True((await ada.NextAsync("track")).GetProperty("muted").GetBoolean());

        await bob.SendAsync(new { type = "track", source = "microphone", muted = false });
        Assert.Contains($"unmute {bob.PeerId} Microphone", fixture.Media.Calls);
        Assert.False((await ada.NextAsync("track")).GetProperty("muted").GetBoolean());
    }

    [Fact]
    public async Task Who_was_removed_is_closed_out_with_its_token()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada", "host");
        var bob = await fixture.EnterAsync("Bob");
        await ada.DrainAsync();

        await ada.SendAsync(new { type = "remove", peerId = bob.PeerId });

        Assert.Equal(4003, await bob.ClosedAsync());
        Assert.Equal([$"peer-left {bob.PeerId} removed"], await ada.DrainAsync());
        Assert.Equal(AdmissionOutcome.Removed, (await fixture.AdmitAsync(bob.Claims)).Outcome);
        fixture.Restart();
        Assert.Equal(AdmissionOutcome.Removed, (await fixture.AdmitAsync(bob.Claims)).Outcome);
        Assert.Equal(AdmissionOutcome.Admitted, (await fixture.AdmitAsync(fixture.ClaimsOf("Bob"))).Outcome);
    }

    [Fact]
    public async Task The_end_reaches_everyone_and_is_final()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada", "host");
        var bob = await fixture.EnterAsync("Bob");
        await bob.DrainAsync();

        await ada.SendAsync(new { type = "end" });

        Assert.Equal("host", (await bob.NextAsync("meeting-ended")).GetProperty("reason").GetString());
        Assert.Equal(4004, await ada.ClosedAsync());
        Assert.Equal(4004, await bob.ClosedAsync());
        Assert.Equal(AdmissionOutcome.MeetingEnded, (await fixture.AdmitAsync(bob.Claims)).Outcome);
        Assert.All((await fixture.Attendance.ListAsync(MeetingFixture.MeetingId, null, 10)).Items, stay => Assert.Equal("ended", stay.Reason));
    }

    [Fact]
    public async Task The_rest_interface_mutes_and_removes_too()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada");
        var meeting = await fixture.MeetingAsync();

        Assert.True(await meeting.MuteAsync(ada.PeerId, TrackSource.Camera));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await ada.NextAsync("mute-request")).GetProperty("from").ValueKind);
        Assert.True(await meeting.RemoveAsync(ada.PeerId));
        Assert.False(await meeting.RemoveAsync(ada.PeerId));
        Assert.Equal(4003, await ada.ClosedAsync());
    }

    [Fact]
    public async Task Hands_and_reactions_and_tracks_are_seen_by_all_and_hands_and_tracks_by_late_joiners()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada");
        var bob = await fixture.EnterTransportAsync("Bob");
        await ada.DrainAsync();

        await bob.SendAsync(new { type = "hand", raised = true });
        await bob.SendAsync(new { type = "reaction", emoji = "👏" });
        await bob.SendAsync(new { type = "track", source = "camera", muted = true });
        await bob.SendAsync(new { type = "track", source = "screen", muted = false });
        await bob.SendAsync(new { type = "track", source = "screen", removed = true });

        Assert.True((await ada.NextAsync("hand")).GetProperty("raised").GetBoolean());
        Assert.Equal("👏", (await ada.NextAsync("reaction")).GetProperty("emoji").GetString());
        Assert.Equal("camera", (await ada.NextAsync("track")).GetProperty("source").GetString());
        Assert.False((await ada.NextAsync("track")).TryGetProperty("removed", out _));
        Assert.True((await ada.NextAsync("track")).GetProperty("removed").GetBoolean());

        var late = await fixture.JoinAsync("Late");
        var described = (await late.NextAsync("welcome")).GetProperty("participants")[1];
        Assert.True(described.GetProperty("handRaised").GetBoolean());
        Assert.Equal("""[{"source":"camera","muted":true}]""", described.GetProperty("tracks").GetRawText());
    }

    [Fact]
    public async Task A_source_that_starts_to_send_is_announced_once_and_its_end_too()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");
        await ada.DrainAsync();

        fixture.Media.ReportMediaOf(bob);
        fixture.Media.ReportMediaOf(bob);
        fixture.Media.Report(new RoomEvent.TrackEnded(new ParticipantId(bob.PeerId), TrackSource.Camera));
        await fixture.Media.UntilReadAsync();

        Assert.False((await ada.NextAsync("track")).TryGetProperty("removed", out _));
        Assert.True((await ada.NextAsync("track")).GetProperty("removed").GetBoolean());
        Assert.Empty(await ada.DrainAsync());
    }
}
