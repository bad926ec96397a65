using Tertulia.Contracts.Signaling;
using Tertulia.Control.Accounts;
using Tertulia.Control.Meetings;

namespace Tertulia.Control.Tests.Meetings;

public sealed class ComingAndGoingTests
{
    [Fact]
    public async Task Who_closes_the_socket_has_left_at_once()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterTransportAsync("Bob");
        await ada.DrainAsync();

        await bob.EndAsync(SocketEnd.Left);

        Assert.Equal([$"peer-left {bob.PeerId} left"], await ada.DrainAsync());
        Assert.Contains($"remove {bob.PeerId}", fixture.Media.Calls);
        var stay = (await fixture.Attendance.ListAsync(MeetingFixture.MeetingId, null, 10)).Items.Single(stay => stay.PeerId == bob.PeerId);
        Assert.Equal(("left", fixture.Time.GetUtcNow()), (stay.Reason, stay.LeftAt));
    }

    [Fact]
    public async Task Leaving_by_message_closes_the_socket_too()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");
        await ada.DrainAsync();

        await bob.SendAsync(new { type = "leave" });

        Assert.Equal(1000, await bob.ClosedAsync());
        Assert.Equal([$"peer-left {bob.PeerId} left"], await ada.DrainAsync());
    }

    [Theory]
    [InlineData(SignalingDialects.PerPeer, 5)]
    [InlineData(SignalingDialects.Transport, 30)]
    public async Task A_broken_socket_keeps_its_place_for_as_long_as_the_dialect_allows(string dialect, int seconds)
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob", dialect);
        await ada.DrainAsync();

        await bob.EndAsync(SocketEnd.Broken);
        await fixture.PassAsync(TimeSpan.FromSeconds(seconds - 0.1));
        Assert.Empty(await ada.DrainAsync());
        Assert.Equal(2, (await fixture.MeetingAsync()).ParticipantCount);
        Assert.False((await (await fixture.MeetingAsync()).GetParticipantsAsync())[1].Connected);

        await fixture.PassAsync(TimeSpan.FromSeconds(0.1));
        Assert.Equal([$"peer-left {bob.PeerId} lost"], await ada.DrainAsync());
    }

    [Fact]
    public async Task Who_resumes_is_the_same_participant_with_media_untouched_and_misses_no_chat()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var (bob, resume) = await EnterWithResumeTokenAsync(fixture);
        await ada.DrainAsync();
        await bob.EndAsync(SocketEnd.Broken);
        await ada.SendAsync(new { type = "chat", text = "are you there?" });
        await ada.DrainAsync();
        await fixture.PassAsync(TimeSpan.FromSeconds(29));
        var before = fixture.Media.Calls.Count;

        var again = await fixture.ConnectAsync(resume, SignalingDialects.Transport);

        var welcome = await again.NextAsync("welcome");
        Assert.True(welcome.GetProperty("resumed").GetBoolean());
        Assert.Equal(bob.PeerId, welcome.GetProperty("peerId").GetString());
        var missed = Assert.Single((await again.NextAsync("chat-history")).GetProperty("messages").EnumerateArray());
        Assert.Equal("are you there?", missed.GetProperty("text").GetString());
        await fixture.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Empty(await ada.DrainAsync());
        Assert.Equal(before, fixture.Media.Calls.Count);
    }

    [Fact]
    public async Task An_offer_that_was_not_answered_when_the_socket_broke_is_repeated()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        fixture.Media.Published.Add(new("0", new(ada.PeerId), Sfu.TrackSource.Camera));
        var (bob, resume) = await EnterWithResumeTokenAsync(fixture);
        var lost = await bob.NextAsync("offer");
        await bob.EndAsync(SocketEnd.Broken);

        var again = await fixture.ConnectAsync(resume, SignalingDialects.Transport);

        Assert.Equal(lost.GetRawText(), (await again.AwaitAsync("offer")).GetRawText());
    }

    [Fact]
    public async Task A_token_used_twice_replaces_the_older_socket_and_starts_over()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");
        await ada.DrainAsync();

        var again = await fixture.ConnectAsync(bob.Claims, SignalingDialects.PerPeer);

        Assert.Equal(4001, await bob.ClosedAsync());
        Assert.Equal([$"peer-left {bob.PeerId} replaced", $"peer-joined {bob.PeerId}"], await ada.DrainAsync());
        await again.AwaitAsync("offer");

        // The end of the older socket concerns nobody any more, and what it still says is not heard.
        await bob.EndAsync(SocketEnd.Left);
        await bob.SendAsync(new { type = "chat", text = "ghost" });
        Assert.Equal(2, (await fixture.MeetingAsync()).ParticipantCount);
        Assert.Empty(await ada.DrainAsync());
    }

    [Fact]
    public async Task A_resume_while_the_older_socket_seems_alive_replaces_it_unseen_by_others()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var (bob, resume) = await EnterWithResumeTokenAsync(fixture);
        await ada.DrainAsync();

        await fixture.ConnectAsync(resume, SignalingDialects.Transport);

        Assert.Equal(4001, await bob.ClosedAsync());
        await bob.EndAsync(SocketEnd.Broken);
        await fixture.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(await ada.DrainAsync());
    }

    [Fact]
    public async Task After_a_killed_server_a_resume_token_opens_the_meeting_anew()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var (bob, resume) = await EnterWithResumeTokenAsync(fixture);
        await ada.SendAsync(new { type = "chat", text = "before" });
        fixture.Restart();
        fixture.Time.Advance(TimeSpan.FromHours(1));

        var again = await fixture.ConnectAsync(resume, SignalingDialects.Transport);

        var welcome = await again.NextAsync("welcome");
        Assert.Equal((bob.PeerId, false), (welcome.GetProperty("peerId").GetString(), welcome.GetProperty("resumed").GetBoolean()));
        Assert.Equal(1, (await again.NextAsync("chat-history")).GetProperty("messages").GetArrayLength());
        Assert.Equal("2026-01-01T12:00:00.000Z", welcome.GetProperty("state").GetProperty("startedAt").GetString());
    }

    [Fact]
    public async Task The_last_place_goes_to_one_only_however_many_want_it()
    {
        await using var fixture = await MeetingFixture.CreateAsync(maxParticipants: 3);
        await fixture.EnterAsync("Ada");
        await fixture.EnterAsync("Bob");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => fixture.ClaimsOf($"Guest {i}"))
            .Select(claims => Task.Run(() => fixture.AdmitAsync(claims))));

        Assert.Single(outcomes, result => result.Outcome == AdmissionOutcome.Admitted);
        Assert.Equal(19, outcomes.Count(result => result.Outcome == AdmissionOutcome.MeetingFull));
    }

    [Fact]
    public async Task A_place_that_is_not_taken_up_is_free_again()
    {
        await using var fixture = await MeetingFixture.CreateAsync(maxParticipants: 1);
        var (_, first) = await fixture.AdmitAsync(fixture.ClaimsOf("Ada"));
        var bob = fixture.ClaimsOf("Bob");
        Assert.Equal(AdmissionOutcome.MeetingFull, (await fixture.AdmitAsync(bob)).Outcome);

        await first!.AbandonAsync();
        var (outcome, late) = await fixture.AdmitAsync(bob);
        Assert.Equal(AdmissionOutcome.Admitted, outcome);

        await fixture.PassAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(AdmissionOutcome.Admitted, (await fixture.AdmitAsync(fixture.ClaimsOf("Cleo"))).Outcome);
        Assert.Null(await late!.ConnectAsync(new SignalingOutbox()));
    }

    [Fact]
    public async Task Who_is_in_a_full_meeting_already_does_not_need_another_place()
    {
        await using var fixture = await MeetingFixture.CreateAsync(maxParticipants: 1);
        var ada = await fixture.EnterAsync("Ada");

        await fixture.ConnectAsync(ada.Claims, SignalingDialects.PerPeer);

        Assert.Equal(4001, await ada.ClosedAsync());
    }

    [Fact]
    public async Task Who_comes_and_goes_without_end_has_to_wait()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = fixture.ClaimsOf("Ada");
        for (var i = 0; i < 20; i++) await fixture.ConnectAsync(ada, SignalingDialects.PerPeer);

        Assert.Equal(AdmissionOutcome.TooOften, (await fixture.AdmitAsync(ada)).Outcome);
        Assert.Equal(AdmissionOutcome.Admitted, (await fixture.AdmitAsync(fixture.ClaimsOf("Bob"))).Outcome);
        await fixture.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(AdmissionOutcome.Admitted, (await fixture.AdmitAsync(ada)).Outcome);
    }

    [Fact]
    public async Task Unknown_and_ended_meetings_are_told_apart()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var stranger = fixture.ClaimsOf("Ada") with { MeetingId = "mtg_ffffffffffff" };
        Assert.Equal(AdmissionOutcome.UnknownMeeting, (await fixture.AdmitAsync(stranger)).Outcome);

        Assert.True(await fixture.Meetings.EndAsync(MeetingFixture.MeetingId, "api"));
        Assert.False(await fixture.Meetings.EndAsync(MeetingFixture.MeetingId, "api"));
        Assert.Equal(AdmissionOutcome.MeetingEnded, (await fixture.AdmitAsync(fixture.ClaimsOf("Ada"))).Outcome);
    }

    [Fact]
    public async Task An_empty_meeting_closes_its_room_and_later_leaves_memory_but_stays_open()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        await ada.EndAsync(SocketEnd.Left);
        Assert.True(fixture.Media.IsDisposed);

        var meeting = await fixture.MeetingAsync();
        await fixture.PassAsync(TimeSpan.FromMinutes(10));
        await meeting.Closed.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Null(fixture.Meetings.FindLive(MeetingFixture.MeetingId));

        await fixture.EnterAsync("Bob");
        Assert.NotSame(meeting, fixture.Meetings.FindLive(MeetingFixture.MeetingId));
    }

    [Fact]
    public async Task A_draining_server_asks_everyone_to_come_back_and_lets_nobody_in()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        await ada.DrainAsync();

        await fixture.Meetings.DrainAsync();

        Assert.Equal(1000, (await ada.NextAsync("reconnect")).GetProperty("afterMs").GetInt32());
        Assert.Equal(1001, await ada.ClosedAsync());
        Assert.Equal(AdmissionOutcome.Draining, (await fixture.AdmitAsync(ada.Claims)).Outcome);
        fixture.Restart();
        await fixture.ConnectAsync(ada.Claims, SignalingDialects.PerPeer);
    }

    [Fact]
    public async Task Display_names_are_distinct()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var meeting = await fixture.MeetingAsync();
        Assert.Equal(["Guest 1", "Guest 2"], [await meeting.ReserveDisplayNameAsync(), await meeting.ReserveDisplayNameAsync()]);

        await fixture.EnterAsync("Guest 7");
        await fixture.EnterAsync("Ada");
        var other = await fixture.JoinAsync("ADA");
        Assert.Equal("ADA (2)", (await other.NextAsync("welcome")).GetProperty("displayName").GetString());
        var longName = new string('x', 64);
        await fixture.EnterAsync(longName);
        var another = await fixture.JoinAsync(longName);
        Assert.Equal(new string('x', 60) + " (2)", (await another.NextAsync("welcome")).GetProperty("displayName").GetString());

        fixture.Restart();
        Assert.Equal("Guest 8", await (await fixture.MeetingAsync()).ReserveDisplayNameAsync());
    }

    private static async Task<(TestClient Client, MeetingTokenClaims Resume)> EnterWithResumeTokenAsync(MeetingFixture fixture)
    {
        var client = await fixture.JoinAsync("Bob", SignalingDialects.Transport);
        var token = (await client.NextAsync("welcome")).GetProperty("resumeToken").GetString()!;
        await client.NextAsync("chat-history");
        return (client, fixture.Tokens.Verify(token).Claims!);
    }
}
