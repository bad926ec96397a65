using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Tertulia.Server.Tests.Support;
using Tertulia.Storage;

namespace Tertulia.Server.Tests.Hosting;

/// <summary>The server as its operator meets it: starting, failing to start, stopping.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-process-").FullName;

    [Fact]
    public async Task It_prints_a_key_and_a_sign_in_link_that_work_and_keeps_the_key()
    {
        string first;
        await using (var server = await ServerProcess.StartAsync(_folder))
        {
            first = server.ApiKey;
            using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Url };
            await client.GetAsync("/health/live").JsonAsync();
            await client.GetAsync("/health/ready").JsonAsync();
            using (var signin = await client.GetAsync(server.SigninUrl)) Assert.Equal(HttpStatusCode.Redirect, signin.StatusCode);
            client.DefaultRequestHeaders.Authorization = new("Bearer", first);
            await client.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created);
            Assert.Equal(0, await server.TerminateAsync());
        }
        Assert.DoesNotContain(Directory.GetFiles(_folder), file => file.EndsWith("-wal", StringComparison.Ordinal));

        await using var again = await ServerProcess.StartAsync(_folder);
        Assert.Equal(first, again.ApiKey);
    }

    [Fact]
    public async Task It_stops_in_time_though_a_client_does_not_let_go()
    {
        await using var server = await ServerProcess.StartAsync(_folder);
        using var client = new HttpClient { BaseAddress = server.Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", server.ApiKey);
        var ticket = await client.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(
            new Uri($"ws://{server.Url.Authority}/ws/signaling?token={ticket.Text("token")}&meetingId={ticket.Text("meetingId")}"), CancellationToken.None);

        await socket.ReceiveAsync(new byte[64 * 1024].AsMemory(), CancellationToken.None);

        // The participant is in the meeting, but reads no more from its socket, so that no close frame is ever answered.
        var code = await server.TerminateAsync().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(0, code);
        await using var again = await ServerProcess.StartAsync(_folder);
        var stays = await client.GetAsync(new Uri(again.Url, $"/api/meetings/{ticket.Text("meetingId")}/participants")).JsonAsync();
        Assert.Equal("left", stays.GetProperty("items")[0].Text("state"));
    }

    [Fact]
    public async Task Mistakes_are_told_without_a_stack_trace()
    {
        var (code, errors) = await ServerProcess.RunToEndAsync(
            [], ("Tertulia__DataDirectory", _folder), ("Tertulia__Media__UdpPort", "many"), ("Tertulia__ApiKey", "short"));

        Assert.Equal(1, code);
        Assert.Equal(
            [
                "Tertulia cannot start:",
                "  Tertulia:ApiKey must have 16 to 256 visible ASCII characters and no spaces.",
                "  Tertulia:Media:UdpPort must be a whole number from 0 to 65535, but is 'many'.",
            ],
            errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_busy_port_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var (code, errors) = await ServerProcess.RunToEndAsync(["--urls", $"http://127.0.0.1:{port}"], ("Tertulia__DataDirectory", _folder));

        AssertRefused(code, errors, $"127.0.0.1:{port}", "--urls");
    }

    [Theory]
    [InlineData("nonsense", "nonsense")]
    [InlineData("http://192.0.2.1:9", "--urls")]
    public async Task An_address_that_cannot_be_listened_on_is_explained(string url, string expected)
    {
        var (code, errors) = await ServerProcess.RunToEndAsync(["--urls", url], ("Tertulia__DataDirectory", _folder));

        AssertRefused(code, errors, expected);
    }

    [Fact]
    public async Task A_busy_media_port_is_named()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Any, 0));
        var port = ((IPEndPoint)other.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);

        var (code, errors) = await ServerProcess.RunToEndAsync([], ("Tertulia__DataDirectory", _folder), ("Tertulia__Media__UdpPort", port));

        AssertRefused(code, errors, port, "Tertulia__Media__UdpPort");
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_is_refused()
    {
        await using var first = await ServerProcess.StartAsync(_folder);

        var (code, errors) = await ServerProcess.RunToEndAsync([], ("Tertulia__DataDirectory", _folder));

        AssertRefused(code, errors, _folder, "in use");
    }

    [Fact]
    public async Task A_database_that_cannot_be_used_is_named()
    {
        var (code, errors) = await ServerProcess.RunToEndAsync(
            [], ("Tertulia__DataDirectory", _folder), ("Tertulia__Database", "Host=127.0.0.1;Port=1;Password=s3cret;Timeout=2"));
        AssertRefused(code, errors, "127.0.0.1:1");
        Assert.DoesNotContain("s3cret", errors, StringComparison.Ordinal);

        await using (var server = await ServerProcess.StartAsync(_folder)) await server.TerminateAsync();
        await using (var database = await Database.OpenAsync(null, _folder))
        {
            await database.ExecuteAsync("INSERT INTO schema_version (version, name, applied_at) VALUES (9999, 'future', 0)");
        }
        (code, errors) = await ServerProcess.RunToEndAsync([], ("Tertulia__DataDirectory", _folder));
        AssertRefused(code, errors, "newer Tertulia", "9999");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertRefused(int code, string errors, params string[] words)
    {
        Assert.Equal(1, code);
        Assert.StartsWith("Tertulia cannot start:", errors, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, errors, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}
