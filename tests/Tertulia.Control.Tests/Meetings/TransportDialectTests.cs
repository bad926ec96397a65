using System.Text.Json;
using Tertulia.Contracts.Signaling;
using Tertulia.Rtc;
using Tertulia.Sfu;

namespace Tertulia.Control.Tests.Meetings;

public sealed class TransportDialectTests
{
    [Fact]
    public async Task The_welcome_names_the_dialect_and_carries_a_resume_token()
    {
        await using var fixture = await MeetingFixture.CreateAsync();

        var ada = await fixture.JoinAsync("Ada", SignalingDialects.Transport, "host");

        var welcome = await ada.NextAsync("welcome");
        Assert.Equal("tertulia.v1", welcome.GetProperty("dialect").GetString());
        Assert.Equal("host", welcome.GetProperty("role").GetString());
        Assert.False(welcome.GetProperty("resumed").GetBoolean());
        Assert.Equal("2026-01-01T12:00:00.000Z", welcome.GetProperty("serverTime").GetString());
        Assert.Equal(JsonValueKind.Null, welcome.GetProperty("state").GetProperty("activeSpeaker").ValueKind);
        var claims = fixture.Tokens.Verify(welcome.GetProperty("resumeToken").GetString()!).Claims!;
        Assert.Equal((ada.PeerId, "resume"), (claims.PeerId, claims.Purpose));
        await ada.NextAsync("chat-history");
        Assert.Empty(await ada.DrainAsync());
    }

    [Fact]
    public async Task The_client_offers_up_and_the_server_answers()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada");

        await ada.SendAsync(new
        {
            type = "offer",
            to = "sfu",
            connection = "up",
            sdp = new { type = "offer", sdp = "v=0" },
            tracks = new[] { new { mid = "0", source = "microphone" }, new { mid = "1", source = "screen-audio" } },
        });

        var answer = await ada.NextAsync("answer");
        Assert.Equal(("sfu", "up"), (answer.GetProperty("from").GetString(), answer.GetProperty("connection").GetString()));
        Assert.Contains($"answer {ada.PeerId} Uplink 0=Microphone 1=ScreenAudio", fixture.Media.Calls);
    }

    [Fact]
    public async Task One_offer_down_is_out_at_a_time_and_changes_meanwhile_become_one()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        fixture.Media.Published.Add(new DownlinkTrack("0", new ParticipantId(ada.PeerId), TrackSource.Camera));
        var bob = await fixture.EnterTransportAsync("Bob");

        var offer = await bob.NextAsync("offer");
        Assert.Equal(("sfu", "down"), (offer.GetProperty("from").GetString(), offer.GetProperty("connection").GetString()));
        var track = Assert.Single(offer.GetProperty("tracks").EnumerateArray());
        Assert.Equal(("0", ada.PeerId, "camera"), (
            track.GetProperty("mid").GetString(), track.GetProperty("peerId").GetString(), track.GetProperty("source").GetString()));

        for (var i = 0; i < 3; i++)
        {
            fixture.Media.Report(new RoomEvent.DownlinkOutdated(new ParticipantId(bob.PeerId)));
            await fixture.Media.UntilReadAsync();
        }
        Assert.Empty(await bob.DrainAsync());

        await bob.AnswerAsync("sfu", of: "down");
        Assert.Equal(["offer sfu"], await bob.DrainAsync());
        await bob.AnswerAsync("sfu", of: "down");
        Assert.Empty(await bob.DrainAsync());
    }

    [Fact]
    public async Task An_answer_that_is_none_leaves_the_offer_to_be_answered()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var bob = await OfferedAsync(fixture);

        await bob.AnswerAsync("sfu", RecordingMedia.BadSdp, of: "down");
        await bob.AnswerAsync("sfu", of: "down");
        await bob.AnswerAsync("sfu", of: "down");

        Assert.Equal(["error bad-sdp", "error wrong-state"], await bob.DrainAsync());
    }

    [Fact]
    public async Task Reconnecting_down_brings_a_fresh_connection_even_while_an_answer_is_due()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var bob = await OfferedAsync(fixture);

        await bob.SendAsync(new { type = "reconnect", connection = "down" });

        Assert.True((await bob.NextAsync("offer")).GetProperty("fresh").GetBoolean());
        Assert.Contains($"offer {bob.PeerId} Downlink fresh", fixture.Media.Calls);
    }

    [Fact]
    public async Task A_failed_downlink_is_replaced_without_being_asked()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var bob = await OfferedAsync(fixture);

        fixture.Media.Report(bob, ConnectionKey.Downlink, PeerConnectionState.Failed);

        Assert.True((await bob.NextAsync("offer")).GetProperty("fresh").GetBoolean());
    }

    [Theory]
    [InlineData("sfu", "down", "invalid-field")]
    [InlineData("sfu", null, "invalid-field")]
    [InlineData("nobody", "up", "unknown-peer")]
    [InlineData("nobody", "peer", "unknown-peer")]
    public async Task An_offer_to_the_wrong_place_is_refused(string to, string? connection, string code)
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var bob = await fixture.EnterTransportAsync("Bob");

        await bob.OfferAsync(to, of: connection);

        Assert.Equal([$"error {code}"], (await bob.DrainAsync()).Select(message => message.Replace(" sfu", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task There_are_no_direct_connections_while_the_sfu_is_in_use()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada");
        var bob = await fixture.EnterTransportAsync("Bob");
        await ada.DrainAsync();

        await bob.OfferAsync(ada.PeerId, of: "peer");

        Assert.Equal(["error wrong-state"], await bob.DrainAsync());
        Assert.Empty(await ada.DrainAsync());
    }

    [Fact]
    public async Task Both_dialects_meet_in_one_meeting()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterTransportAsync("Bob");
        await ada.DrainAsync();

        await ada.OfferAsync(bob.PeerId);

        Assert.Equal([$"answer {bob.PeerId}"], await ada.DrainAsync());
        Assert.DoesNotContain(fixture.Media.Calls, call => call == $"offer {bob.PeerId} {ada.PeerId}");
    }

    private static async Task<TestClient> OfferedAsync(MeetingFixture fixture)
    {
        var ada = await fixture.EnterAsync("Ada");
        fixture.Media.Published.Add(new DownlinkTrack("0", new ParticipantId(ada.PeerId), TrackSource.Camera));
        var bob = await fixture.EnterTransportAsync("Bob");
        await bob.NextAsync("offer");
        return bob;
    }
}
