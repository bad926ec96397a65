using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Signaling;

/// <summary>What one client sends wrongly is between it and the server: it is told, its connection lives on, and the others notice nothing.</summary>
public sealed class BadMessagesTests
{
    [Fact]
    public async Task Every_kind_of_bad_message_is_answered_and_the_connection_lives_on()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada", SignalingSocket.Transport);
        await using var bob = await SignalingSocket.JoinAsync(server, meetingId, "Bob");
        await ada.AwaitAsync("peer-joined");

        await bob.SendTextAsync("not json");
        Assert.Equal("malformed", await bob.ErrorAsync());
        await bob.SendTextAsync("""["chat","hi"]""");
        Assert.Equal("malformed", await bob.ErrorAsync());
        await bob.SendAsync(new byte[] { 1, 2, 3 }, WebSocketMessageType.Binary);
        Assert.Equal("malformed", await bob.ErrorAsync());
        await bob.SendTextAsync($$"""{"type":"chat","text":"{{new string('x', 300_000)}}"}""");
        Assert.Equal("too-large", await bob.ErrorAsync());
        await bob.SendTextAsync(new string('[', 200_000));
        Assert.Equal("malformed", await bob.ErrorAsync());
        await bob.SendAsync(new { type = "chat", text = new string('x', 4_001) });
        Assert.Equal("invalid-field", await bob.ErrorAsync());
        await bob.SendAsync(new { type = "chat", text = 7 });
        Assert.Equal("invalid-field", await bob.ErrorAsync());
        await bob.SendAsync(new { type = "hand", raised = "yes" });
        Assert.Equal("invalid-field", await bob.ErrorAsync());
        await bob.OfferAsync(ada.PeerId, "this is no SDP");
        Assert.Equal("bad-sdp", await bob.ErrorAsync());
        await bob.SendAsync(new { type = "answer", to = "sfu", sdp = new { type = "answer", sdp = "neither is this" } });
        Assert.Equal("bad-sdp", await bob.ErrorAsync());
        await bob.OfferAsync("sfu", TestSdp.Offer());
        Assert.Equal("wrong-state", await bob.ErrorAsync());
        await bob.OfferAsync("nobody1234567890", TestSdp.Offer());
        Assert.Equal("unknown-peer", await bob.ErrorAsync());
        await bob.SendAsync(new { type = "chat", text = "psst", to = "nobody1234567890" });
        Assert.Equal("unknown-peer", await bob.ErrorAsync());
        await bob.SendAsync(new { type = "end" });
        Assert.Equal("not-allowed", await bob.ErrorAsync());

        await bob.SendAsync(new { type = "telepathy", text = "ignored" });
        await bob.SendAsync(new { type = "welcome", peerId = ada.PeerId });
        await bob.SendAsync(new { type = "ice-candidate", to = "sfu", candidate = new { candidate = "candidate:before any description" } });
        await bob.SendAsync(new { type = "ice-candidate", to = ada.PeerId, candidate = (object?)null });
        Assert.Empty(await bob.UntilPongAsync());
        Assert.Empty(await ada.UntilPongAsync());

