using Tertulia.Contracts;
using Tertulia.Contracts.Signaling;

namespace Tertulia.Control.Tests.Meetings;

public sealed class TopologyTests
{
    [Theory]
    [InlineData("p2p")]
    [InlineData("auto")]
    public async Task Two_direct_clients_negotiate_with_each_other_and_the_server_only_passes_it_on(string topology)
    {
        await using var fixture = await MeetingFixture.DirectAsync(topology);
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.JoinAsync("Bob");
        Assert.Equal("p2p", (await bob.NextAsync("welcome")).GetProperty("topology").GetString());
        await bob.NextAsync("chat-history");
        Assert.Equal([$"peer-joined {bob.PeerId}"], await ada.DrainAsync());
        Assert.Empty(await bob.DrainAsync());

        await ada.OfferAsync(bob.PeerId, "of Ada");
        var offer = await bob.NextAsync("offer");
        Assert.Equal((ada.PeerId, "of Ada"), (offer.GetProperty("from").GetString(), offer.GetProperty("sdp").GetProperty("sdp").GetString()));
        await bob.AnswerAsync(ada.PeerId, "of Bob");
        Assert.Equal("of Bob", (await ada.NextAsync("answer")).GetProperty("sdp").GetProperty("sdp").GetString());
        await bob.SendAsync(new { type = "ice-candidate", to = ada.PeerId, candidate = new { candidate = "candidate:1", sdpMid = "0", sdpMLineIndex = 0, usernameFragment = "u" } });
        var candidate = await ada.NextAsync("ice-candidate");
        Assert.Equal(bob.PeerId, candidate.GetProperty("from").GetString());
        Assert.Equal("""{"candidate":"candidate:1","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"u"}""", candidate.GetProperty("candidate").GetRawText());

        Assert.Equal([$"add {ada.PeerId}", $"add {bob.PeerId}"], fixture.Media.Calls);
    }

    [Fact]
    public async Task Peer_to_peer_stays_so_with_three()
    {
        await using var fixture = await MeetingFixture.DirectAsync("p2p");
        var ada = await fixture.EnterAsync("Ada");
        await fixture.EnterAsync("Bob");
        var cleo = await fixture.EnterAsync("Cleo");

        await ada.OfferAsync(cleo.PeerId);

        Assert.Equal([$"offer {ada.PeerId}"], await cleo.DrainAsync());
    }

    [Fact]
    public async Task The_third_arrival_moves_everyone_once_the_media_of_both_has_arrived()
    {
        await using var fixture = await MeetingFixture.DirectAsync("auto");
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");
        await ada.DrainAsync();

        var cleo = await fixture.EnterAsync("Cleo");
        Assert.Equal(["offer sfu", $"peer-joined {cleo.PeerId}"], await ada.DrainAsync());
        Assert.Equal(["offer sfu", $"peer-joined {cleo.PeerId}"], await bob.DrainAsync());
        Assert.Equal(["offer sfu", $"offer {ada.PeerId}", $"offer {bob.PeerId}"], await cleo.DrainAsync());

        // The pair talks directly until then, with all that this takes.
        fixture.Media.ReportMediaOf(ada);
        await fixture.Media.UntilReadAsync();
        await ada.SendAsync(new { type = "ice-candidate", to = bob.PeerId, candidate = new { candidate = "candidate:1" } });
        Assert.Equal([$"track {ada.PeerId}", $"ice-candidate {ada.PeerId}"], await bob.DrainAsync());

        fixture.Media.ReportMediaOf(bob);
        await fixture.Media.UntilReadAsync();
        Assert.Equal([$"track {bob.PeerId}", $"peer-left {bob.PeerId} moved", $"offer {bob.PeerId}"], await ada.DrainAsync());
        Assert.Equal([$"peer-left {ada.PeerId} moved", $"offer {ada.PeerId}"], await bob.DrainAsync());

        // From here on the server stands in.
        await ada.OfferAsync(bob.PeerId);
        Assert.Equal([$"answer {bob.PeerId}"], await ada.DrainAsync());
        Assert.Empty(await bob.DrainAsync());
    }

    [Fact]
    public async Task A_pair_is_moved_in_the_end_even_if_one_of_them_sends_nothing()
    {
        await using var fixture = await MeetingFixture.DirectAsync("auto");
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");
        await fixture.EnterAsync("Cleo");
        await ada.DrainAsync();

        await fixture.PassAsync(TimeSpan.FromSeconds(7.9));
        Assert.Empty(await ada.DrainAsync());
        await fixture.PassAsync(TimeSpan.FromSeconds(0.1));
        Assert.Equal([$"peer-left {bob.PeerId} moved", $"offer {bob.PeerId}"], await ada.DrainAsync());
    }

    [Fact]
    public async Task A_client_of_the_other_dialect_moves_a_direct_meeting_to_the_sfu()
    {
        await using var fixture = await MeetingFixture.DirectAsync("p2p");
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.JoinAsync("Bob", SignalingDialects.Transport);

        Assert.Equal("sfu", (await bob.NextAsync("welcome")).GetProperty("topology").GetString());
        Assert.Equal(["offer sfu", $"peer-joined {bob.PeerId}"], await ada.DrainAsync());
    }

    [Fact]
    public async Task Our_own_clients_connect_directly_and_are_told_of_the_move()
    {
        await using var fixture = await MeetingFixture.DirectAsync("auto");
        var ada = await fixture.EnterTransportAsync("Ada");
        var bob = await fixture.EnterTransportAsync("Bob");
        await ada.DrainAsync();
        await ada.OfferAsync(bob.PeerId, of: "peer");
        Assert.Equal("peer", (await bob.NextAsync("offer")).GetProperty("connection").GetString());

        var cleo = await fixture.EnterTransportAsync("Cleo");

        Assert.Equal("sfu", (await ada.NextAsync("topology")).GetProperty("topology").GetString());
        Assert.Equal([$"peer-joined {cleo.PeerId}"], await ada.DrainAsync());
        Assert.Equal("sfu", (await bob.NextAsync("topology")).GetProperty("topology").GetString());
    }

    [Fact]
    public async Task With_auto_a_direct_connection_that_fails_is_moved_to_the_sfu()
    {
        await using var fixture = await MeetingFixture.DirectAsync("auto");
        var ada = await fixture.EnterTransportAsync("Ada");
        var bob = await fixture.EnterTransportAsync("Bob");

        await bob.SendAsync(new { type = "reconnect", connection = "peer" });

        await ada.AwaitAsync("topology");
        await bob.AwaitAsync("topology");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Recording_and_transcription_need_the_sfu(bool record, bool transcribe)
    {
        await using var fixture = await MeetingFixture.CreateAsync(new MeetingSettings(
            Topology: "p2p", Recording: new RecordingSettings(record), Transcription: new TranscriptionSettings(transcribe)));

        var ada = await fixture.JoinAsync("Ada");

        Assert.Equal("sfu", (await ada.NextAsync("welcome")).GetProperty("topology").GetString());
    }

    [Fact]
    public async Task An_empty_meeting_is_direct_again()
    {
        await using var fixture = await MeetingFixture.DirectAsync("auto");
        TestClient[] people = [await fixture.EnterAsync("Ada"), await fixture.EnterAsync("Bob"), await fixture.EnterAsync("Cleo")];
        foreach (var person in people) await person.EndAsync(Control.Meetings.SocketEnd.Left);

        var dan = await fixture.JoinAsync("Dan");

        Assert.Equal("p2p", (await dan.NextAsync("welcome")).GetProperty("topology").GetString());
    }
}
