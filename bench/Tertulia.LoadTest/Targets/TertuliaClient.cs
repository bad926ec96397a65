using System.Text.Json;
using Tertulia.LoadTest.Clients;

namespace Tertulia.LoadTest.Targets;

/// <summary>A client of this server in its transport dialect: see docs/protocol.md.</summary>
internal sealed class TertuliaClient(ClientPlan plan, ClientLoop loop) : TargetClient(plan, loop)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _cameras = [];
    private string _ownId = "";

    public async Task JoinAsync(Uri signaling)
    {
        await OpenAsync(signaling, "tertulia.v1");
        await _ready.Task;
    }

    protected override async Task HandleAsync(JsonElement message)
    {
        switch (TypeOf(message))
        {
            case "welcome":
                await OnWelcomeAsync(message);
                break;
            case "track" when Text(message, "source") == "camera":
                await SeeAsync(Text(message, "peerId"));
                break;
            case "offer":
                await AnswerAsync(message);
                break;
            case "answer" when Up is { } up:
                var answer = Text(message.GetProperty("sdp"), "sdp");
                await Loop.InvokeAsync(now =>
                {
                    up.ApplyAnswer(now, answer);
                    return true;
                });
                _ready.TrySetResult();
                break;
            case "error":
                Fail(new InvalidOperationException($"The server refused {TypeOf(message, "ref")}: {Text(message, "code")} {Text(message, "message")}"));
                break;
        }
    }

    protected override void Fail(Exception fault)
    {
        if (!_ready.TrySetException(fault)) Console.Error.WriteLine($"A client failed: {fault.Message}");
    }

    protected override Task SayGoodbyeAsync() => SendAsync(new { type = "leave" });

    private async Task OnWelcomeAsync(JsonElement welcome)
    {
        _ownId = Text(welcome, "peerId");
        foreach (var participant in welcome.GetProperty("participants").EnumerateArray())
        {
            if (participant.TryGetProperty("tracks", out var tracks) && tracks.EnumerateArray().Any(track => Text(track, "source") == "camera"))
                _cameras.Add(Text(participant, "peerId"));
        }

        if (_cameras.Count > 0) await ViewAsync();
        if (!Plan.Media.HasAudio && !Plan.Media.HasVideo)
        {
            _ready.TrySetResult();
            return;
        }

        var up = await OpenUpAsync();
        var sdp = await Loop.InvokeAsync(_ => up.Offer());
        List<object> sent = [];
        if (Plan.Media.HasAudio) sent.Add(new { mid = "0", source = "microphone" });
        if (Plan.Media.HasVideo) sent.Add(new { mid = "1", source = "camera" });
        await SendAsync(new { type = "offer", to = "sfu", connection = "up", sdp = new { type = "offer", sdp }, tracks = sent });
    }

    private async Task SeeAsync(string peerId)
    {
        if (peerId != _ownId && _cameras.Add(peerId)) await ViewAsync();
    }

    private Task ViewAsync() => SendAsync(new
    {
        type = "view",
        items = _cameras.Select(peerId => new { peerId, source = "camera", width = Plan.ViewHeight * 16 / 9, height = Plan.ViewHeight }),
    });

    private async Task AnswerAsync(JsonElement message)
    {
        if (!Plan.Subscribes) return;
        if (message.TryGetProperty("fresh", out var fresh) && fresh.GetBoolean()) await CloseDownAsync();
        var down = Down ?? await OpenDownAsync();
        var offer = Text(message.GetProperty("sdp"), "sdp");
        var sdp = await Loop.InvokeAsync(now => down.Answer(now, offer));
        await SendAsync(new { type = "answer", to = "sfu", connection = "down", sdp = new { type = "answer", sdp } });
    }
}
