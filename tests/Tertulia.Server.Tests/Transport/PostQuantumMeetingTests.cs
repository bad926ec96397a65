using System.Net;
using System.Net.Sockets;
using Tertulia.Server.Tests.Support;
using Tertulia.Tls.Tests.OpenSsl;

namespace Tertulia.Server.Tests.Transport;

/// <summary>How each participant's signaling is protected, and meetings that let in only post-quantum connections.</summary>
public sealed class PostQuantumMeetingTests : IAsyncLifetime
{
    private const string Hybrid = "X25519MLKEM768";

    private TestServer _server = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync("urls=https://127.0.0.1:0");
        _client = Trust.Client(_server, Trust.SelfSignedOf(_server));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(Hybrid, true, Hybrid)]
    [InlineData("X25519", false, "x25519")]
    public async Task The_record_of_a_participant_names_the_group(string offered, bool postQuantum, string group)
    {
        var meetingId = await CreateAsync("{}");
        using var socket = Upgrade(meetingId, await TokenAsync(meetingId), offered, out var status);
        Assert.Equal(101, status);
        var security = await Eventually.GetAsync("the participant's record", async () =>
        {
            var page = await _client.GetAsync($"/api/meetings/{meetingId}/participants").JsonAsync();
            return page.GetProperty("items").EnumerateArray().Select(stay => stay.GetProperty("security").ToString()).FirstOrDefault();
        });
        Assert.Equal($$"""{"tls":"TLS 1.3","group":"{{group}}","postQuantum":{{(postQuantum ? "true" : "false")}}}""", security);
    }

    [Fact]
    public async Task A_meeting_that_requires_it_refuses_others_and_says_why()
    {
        var meetingId = await CreateAsync("""{"settings": {"requirePostQuantum": true}}""");
        var token = await TokenAsync(meetingId);

        using (Upgrade(meetingId, token, "X25519", out var status)) Assert.Equal(403, status);
        var problem = await _client.PostAsync($"/api/meetings/{meetingId}/guest", null).ProblemAsync(HttpStatusCode.Forbidden, "post-quantum-required");
        Assert.Contains("TLS 1.3 with x25519", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("post-quantum-required", (await _client.GetAsync($"/api/meetings/{meetingId}/public").JsonAsync()).Text("refusal"));

        using (Upgrade(meetingId, token, Hybrid, out var status)) Assert.Equal(101, status);
        Assert.Contains("\"meetingId\"", Ask(Hybrid, $"POST /api/meetings/{meetingId}/guest HTTP/1.0\r\nContent-Length: 0"), StringComparison.Ordinal);
        Assert.DoesNotContain("refusal", Ask(Hybrid, $"GET /api/meetings/{meetingId}/public HTTP/1.0"), StringComparison.Ordinal);
    }

    /// <summary>Whatever the headers say: nobody here saw the handshake.</summary>
    [Fact]
    public async Task Behind_a_proxy_that_ends_tls_such_a_meeting_is_closed()
    {
        await using var server = await TestServer.StartAsync("Tertulia:ForwardedHeaders:KnownProxies=127.0.0.1");
        var meeting = await server.Client.PostAsync("/api/meetings", TestServer.Json("""{"settings": {"requirePostQuantum": true}}""")).JsonAsync(HttpStatusCode.Created);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/meetings/{meeting.Text("meetingId")}/guest");
        request.Headers.Add("X-Forwarded-Proto", "https");
        var problem = await server.Anonymous.SendAsync(request).ProblemAsync(HttpStatusCode.Forbidden, "post-quantum-required");
        Assert.Contains("not known", problem.Text("detail"), StringComparison.Ordinal);
    }

    private async Task<string> CreateAsync(string body) =>
        (await _client.PostAsync("/api/meetings", TestServer.Json(body)).JsonAsync(HttpStatusCode.Created)).Text("meetingId");

    private async Task<string> TokenAsync(string meetingId) =>
        (await _client.PostAsync($"/api/meetings/{meetingId}/join", null).JsonAsync()).Text("token");

    private LibSslPeer Upgrade(string meetingId, string token, string groups, out int status)
    {
        var peer = LibSslPeer.Connect(Connect(), groups);
        peer.Send($"GET /ws/signaling?token={token}&meetingId={meetingId} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        status = int.Parse(peer.Receive()["HTTP/1.1 ".Length..][..3]);
        return peer;
    }

    private string Ask(string groups, string request)
    {
        using var peer = LibSslPeer.Connect(Connect(), groups);
        peer.Send(request + "\r\n\r\n");
        var (answer, part) = ("", "");
        while ((part = peer.Receive()).Length > 0) answer += part;
        return answer;
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(_server.Url.Host, _server.Url.Port);
        return socket;
    }
}
