using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Tertulia.Server.Tests.Signaling;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Transport;

/// <summary>One TCP port for everything: what is served on it, and what is closed and counted.</summary>
public sealed class PortSharingTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private string _trusted = "";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync("urls=https://127.0.0.1:0");
        _trusted = Trust.SelfSignedOf(_server);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Http_1_and_2_come_over_tls(int major)
    {
        using var client = Trust.Client(_server, _trusted, new Version(major, major == 1 ? 1 : 0));
        using var answer = await client.GetAsync("/health/live");
        Assert.Equal((HttpStatusCode.OK, major), (answer.StatusCode, answer.Version.Major));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Sockets_open_over_both_and_the_record_says_how_they_are_protected(int major)
    {
        using var client = Trust.Client(_server, _trusted, new Version(major, major == 1 ? 1 : 0));
        var meetingId = (await client.PostAsync("/api/meetings", TestServer.Json("{}")).JsonAsync(HttpStatusCode.Created)).Text("meetingId");
        var token = (await client.PostAsync($"/api/meetings/{meetingId}/join", null).JsonAsync()).Text("token");

        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = new Version(major, major == 1 ? 1 : 0);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(new Uri($"wss://{_server.Url.Authority}/ws/signaling?token={token}&meetingId={meetingId}"), client, default);
        var welcome = new byte[8192];
        Assert.True((await socket.ReceiveAsync(welcome, default)).Count > 0);
    }

    [Fact]
    public async Task In_the_clear_pages_send_themselves_to_https_and_calls_are_refused()
    {
        using var client = Trust.Client(_server, _trusted, scheme: "http");
        using var page = await client.GetAsync("/join/mtg_1?x=y");
        Assert.Equal((HttpStatusCode.PermanentRedirect, $"https://{_server.Url.Authority}/join/mtg_1?x=y"), (page.StatusCode, page.Headers.Location?.OriginalString));
        await client.PostAsync("/api/meetings", TestServer.Json("{}")).ProblemAsync(HttpStatusCode.BadRequest, "https-required");
        using var health = await client.GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Theory]
    [InlineData("ff", "unknown-protocol")]
    [InlineData("00000000000000000000", "unknown-protocol")]
    [InlineData("00010000", "silent")]
    public async Task What_nobody_speaks_is_closed_and_counted(string hex, string reason)
    {
        using var client = new TcpClient(_server.Url.Host, _server.Url.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Convert.FromHexString(hex));
        if (reason == "silent") client.Client.Shutdown(SocketShutdown.Send);
        Assert.True(await EndsAsync(stream));
        await CountedAsync($"tertulia_connections_refused_total{{reason=\"{reason}\"}} 1");
    }

    [Fact]
    public async Task Garbage_inside_tls_is_closed_too()
    {
        using var client = new TcpClient(_server.Url.Host, _server.Url.Port);
        await using var tls = await SecureAsync(client);
        await tls.WriteAsync(new byte[] { 0x16, 3, 1, 0, 9 });
        Assert.True(await EndsAsync(tls));
        await CountedAsync("tertulia_connections_refused_total{reason=\"tls-in-tls\"} 1");
    }

    /// <summary>Before TLS, and within it; and one that says a byte at a time is served as soon as it has said enough.</summary>
    [Fact]
    public async Task A_connection_that_stays_silent_is_closed_after_ten_seconds()
    {
        using var silent = new TcpClient(_server.Url.Host, _server.Url.Port);
        using var secure = new TcpClient(_server.Url.Host, _server.Url.Port);
        await using var tls = await SecureAsync(secure);
        using var slow = new TcpClient(_server.Url.Host, _server.Url.Port);
        var watch = Stopwatch.StartNew();
        foreach (var octet in "GET /health/live HTTP/1.0\r\n\r\n") await slow.GetStream().WriteAsync(new[] { (byte)octet });
        using (var reader = new StreamReader(slow.GetStream(), Encoding.ASCII)) Assert.StartsWith("HTTP/1.1 200", await reader.ReadLineAsync(), StringComparison.Ordinal);

        var ends = await Task.WhenAll(EndsAsync(silent.GetStream()), EndsAsync(tls));
        Assert.Equal([true, true], ends);
        Assert.InRange(watch.Elapsed.TotalSeconds, 9, 20);
        await CountedAsync("tertulia_connections_refused_total{reason=\"silent\"} 2");
    }

    [Fact]
    public async Task A_port_without_tls_is_shared_as_well_but_takes_no_tls()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new TcpClient(server.Url.Host, server.Url.Port);
        await client.GetStream().WriteAsync(new byte[] { 0x16, 3, 1, 0, 9 });
        Assert.True(await EndsAsync(client.GetStream()));
        await Eventually.TrueAsync("counted", async () => (await server.Client.GetStringAsync("/metrics")).Contains("tertulia_connections_refused_total{reason=\"no-tls-here\"} 1", StringComparison.Ordinal));
        Assert.Contains("tertulia_connections_total{protocol=\"http\",tls=\"false\"} 1", await server.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    /// <summary>Many questions in one piece, and as many answers: limits are for senders that may be forged.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Turn_is_served_on_the_same_port(bool insideTls)
    {
        const int questions = 200, answerBytes = 32; // header and an XOR-MAPPED-ADDRESS, at least
        using var client = new TcpClient(_server.Url.Host, _server.Url.Port);
        await using Stream stream = insideTls ? await SecureAsync(client) : client.GetStream();
        await stream.WriteAsync(Enumerable.Range(0, questions).SelectMany(i => Convert.FromHexString($"000100002112a442{i:x24}")).ToArray());
        var seen = new List<int>();
        var header = new byte[20];
        while (seen.Count < questions)
        {
            await stream.ReadExactlyAsync(header);
            Assert.Equal("0101", Convert.ToHexString(header, 0, 2));
            seen.Add(header[19]);
            var body = new byte[header[2] << 8 | header[3]];
            Assert.True(header.Length + body.Length >= answerBytes);
            await stream.ReadExactlyAsync(body);
        }

        Assert.Equal(Enumerable.Range(0, questions), seen);
        await CountedAsync($"tertulia_connections_total{{protocol=\"turn\",tls=\"{(insideTls ? "true" : "false")}\"}} 1");
    }

    [Fact]
    public async Task Ice_is_served_on_the_same_port()
    {
        using var client = new TcpClient(_server.Url.Host, _server.Url.Port);
        await client.GetStream().WriteAsync(Convert.FromHexString("0014" + "000100002112a442" + "000000000000000000000001"));
        await CountedAsync("tertulia_connections_total{protocol=\"ice\",tls=\"false\"} 1");
    }

    [Fact]
    public async Task Clients_are_told_the_port_that_firewalls_let_through()
    {
        await using var server = await TestServer.StartAsync("urls=http://127.0.0.1:0;https://127.0.0.1:0");
        var meeting = await server.Client.PostAsync("/api/meetings", TestServer.Json("{}")).JsonAsync(HttpStatusCode.Created);
        var urls = meeting.GetProperty("iceServers").EnumerateArray().Select(entry => entry.Text("urls")).ToList();
        var secure = urls.Single(url => url.StartsWith("turns:", StringComparison.Ordinal));
        Assert.Contains(secure.Replace("turns:", "turn:", StringComparison.Ordinal), urls);
    }

    [Fact]
    public async Task Handshakes_are_counted_by_group()
    {
        using var client = Trust.Client(_server, _trusted);
        Assert.Contains("tertulia_tls_connections_total{group=\"x25519\",post_quantum=\"false\",version=\"TLS 1.3\"} 1", await client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    private async Task<SslStream> SecureAsync(TcpClient client)
    {
        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = Trust.Only(_trusted) });
        return tls;
    }

    private static async Task<bool> EndsAsync(Stream stream)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            return await stream.ReadAsync(new byte[100], patience.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private Task CountedAsync(string line) => Eventually.TrueAsync(line, async () =>
    {
        using var client = Trust.Client(_server, _trusted);
        return (await client.GetStringAsync("/metrics")).Contains(line, StringComparison.Ordinal);
    });
}
