using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Tertulia.Control.Tests.Storage;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Hosting;

/// <summary>What the server acknowledged is there after kill -9, whichever engine keeps it.</summary>
public sealed class DurabilityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-kill-").FullName;

    [Theory, OnSqlite, OnPostgres]
    public async Task Meetings_keys_chat_and_sessions_outlive_kill_9(Engine engine)
    {
        var environment = await EnvironmentAsync(engine);
        string id, token, printed, secondKey, cookie;
        await using (var server = await ServerProcess.StartAsync(_folder, environment))
        {
            printed = server.ApiKey;
            using var client = ClientOf(server, printed);
            var created = await client.PostAsync("/api/meetings", TestServer.Json("""{"title":"Kept","displayName":"Ada"}""")).JsonAsync(HttpStatusCode.Created);
            (id, token) = (created.Text("meetingId"), created.Text("token"));
            secondKey = (await client.PostAsync("/api/keys", null).JsonAsync(HttpStatusCode.Created)).Text("key");
            cookie = await SignInAsync(server);
            using var socket = await ConnectAsync(server, id, token);
            await SendAsync(socket, """{"type":"chat","text":"said before the end"}""");
            await ReadUntilAsync(socket, "chat");
            await server.KillAsync();
        }

        await using var again = await ServerProcess.StartAsync(_folder, environment);
        Assert.Equal(printed, again.ApiKey);
        using var after = ClientOf(again, secondKey);
        Assert.Equal(("Kept", "open"), await StateAsync(after, id));
        var chat = (await after.GetAsync($"/api/meetings/{id}/chat").JsonAsync()).GetProperty("items").EnumerateArray().Single();
        Assert.Equal(("said before the end", "Ada"), (chat.Text("text"), chat.Text("from")));
        var stay = (await after.GetAsync($"/api/meetings/{id}/participants").JsonAsync()).GetProperty("items").EnumerateArray().Single();
        Assert.Equal(("left", "lost"), (stay.Text("state"), stay.Text("reason")));

        using var session = new HttpRequestMessage(HttpMethod.Get, new Uri(again.Url, "/api/session"));
        session.Headers.Add("Cookie", cookie);
        Assert.True((await after.SendAsync(session).JsonAsync()).GetProperty("signedIn").GetBoolean());

        // The token is still good: the client comes back by itself and finds what was said.
        using var back = await ConnectAsync(again, id, token);
        var history = await ReadUntilAsync(back, "chat-history");
        Assert.Equal("said before the end", history.GetProperty("messages")[0].Text("text"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Nothing_acknowledged_is_lost_by_a_kill_in_the_middle_of_writing(Engine engine)
    {
        var environment = await EnvironmentAsync(engine);
        var acknowledged = new ConcurrentBag<string>();
        for (var round = 0; round < 2; round++)
        {
            await using var server = await ServerProcess.StartAsync(_folder, environment);
            using var client = ClientOf(server, server.ApiKey);
            var enough = new TaskCompletionSource();
            var goal = acknowledged.Count + 25;
            var writers = Enumerable.Range(0, 8).Select(_ => WriteAsync(client, acknowledged, () =>
            {
                if (acknowledged.Count >= goal) enough.TrySetResult();
            })).ToList();
            await enough.Task.WaitAsync(TimeSpan.FromSeconds(60));
            await server.KillAsync();
            await Task.WhenAll(writers);
        }

        await using var again = await ServerProcess.StartAsync(_folder, environment);
        using var after = ClientOf(again, again.ApiKey);
        Assert.All(await Task.WhenAll(acknowledged.Select(id => StateAsync(after, id))), state => Assert.Equal("open", state.State));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<(string, string)[]> EnvironmentAsync(Engine engine) =>
        engine == Engine.Postgres ? [("Tertulia__Database", await PostgresServer.CreateDatabaseAsync())] : [];

    private static async Task WriteAsync(HttpClient client, ConcurrentBag<string> acknowledged, Action progress)
    {
        while (true)
        {
            try
            {
                var created = await client.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created);
                acknowledged.Add(created.Text("meetingId"));
                progress();
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    private static async Task<(string Title, string State)> StateAsync(HttpClient client, string id)
    {
        var meeting = await client.GetAsync($"/api/meetings/{id}").JsonAsync();
        return (meeting.Text("title"), meeting.Text("state"));
    }

    private static HttpClient ClientOf(ServerProcess server, string key)
    {
        var client = new HttpClient { BaseAddress = server.Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    private static async Task<string> SignInAsync(ServerProcess server)
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
        using var response = await browser.GetAsync(new Uri(server.SigninUrl));
        return response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    private static async Task<ClientWebSocket> ConnectAsync(ServerProcess server, string meetingId, string token)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{server.Url.Authority}/ws/signaling?token={token}&meetingId={meetingId}"), CancellationToken.None);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, CancellationToken.None);

    private static async Task<JsonElement> ReadUntilAsync(ClientWebSocket socket, string type)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            var message = JsonDocument.Parse(buffer.AsMemory(0, length)).RootElement.Clone();
            if (message.Text("type") == type) return message;
        }
    }
}
