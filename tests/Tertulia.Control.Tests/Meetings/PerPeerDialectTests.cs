using Tertulia.Rtc;
using Tertulia.Sfu;

namespace Tertulia.Control.Tests.Meetings;

public sealed class PerPeerDialectTests
{
    [Fact]
    public async Task A_newcomer_is_offered_the_uplink_and_then_every_peer_who_is_there()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");

        var cleo = await fixture.JoinAsync("Cleo");

        var welcome = await cleo.NextAsync("welcome");
        Assert.Equal("per-peer", welcome.GetProperty("dialect").GetString());
        Assert.Equal("sfu", welcome.GetProperty("topology").GetString());
        Assert.False(welcome.TryGetProperty("resumeToken", out _));
        Assert.Equal(["Ada", "Bob"], welcome.GetProperty("participants").EnumerateArray().Select(peer => peer.GetProperty("displayName").GetString()));
        Assert.Equal(0, (await cleo.NextAsync("chat-history")).GetProperty("messages").GetArrayLength());
        var uplink = await cleo.NextAsync("offer");
        Assert.Equal("sfu", uplink.GetProperty("from").GetString());
        Assert.Equal("offer", uplink.GetProperty("sdp").GetProperty("type").GetString());
        Assert.StartsWith("offer Uplink", uplink.GetProperty("sdp").GetProperty("sdp").GetString(), StringComparison.Ordinal);
        Assert.Equal([$"offer {ada.PeerId}", $"offer {bob.PeerId}"], await cleo.DrainAsync());
    }

    [Fact]
    public async Task Those_who_are_there_learn_of_a_newcomer_and_nobody_of_itself_or_those_before()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");

        Assert.Equal(["offer sfu", $"peer-joined {bob.PeerId}"], await ada.DrainAsync());
        Assert.Equal(["offer sfu", $"offer {ada.PeerId}"], await bob.DrainAsync());
    }

    [Fact]
    public async Task An_offer_to_a_peer_is_answered_by_the_server_in_that_peers_name()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");
        await ada.DrainAsync();
        await bob.DrainAsync();

        await ada.OfferAsync(bob.PeerId);

        var answer = await ada.NextAsync("answer");
        Assert.Equal(bob.PeerId, answer.GetProperty("from").GetString());
        Assert.Equal("answer", answer.GetProperty("sdp").GetProperty("type").GetString());
        Assert.Contains($"answer {ada.PeerId} {bob.PeerId}", fixture.Media.Calls);
        Assert.Empty(await bob.DrainAsync());
    }

    [Fact]
    public async Task Answers_reach_the_connection_that_was_offered()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");

        await bob.AnswerAsync("sfu");
        await bob.AnswerAsync(ada.PeerId);

        Assert.Equal([$"apply {bob.PeerId} Uplink", $"apply {bob.PeerId} {ada.PeerId}"], fixture.Media.Calls.TakeLast(2));
    }

    [Fact]
    public async Task Candidates_before_any_description_and_after_are_taken_without_a_word()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");
        await bob.DrainAsync();

        foreach (var to in new[] { "sfu", ada.PeerId })
        {
            await bob.SendAsync(new { type = "ice-candidate", to, candidate = new { candidate = "candidate:1 1 udp 1 192.0.2.1 5000 typ host", sdpMid = "0" } });
            await bob.SendAsync(new { type = "ice-candidate", to, candidate = (object?)null });
        }

        Assert.Empty(await bob.DrainAsync());
    }

    [Theory]
    [InlineData("offer")]
    [InlineData("answer")]
    [InlineData("ice-candidate")]
    public async Task What_is_sent_to_a_peer_that_does_not_exist_is_answered_with_an_error(string type)
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        await ada.DrainAsync();

        foreach (var to in new[] { "nobody", ada.PeerId })
        {
            await ada.SendAsync(new { type, to, sdp = new { type, sdp = "v=0" } });
            var error = await ada.NextAsync("error");
            Assert.Equal("unknown-peer", error.GetProperty("code").GetString());
            Assert.Equal(type, error.GetProperty("ref").GetString());
        }
    }

    [Fact]
    public async Task A_description_that_is_none_is_refused_and_the_client_may_try_again()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");
        await ada.DrainAsync();

        await ada.OfferAsync(bob.PeerId, RecordingMedia.BadSdp);
        await ada.AnswerAsync("sfu", RecordingMedia.BadSdp);
        await ada.OfferAsync("sfu");
        await ada.OfferAsync(bob.PeerId);

        Assert.Equal(["error bad-sdp", "error bad-sdp", "error wrong-state", $"answer {bob.PeerId}"], await ada.DrainAsync());
    }

    [Fact]
    public async Task A_failed_connection_is_taken_down_and_offered_anew()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");
        await bob.DrainAsync();

        fixture.Media.Report(bob, ConnectionKey.DownlinkOf(new ParticipantId(ada.PeerId)), PeerConnectionState.Failed);
        Assert.Equal("moved", (await bob.NextAsync("peer-left")).GetProperty("reason").GetString());
        Assert.Equal(ada.PeerId, (await bob.NextAsync("offer")).GetProperty("from").GetString());

        fixture.Media.Report(bob, ConnectionKey.Uplink, PeerConnectionState.Failed);
        Assert.Equal("sfu", (await bob.NextAsync("peer-left")).GetProperty("peerId").GetString());
        Assert.Equal("sfu", (await bob.NextAsync("offer")).GetProperty("from").GetString());
        Assert.Contains($"close {bob.PeerId} Uplink", fixture.Media.Calls);
    }

    [Fact]
    public async Task A_connection_that_fails_again_and_again_is_rebuilt_ever_more_slowly()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        await ada.DrainAsync();

        var rebuilt = new List<double>();
        var began = fixture.Time.GetUtcNow();
        while (rebuilt.Count < 5)
        {
            fixture.Media.Report(ada, ConnectionKey.Uplink, PeerConnectionState.Failed);
            await fixture.Media.UntilReadAsync();
            while (!(await ada.DrainAsync()).Contains("offer sfu")) await fixture.PassAsync(TimeSpan.FromSeconds(0.5));
            rebuilt.Add((fixture.Time.GetUtcNow() - began).TotalSeconds);
        }

        Assert.Equal([0, 1, 3, 7, 15], rebuilt);
    }

    [Fact]
    public async Task A_connection_that_lost_its_consent_is_rebuilt_only_if_it_does_not_revive()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        await ada.DrainAsync();

        fixture.Media.Report(ada, ConnectionKey.Uplink, PeerConnectionState.Disconnected);
        fixture.Media.Report(ada, ConnectionKey.Uplink, PeerConnectionState.Connected);
        await fixture.Media.UntilReadAsync();
        await fixture.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Empty(await ada.DrainAsync());

        fixture.Media.Report(ada, ConnectionKey.Uplink, PeerConnectionState.Disconnected);
        await fixture.Media.UntilReadAsync();
        await fixture.PassAsync(TimeSpan.FromSeconds(4));
        Assert.Empty(await ada.DrainAsync());
        await fixture.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["peer-left sfu moved", "offer sfu"], await ada.DrainAsync());
    }

    [Fact]
    public async Task A_small_uplink_is_offered_by_one_more_peer_and_ends_as_one()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");
        await ada.DrainAsync();
        await bob.DrainAsync();

        fixture.Media.Report(new RoomEvent.SmallUplinkWanted(new ParticipantId(ada.PeerId), true));
        var offer = await ada.NextAsync("offer");
        var hidden = offer.GetProperty("from").GetString()!;
        Assert.Matches("^[a-z0-9]{16}$", hidden);
        Assert.DoesNotContain(hidden, new[] { ada.PeerId, bob.PeerId });
        Assert.StartsWith("offer SmallUplink", offer.GetProperty("sdp").GetProperty("sdp").GetString(), StringComparison.Ordinal);
        await ada.AnswerAsync(hidden);
        Assert.Equal($"apply {ada.PeerId} SmallUplink", fixture.Media.Calls[^1]);
        await ada.SendAsync(new { type = "ice-candidate", to = hidden, candidate = (object?)null });
        Assert.Empty(await ada.DrainAsync());

        fixture.Media.Report(ada, ConnectionKey.SmallUplink, PeerConnectionState.Failed);
        Assert.Equal(hidden, (await ada.NextAsync("peer-left")).GetProperty("peerId").GetString());
        var next = (await ada.NextAsync("offer")).GetProperty("from").GetString()!;
        Assert.NotEqual(hidden, next);

        fixture.Media.Report(new RoomEvent.SmallUplinkWanted(new ParticipantId(ada.PeerId), false));
        Assert.Equal(next, (await ada.NextAsync("peer-left")).GetProperty("peerId").GetString());
        Assert.Equal($"close {ada.PeerId} SmallUplink", fixture.Media.Calls[^1]);
        await ada.AnswerAsync(next);
        Assert.Equal("unknown-peer", (await ada.NextAsync("error")).GetProperty("code").GetString());
        Assert.Empty(await bob.DrainAsync());
    }

    [Fact]
    public async Task A_transport_client_is_never_asked_for_a_small_uplink()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var cleo = await fixture.EnterTransportAsync("Cleo");
        await cleo.DrainAsync();
        fixture.Media.Report(new RoomEvent.SmallUplinkWanted(new ParticipantId(cleo.PeerId), true));
        await fixture.Media.UntilReadAsync();
        Assert.Empty(await cleo.DrainAsync());
    }

    [Fact]
    public async Task The_active_speaker_is_local_to_itself()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");
        var cleo = await fixture.EnterTransportAsync("Cleo");

        fixture.Media.Report(new RoomEvent.ActiveSpeakerChanged(new ParticipantId(ada.PeerId)));
        Assert.Equal("local", (await ada.AwaitAsync("active-speaker")).GetProperty("peerId").GetString());
        Assert.Equal(ada.PeerId, (await bob.AwaitAsync("active-speaker")).GetProperty("peerId").GetString());

        fixture.Media.Report(new RoomEvent.ActiveSpeakerChanged(new ParticipantId(cleo.PeerId)));
        Assert.Equal(cleo.PeerId, (await ada.AwaitAsync("active-speaker")).GetProperty("peerId").GetString());
        await cleo.AwaitAsync("active-speaker");
        Assert.Equal(cleo.PeerId, (await cleo.AwaitAsync("active-speaker")).GetProperty("peerId").GetString());

        fixture.Media.Report(new RoomEvent.ActiveSpeakerChanged(null));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await ada.AwaitAsync("active-speaker")).GetProperty("peerId").ValueKind);
    }

    [Fact]
    public async Task Who_comes_while_somebody_speaks_is_told()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        fixture.Media.Report(new RoomEvent.ActiveSpeakerChanged(new ParticipantId(ada.PeerId)));
        await ada.AwaitAsync("active-speaker");

        var bob = await fixture.EnterAsync("Bob");
        Assert.Equal(ada.PeerId, (await bob.AwaitAsync("active-speaker")).GetProperty("peerId").GetString());
    }

    [Fact]
    public async Task What_goes_wrong_for_one_does_not_reach_the_other()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");
        fixture.Media.FailsFor = ada.PeerId;

        fixture.Media.Report(ada, ConnectionKey.Uplink, PeerConnectionState.Failed);

        Assert.Equal(4500, await ada.ClosedAsync());
        await bob.SendAsync(new { type = "chat", text = "still here" });
        await bob.AwaitAsync("chat");
    }
}
