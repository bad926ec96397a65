using System.Text;
using System.Text.Json;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Accounts;
using Tertulia.Control.Meetings;

namespace Tertulia.Control.Tests.Meetings;

/// <summary>One socket without a network: what the meeting says to it can be read, message by message.</summary>
internal sealed class TestClient(MeetingTokenClaims claims, SignalingOutbox outbox, ParticipantConnection? connection)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public MeetingTokenClaims Claims { get; } = claims;

    public string PeerId => Claims.PeerId;

    public SignalingOutbox Outbox => outbox;

    /// <summary>As a socket would pass it on.</summary>
    public async Task SendAsync(object message)
    {
        var (read, error) = ClientMessageReader.Read(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(message)));
        Assert.Null(error);
        await connection!.ReceiveAsync(read!);
    }

    public Task OfferAsync(string to, string sdp = "v=0", string? of = null) =>
        SendAsync(new { type = "offer", to, connection = of, sdp = new { type = "offer", sdp } });

    public Task AnswerAsync(string to, string sdp = "v=0", string? of = null) =>
        SendAsync(new { type = "answer", to, connection = of, sdp = new { type = "answer", sdp } });

    public Task EndAsync(SocketEnd end) => connection!.DisconnectedAsync(end);

    /// <summary>The next message, which must be of this type.</summary>
    public async Task<JsonElement> NextAsync(string type)
    {
        var message = await NextAsync();
        Assert.Equal(type, message.GetProperty("type").GetString());
        return message;
    }

    public async Task<JsonElement> NextAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        var message = await outbox.TakeAsync(patience.Token);
        Assert.True(message is not null, $"The socket was closed: {outbox.Closing}");
        return JsonElement.Parse(message);
    }

    /// <summary>The next message of this type, whatever comes before it.</summary>
    public async Task<JsonElement> AwaitAsync(string type)
    {
        while (true)
        {
            var message = await NextAsync();
            if (message.GetProperty("type").GetString() == type) return message;
        }
    }

    /// <summary>Everything that is there now, as <c>type of whom</c>.</summary>
    public async Task<IReadOnlyList<string>> DrainAsync()
    {
        var messages = new List<string>();
        // What is posted after the marker is not there yet.
        var marker = SignalingJson.Write(new PongMessage(JsonElement.Parse("\"marker\""), default));
        if (!outbox.Post(marker)) return messages;
        while (await outbox.TakeAsync() is { } message && message != marker)
        {
            var json = JsonElement.Parse(message);
            messages.Add(json.GetProperty("type").GetString()! + Text(json, "from") + Text(json, "peerId") + Text(json, "reason") + Text(json, "code"));
        }
        return messages;
    }

    /// <summary>How the server closed the socket; everything before it is skipped.</summary>
    public async Task<int> ClosedAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (await outbox.TakeAsync(patience.Token) is not null)
        {
        }
        return outbox.Closing!.Code;
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? " " + value.GetString() : "";
}
