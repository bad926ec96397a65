using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Signaling;

/// <summary>Meetings over real sockets: negotiation with the real SFU, breaking, coming back, restarts.</summary>
public sealed class MeetingLifeTests
{
    [Fact]
    public async Task Both_dialects_negotiate_with_the_sfu_in_one_meeting()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada");
        var uplink = await ada.AwaitAsync("offer");
        Assert.Equal("sfu", uplink.Text("from"));
        var offered = uplink.GetProperty("sdp").Text("sdp");
        Assert.Contains("a=ice-lite", offered, StringComparison.Ordinal);
        Assert.Contains("a=recvonly", offered, StringComparison.Ordinal);
        Assert.Contains("a=candidate:", offered, StringComparison.Ordinal);
        Assert.DoesNotContain("a=simulcast", offered, StringComparison.Ordinal);
        await ada.SendAsync(new { type = "answer", to = "sfu", sdp = new { type = "answer", sdp = TestSdp.Answer("sendonly") } });

        await using var bob = await SignalingSocket.JoinAsync(server, meetingId, "Bob", SignalingSocket.Transport);
        Assert.Equal(bob.PeerId, (await ada.AwaitAsync("peer-joined")).Text("peerId"));
        await ada.OfferAsync(bob.PeerId, TestSdp.Offer());
        var answer = await ada.AwaitAsync("answer");
        Assert.Equal(bob.PeerId, answer.Text("from"));
        Assert.Equal(2, answer.GetProperty("sdp").Text("sdp").Split("a=sendonly").Length - 1);

        var down = await bob.AwaitAsync("offer");
        Assert.Equal(("sfu", "down"), (down.Text("from"), down.Text("connection")));
        Assert.Equal(["camera", "microphone"], down.GetProperty("tracks").EnumerateArray().Select(track => track.Text("source")).Order());
        await bob.SendAsync(new
        {
            type = "offer", to = "sfu", connection = "up", sdp = new { type = "offer", sdp = TestSdp.Offer() },
            tracks = new[] { new { mid = "0", source = "microphone" }, new { mid = "1", source = "screen" } },
        });
        Assert.Equal("up", (await bob.AwaitAsync("answer")).Text("connection"));

        await using var cleo = await SignalingSocket.JoinAsync(server, meetingId, "Cleo");
        Assert.Equal("sfu", (await cleo.AwaitAsync("offer")).Text("from"));
        foreach (var peer in new[] { ada, bob })
        {
            var offer = await cleo.AwaitAsync("offer");
            Assert.Equal(peer.PeerId, offer.Text("from"));
            var sdp = offer.GetProperty("sdp").Text("sdp");
            Assert.Equal(2, sdp.Split("a=sendonly").Length - 1);
            Assert.Contains("a=msid:", sdp, StringComparison.Ordinal);
            Assert.Contains("a=ssrc-group:FID", sdp, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_newcomer_who_publishes_reaches_those_of_our_dialect_who_were_alone_before()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        await using var bob = await SignalingSocket.JoinAsync(server, meetingId, "Bob", SignalingSocket.Transport);
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada");
        await ada.AwaitAsync("offer");

        await ada.SendAsync(new { type = "answer", to = "sfu", sdp = new { type = "answer", sdp = TestSdp.Answer("sendonly") } });

        var down = await bob.AwaitAsync("offer");
        Assert.All(down.GetProperty("tracks").EnumerateArray(), track => Assert.Equal(ada.PeerId, track.Text("peerId")));
    }

    [Fact]
    public async Task A_token_used_twice_moves_the_place_to_the_newer_socket()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada");
        await using var bob = await SignalingSocket.JoinAsync(server, meetingId, "Bob");

        await using var again = await SignalingSocket.OpenAsync(server, bob.Token, meetingId);

        Assert.Equal((4001, "replaced"), await bob.ClosedAsync());
        await again.WelcomedAsync();
        Assert.Equal(bob.PeerId, again.PeerId);
        Assert.Equal("replaced", (await ada.AwaitAsync("peer-left")).Text("reason"));
        await ada.AwaitAsync("peer-joined");
    }

    [Theory]
    [InlineData(WebSocketCloseStatus.NormalClosure)]
    [InlineData(WebSocketCloseStatus.EndpointUnavailable)]
    public async Task A_closed_socket_is_a_leave_at_once(WebSocketCloseStatus status)
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada", SignalingSocket.Transport);
        await using var bob = await SignalingSocket.JoinAsync(server, meetingId, "Bob", SignalingSocket.Transport);
        await ada.AwaitAsync("peer-joined");

