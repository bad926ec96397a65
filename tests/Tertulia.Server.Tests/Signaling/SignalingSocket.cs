using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tertulia.Control.Accounts;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Signaling;

/// <summary>A client's WebSocket to a real server.</summary>
internal sealed class SignalingSocket : IAsyncDisposable
{
    public const string Transport = "tertulia.v1";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly byte[] _buffer = new byte[64 * 1024];

    private SignalingSocket(ClientWebSocket socket) => Socket = socket;

    public ClientWebSocket Socket { get; }

    public string PeerId { get; private set; } = "";

    public string Token { get; private set; } = "";

    public string? ResumeToken { get; private set; }

    public static Uri Address(TestServer server, string? token, string? meetingId) =>
        new($"ws://{server.Url.Authority}/ws/signaling?token={token}&meetingId={meetingId}");

    /// <summary>Opens a socket with this token and reads nothing yet.</summary>
    public static async Task<SignalingSocket> OpenAsync(TestServer server, string token, string meetingId, string? protocol = null)
    {
        var socket = new ClientWebSocket();
        if (protocol is not null) socket.Options.AddSubProtocol(protocol);
        using var patience = new CancellationTokenSource(s_patience);
        await socket.ConnectAsync(Address(server, token, meetingId), patience.Token);
        return new SignalingSocket(socket) { Token = token };
    }

    /// <summary>Gets a token, opens a socket and reads its welcome.</summary>
    public static async Task<SignalingSocket> JoinAsync(TestServer server, string meetingId, string name, string? protocol = null, string role = "participant")
    {
        var body = TestServer.Json(JsonSerializer.Serialize(new { displayName = name, role }));
        var ticket = await server.Client.PostAsync($"/api/meetings/{meetingId}/join", body).JsonAsync();
        var socket = await OpenAsync(server, ticket.Text("token"), meetingId, protocol);
        await socket.WelcomedAsync();
        return socket;
    }

    public static async Task<string> CreateMeetingAsync(TestServer server, object? settings = null)
    {
        var body = TestServer.Json(JsonSerializer.Serialize(new { title = "Sockets", settings = settings ?? new { } }));
        return (await server.Client.PostAsync("/api/meetings", body).JsonAsync(System.Net.HttpStatusCode.Created)).Text("meetingId");
    }

    /// <summary>A token that the server itself signed, saying whatever a test wants.</summary>
    public static string Sign(TestServer server, string meetingId, TimeSpan life, string peerId = "abcdefgh12345678") =>
        server.Services.GetRequiredService<MeetingTokens>().Issue(new MeetingTokenClaims(
            meetingId, "acc_default", peerId, "Ada", "participant", MeetingGrants.For("participant"), MeetingTokenPurpose.Join,
            DateTimeOffset.UtcNow + life));

    public async Task<JsonElement> WelcomedAsync()
    {
        var welcome = await NextAsync();
        Assert.Equal("welcome", welcome.Text("type"));
        PeerId = welcome.Text("peerId");
        ResumeToken = welcome.Has("resumeToken") ? welcome.Text("resumeToken") : null;
        return welcome;
    }

    public Task SendAsync(object message) => SendTextAsync(JsonSerializer.Serialize(message));

    public Task SendTextAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type, bool endOfMessage = true)
    {
        using var patience = new CancellationTokenSource(s_patience);
        await Socket.SendAsync(bytes, type, endOfMessage, patience.Token);
    }

    public Task OfferAsync(string to, string sdp, string? connection = null) =>
        SendAsync(new { type = "offer", to, connection, sdp = new { type = "offer", sdp } });

    public async Task<JsonElement> NextAsync() =>
        await TryNextAsync() ?? throw new Xunit.Sdk.XunitException($"Closed with {(int?)Socket.CloseStatus} {Socket.CloseStatusDescription}");

    /// <summary>The next message of this type, whatever comes before it.</summary>
    public async Task<JsonElement> AwaitAsync(string type)
    {
        while (true)
        {
            var message = await NextAsync();
            if (message.Text("type") == type) return message;
        }
    }

    /// <summary>The error that answers what was sent last.</summary>
    public async Task<string> ErrorAsync() => (await AwaitAsync("error")).Text("code");

    /// <summary>The server has dealt with everything sent before this.</summary>
    public async Task<IReadOnlyList<JsonElement>> UntilPongAsync()
    {
        var id = Guid.NewGuid().ToString();
        await SendAsync(new { type = "ping", id });
        var before = new List<JsonElement>();
        while (true)
        {
            var message = await NextAsync();
            if (message.Text("type") == "pong" && message.Text("id") == id) return before;
            before.Add(message);
        }
    }

    /// <summary>How the server closed; messages before it are skipped, and the close is answered.</summary>
    public async Task<(int Code, string? Reason)> ClosedAsync()
    {
        while (await TryNextAsync() is not null)
        {
        }
        if (Socket.State == WebSocketState.CloseReceived)
            await Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        return ((int)Socket.CloseStatus!, Socket.CloseStatusDescription);
    }

    public async Task CloseAsync(WebSocketCloseStatus status = WebSocketCloseStatus.NormalClosure)
    {
        using var patience = new CancellationTokenSource(s_patience);
        await Socket.CloseOutputAsync(status, null, patience.Token);
    }

    /// <summary>As a network that went away.</summary>
    public void Break() => Socket.Abort();

    public ValueTask DisposeAsync()
    {
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonElement?> TryNextAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        using var message = new MemoryStream();
        while (true)
        {
            var received = await Socket.ReceiveAsync(_buffer.AsMemory(), patience.Token);
            if (received.MessageType == WebSocketMessageType.Close) return null;
            message.Write(_buffer.AsSpan(0, received.Count));
            if (received.EndOfMessage) return JsonElement.Parse(message.ToArray());
        }
    }
}