        await bob.SendAsync(new { type = "chat", text = "all is well", unknown = new { field = 1 } });
        Assert.Equal("all is well", (await ada.AwaitAsync("chat")).Text("text"));
    }

    [Fact]
    public async Task A_message_may_come_in_many_frames_up_to_the_limit()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada");

        var chat = Encoding.UTF8.GetBytes("""{"type":"chat","text":"in pieces ¡é!"}""");
        for (var i = 0; i < chat.Length; i++) await ada.SendAsync(chat.AsMemory(i, 1), WebSocketMessageType.Text, endOfMessage: i == chat.Length - 1);
        Assert.Equal("in pieces ¡é!", (await ada.AwaitAsync("chat")).Text("text"));

        var padded = Encoding.UTF8.GetBytes("""{"type":"chat","text":"long"}""" + new string(' ', 256 * 1024 - 29));
        Assert.Equal(256 * 1024, padded.Length);
        await ada.SendAsync(padded, WebSocketMessageType.Text);
        Assert.Equal("long", (await ada.AwaitAsync("chat")).Text("text"));
        await ada.SendAsync(padded, WebSocketMessageType.Text, endOfMessage: false);
        await ada.SendAsync(" "u8.ToArray(), WebSocketMessageType.Text);
        Assert.Equal("too-large", await ada.ErrorAsync());
    }

    [Theory]
    [InlineData("""{"type":"chat","text":"flood"}""")]
    [InlineData("""{"type":"ice-candidate","to":"sfu","candidate":null}""")]
    [InlineData("junk")]
    public async Task Ten_thousand_messages_a_second_of_one_do_not_disturb_the_chat_of_others(string message)
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada", SignalingSocket.Transport);
        await using var bob = await SignalingSocket.JoinAsync(server, meetingId, "Bob", SignalingSocket.Transport);
        await using var mallory = await SignalingSocket.JoinAsync(server, meetingId, "Mallory", SignalingSocket.Transport);
        await bob.AwaitAsync("peer-joined");

        using var over = new CancellationTokenSource();
        var flood = FloodAsync(mallory, Encoding.UTF8.GetBytes(message), over.Token);
        var closed = mallory.ClosedAsync();
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 30; i++)
        {
            var watch = Stopwatch.StartNew();
            await ada.SendAsync(new { type = "chat", text = $"undisturbed {i}" });
            while ((await bob.AwaitAsync("chat")).Text("text") != $"undisturbed {i}")
            {
            }
            slowest = slowest > watch.Elapsed ? slowest : watch.Elapsed;
        }
        var (code, reason) = await closed.WaitAsync(TimeSpan.FromMinutes(1));
        await over.CancelAsync();
        var sent = await flood;

        Assert.Equal((4002, "flood"), (code, reason));
        Assert.True(sent > 2_000, $"only {sent} messages were sent");
        Assert.True(slowest < TimeSpan.FromSeconds(2), $"a message took {slowest}");
        await Eventually.TrueAsync("Mallory is out", async () =>
            (await server.Client.GetAsync($"/api/meetings/{meetingId}").JsonAsync()).GetProperty("participantCount").GetInt32() == 2);
    }

    [Fact]
    public async Task What_exceeds_the_limit_is_dropped_and_said_so_once_a_second()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada", SignalingSocket.Transport);
        await ada.UntilPongAsync();

        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 1_000; i++) await ada.SendAsync(new { type = "ping", id = i });
        var pongs = 0;
        var throttled = 0;
        while (pongs < 199 || throttled == 0)
        {
            var answer = await ada.NextAsync();
            if (answer.Text("type") == "pong") pongs++;
            else if (answer.Text("code") == "throttled") throttled++;
        }

        Assert.InRange(throttled, 1, 2 + (int)watch.Elapsed.TotalSeconds);
        Assert.InRange(pongs, 199, 210 + (int)(watch.Elapsed.TotalSeconds * 50));
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_cut_off_and_nobody_waits_for_it()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server, new { topology = "p2p" });
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada");
        await using var deaf = await SignalingSocket.JoinAsync(server, meetingId, "Deaf");
        var large = new string('x', 240_000);

        // In this topology descriptions are passed on: the fastest way to have much said to somebody.
        await ada.AwaitAsync("peer-joined");
        for (var i = 0; i < 180; i++) await ada.OfferAsync(deaf.PeerId, large);
        Assert.Empty(await ada.UntilPongAsync());

        var left = await ada.AwaitAsync("peer-left");
        Assert.Equal((deaf.PeerId, "lost"), (left.Text("peerId"), left.Text("reason")));
    }

    private static async Task<int> FloodAsync(SignalingSocket socket, byte[] message, CancellationToken over)
    {
        var sent = 0;
        var watch = Stopwatch.StartNew();
        try
        {
            while (!over.IsCancellationRequested)
            {
                await socket.Socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, over);
                sent++;
                // Ten thousand a second, in bursts of a hundred.
                if (sent % 100 == 0 && sent / 10_000.0 > watch.Elapsed.TotalSeconds) await Task.Yield();
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The server has had enough.
        }
        return sent;
    }
}