        var watch = Stopwatch.StartNew();
        await bob.CloseAsync(status);

        Assert.Equal("left", (await ada.AwaitAsync("peer-left")).Text("reason"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(3), $"it took {watch.Elapsed}");
    }

    [Fact]
    public async Task A_close_code_of_its_own_is_a_leave_of_a_per_peer_client_and_a_pause_of_ours()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada");
        await using var bob = await SignalingSocket.JoinAsync(server, meetingId, "Bob");
        await using var cleo = await SignalingSocket.JoinAsync(server, meetingId, "Cleo", SignalingSocket.Transport);

        await cleo.CloseAsync((WebSocketCloseStatus)4900);
        await bob.CloseAsync((WebSocketCloseStatus)4900);

        var left = await ada.AwaitAsync("peer-left");
        Assert.Equal((bob.PeerId, "left"), (left.Text("peerId"), left.Text("reason")));
        await using var again = await SignalingSocket.OpenAsync(server, cleo.ResumeToken!, meetingId, SignalingSocket.Transport);
        Assert.True((await again.WelcomedAsync()).GetProperty("resumed").GetBoolean());
    }

    [Fact]
    public async Task A_close_frame_without_a_code_is_a_leave_too()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada", SignalingSocket.Transport);
        using var raw = new TcpClient(server.Url.Host, server.Url.Port);
        var stream = raw.GetStream();
        var token = SignalingSocket.Sign(server, meetingId, TimeSpan.FromMinutes(1));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /ws/signaling?token={token}&meetingId={meetingId} HTTP/1.1\r\nHost: {server.Url.Authority}\r\nConnection: Upgrade\r\n" +
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: tertulia.v1\r\n\r\n"));
        await ada.AwaitAsync("peer-joined");

        // FIN and close, masked, no payload (RFC 6455 section 5.2): what close() of a browser sends.
        await stream.WriteAsync(new byte[] { 0x88, 0x80, 1, 2, 3, 4 });

        Assert.Equal("left", (await ada.AwaitAsync("peer-left")).Text("reason"));
    }

    [Fact]
    public async Task A_per_peer_client_that_broke_off_is_given_up_after_five_seconds()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada");
        await using var bob = await SignalingSocket.JoinAsync(server, meetingId, "Bob");
        await ada.AwaitAsync("peer-joined");

        var watch = Stopwatch.StartNew();
        bob.Break();

        Assert.Equal("lost", (await ada.AwaitAsync("peer-left")).Text("reason"));
        Assert.InRange(watch.Elapsed.TotalSeconds, 4.9, 9);
    }

    [Fact]
    public async Task Our_client_that_broke_off_comes_back_unseen_and_reads_what_it_missed()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada");
        await using var bob = await SignalingSocket.JoinAsync(server, meetingId, "Bob", SignalingSocket.Transport);
        await ada.AwaitAsync("peer-joined");
        bob.Break();
        await ada.SendAsync(new { type = "chat", text = "where are you?" });
        await ada.AwaitAsync("chat");

        await using var again = await SignalingSocket.OpenAsync(server, bob.ResumeToken!, meetingId, SignalingSocket.Transport);

        var welcome = await again.WelcomedAsync();
        Assert.True(welcome.GetProperty("resumed").GetBoolean());
        Assert.Equal(bob.PeerId, again.PeerId);
        Assert.Equal("where are you?", Assert.Single((await again.AwaitAsync("chat-history")).GetProperty("messages").EnumerateArray()).Text("text"));
        await again.SendAsync(new { type = "chat", text = "here" });
        Assert.Equal("here", (await ada.AwaitAsync("chat")).Text("text"));
        Assert.Empty(await ada.UntilPongAsync());
    }

    [Fact]
    public async Task A_stopping_server_asks_everyone_to_come_back_and_finds_them_again()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada", SignalingSocket.Transport);
        await ada.SendAsync(new { type = "chat", text = "before" });
        await ada.AwaitAsync("chat");

        var restart = server.RestartAsync();
        Assert.True((await ada.AwaitAsync("reconnect")).GetProperty("afterMs").GetInt32() > 0);
        Assert.Equal(1001, (await ada.ClosedAsync()).Code);
        await restart;

        await using var again = await SignalingSocket.OpenAsync(server, ada.ResumeToken!, meetingId, SignalingSocket.Transport);
        Assert.False((await again.WelcomedAsync()).GetProperty("resumed").GetBoolean());
        Assert.Equal(ada.PeerId, again.PeerId);
        Assert.Single((await again.AwaitAsync("chat-history")).GetProperty("messages").EnumerateArray());
    }
}
