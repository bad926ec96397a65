using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Signaling;

public sealed class KilledServerTests
{
    [Fact]
    public async Task After_kill_minus_nine_and_a_restart_clients_come_back_by_what_they_hold()
    {
        var folder = Directory.CreateTempSubdirectory("tertulia-killed-").FullName;
        try
        {
            string meetingId, token, resumeToken, peerId;
            await using (var server = await ServerProcess.StartAsync(folder))
            {
                using var client = ClientOf(server);
                var ticket = await client.PostAsync("/api/meetings", TestServer.Json("{}")).JsonAsync(System.Net.HttpStatusCode.Created);
                (meetingId, token) = (ticket.Text("meetingId"), ticket.Text("token"));
                using var ada = await OpenAsync(server, token, meetingId);
                var welcome = await AwaitAsync(ada, "welcome");
                (resumeToken, peerId) = (welcome.Text("resumeToken"), welcome.Text("peerId"));
                await ada.SendAsync("""{"type":"chat","text":"acknowledged"}"""u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
                await AwaitAsync(ada, "chat");
                await server.KillAsync();
            }

            await using (var server = await ServerProcess.StartAsync(folder))
            {
                foreach (var held in new[] { resumeToken, token })
                {
                    using var ada = await OpenAsync(server, held, meetingId);
                    var welcome = await AwaitAsync(ada, "welcome");
                    Assert.Equal((peerId, false), (welcome.Text("peerId"), welcome.GetProperty("resumed").GetBoolean()));
                    var history = await AwaitAsync(ada, "chat-history");
                    Assert.Equal("acknowledged", Assert.Single(history.GetProperty("messages").EnumerateArray()).Text("text"));
                    await ada.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static HttpClient ClientOf(ServerProcess server) => new()
    {
        BaseAddress = server.Url,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", server.ApiKey) },
    };

    private static async Task<ClientWebSocket> OpenAsync(ServerProcess server, string token, string meetingId)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(SignalingSocket.Transport);
        await socket.ConnectAsync(new Uri($"ws://{server.Url.Authority}/ws/signaling?token={token}&meetingId={meetingId}"), CancellationToken.None);
        return socket;
    }

    private static async Task<JsonElement> AwaitAsync(ClientWebSocket socket, string type)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            var message = JsonElement.Parse(Encoding.UTF8.GetString(buffer, 0, received.Count));
            if (message.Text("type") == type) return message;
        }
    }
}
