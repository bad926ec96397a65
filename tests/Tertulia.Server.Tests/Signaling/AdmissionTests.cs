using System.Net;
using System.Net.WebSockets;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Signaling;

/// <summary>Who is not let in is told so in HTTP, before any WebSocket exists.</summary>
public sealed class AdmissionTests
{
    [Fact]
    public async Task Tokens_that_do_not_open_this_meeting_are_refused_before_the_upgrade()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        var other = await SignalingSocket.CreateMeetingAsync(server);
        var good = SignalingSocket.Sign(server, meetingId, TimeSpan.FromMinutes(1));
        await using var stranger = await TestServer.StartAsync();

        await RefusedAsync(server, null, meetingId, HttpStatusCode.Unauthorized, "token-invalid");
        await RefusedAsync(server, "nonsense", meetingId, HttpStatusCode.Unauthorized, "token-invalid");
        await RefusedAsync(server, good[..^20] + (good[^20] == 'A' ? 'B' : 'A') + good[^19..], meetingId, HttpStatusCode.Unauthorized, "token-invalid");
        await RefusedAsync(server, Unsigned(good), meetingId, HttpStatusCode.Unauthorized, "token-invalid");
        await RefusedAsync(server, SignalingSocket.Sign(stranger, meetingId, TimeSpan.FromMinutes(1)), meetingId, HttpStatusCode.Unauthorized, "token-invalid");
        await RefusedAsync(server, SignalingSocket.Sign(server, meetingId, TimeSpan.FromSeconds(-1)), meetingId, HttpStatusCode.Unauthorized, "token-expired");
        await RefusedAsync(server, good, other, HttpStatusCode.Forbidden, "forbidden");
        await RefusedAsync(server, good, null, HttpStatusCode.BadRequest, "bad-request");
        await RefusedAsync(
            server, SignalingSocket.Sign(server, "mtg_000000000000", TimeSpan.FromMinutes(1)), "mtg_000000000000", HttpStatusCode.NotFound, "meeting-unknown");
        await server.Anonymous.GetAsync($"/ws/signaling?token={good}&meetingId={meetingId}").ProblemAsync(HttpStatusCode.BadRequest, "bad-request");

        await using var socket = await SignalingSocket.OpenAsync(server, good, meetingId);
        await socket.WelcomedAsync();
    }

    [Fact]
    public async Task A_full_meeting_an_ended_one_and_one_that_removed_the_participant_refuse()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server, new { maxParticipants = 2 });
        var late = SignalingSocket.Sign(server, meetingId, TimeSpan.FromMinutes(1));
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada", SignalingSocket.Transport, "host");
        await using var bob = await SignalingSocket.JoinAsync(server, meetingId, "Bob");

        await RefusedAsync(server, late, meetingId, HttpStatusCode.Conflict, "meeting-full");
        await server.Client.PostAsync($"/api/meetings/{meetingId}/join", null).ProblemAsync(HttpStatusCode.Conflict, "meeting-full");

        await ada.SendAsync(new { type = "remove", peerId = bob.PeerId });
        Assert.Equal((4003, "removed"), await bob.ClosedAsync());
        await RefusedAsync(server, bob.Token, meetingId, HttpStatusCode.Forbidden, "forbidden");

        using var ended = await server.Client.PostAsync($"/api/meetings/{meetingId}/end", null);
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        Assert.Equal("ended", (await ada.AwaitAsync("meeting-ended")).Text("reason"));
        Assert.Equal((4004, "meeting-ended"), await ada.ClosedAsync());
        await RefusedAsync(server, late, meetingId, HttpStatusCode.Gone, "meeting-ended");
    }

    [Fact]
    public async Task The_last_place_goes_to_one_of_many_who_come_at_once()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server, new { maxParticipants = 1 });
        var tokens = Enumerable.Range(0, 12).Select(i => SignalingSocket.Sign(server, meetingId, TimeSpan.FromMinutes(1), $"peer{i:D12}"));

        var sockets = await Task.WhenAll(tokens.Select(async token =>
        {
            try
            {
                return await SignalingSocket.OpenAsync(server, token, meetingId);
            }
            catch (WebSocketException)
            {
                return null;
            }
        }));

        var winner = Assert.Single(sockets, socket => socket is not null);
        await winner!.WelcomedAsync();
        await winner.DisposeAsync();
    }

    [Theory]
    [InlineData(null, "per-peer", null)]
    [InlineData("tertulia.v1", "tertulia.v1", "tertulia.v1")]
    [InlineData("something-else", "per-peer", null)]
    public async Task The_subprotocol_chooses_the_dialect(string? asked, string dialect, string? agreed)
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);

        await using var socket = await SignalingSocket.OpenAsync(server, SignalingSocket.Sign(server, meetingId, TimeSpan.FromMinutes(1)), meetingId, asked);

        Assert.Equal(agreed, socket.Socket.SubProtocol);
        var welcome = await socket.WelcomedAsync();
        Assert.Equal(dialect, welcome.Text("dialect"));
        Assert.StartsWith($"stun:{server.Url.Host}:", welcome.GetProperty("iceServers")[0].Text("urls"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_http2_a_socket_opens_as_well()
    {
        await using var server = await TestServer.StartAsync("Kestrel:EndpointDefaults:Protocols=Http2");
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        using var create = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Url, "/api/meetings"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = TestServer.Json("{}"),
            Headers = { Authorization = new("Bearer", TestServer.Key) },
        };
        var ticket = await invoker.SendAsync(create, CancellationToken.None).JsonAsync(HttpStatusCode.Created);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        await socket.ConnectAsync(SignalingSocket.Address(server, ticket.Text("token"), ticket.Text("meetingId")), invoker, CancellationToken.None);

        var received = await socket.ReceiveAsync(new byte[16_384].AsMemory(), CancellationToken.None);
        Assert.True(received.Count > 0);
    }

    private static async Task RefusedAsync(TestServer server, string? token, string? meetingId, HttpStatusCode status, string code)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(SignalingSocket.Address(server, token, meetingId), CancellationToken.None));
        Assert.Equal(status, socket.HttpStatusCode);

        using var handshake = new HttpRequestMessage(HttpMethod.Get, $"/ws/signaling?token={token}&meetingId={meetingId}");
        handshake.Headers.Connection.Add("Upgrade");
        handshake.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        handshake.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        handshake.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        await server.Anonymous.SendAsync(handshake).ProblemAsync(status, code);
    }

    // "alg":"none", as forgers try it.
    private static string Unsigned(string token) =>
        $"{Convert.ToBase64String("""{"alg":"none","typ":"JWT"}"""u8).TrimEnd('=')}.{token.Split('.')[1]}.";
}
