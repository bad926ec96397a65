using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Tertulia.LoadTest.Clients;

namespace Tertulia.LoadTest.Targets;

/// <summary>
/// A client of Janus' VideoRoom: a handle that publishes, and one that subscribes to all others with one connection (multistream). Who does
/// not publish only has the latter.
/// </summary>
internal sealed class JanusClient(ClientPlan plan, ClientLoop loop, long room, JanusFeeds feeds) : TargetClient(plan, loop)
{
    private const string Plugin = "janus.plugin.videoroom";

    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _pending = [];
    private readonly SemaphoreSlim _subscribing = new(1);
    private readonly ConcurrentDictionary<long, bool> _subscribed = [];
    private readonly TaskCompletionSource _published = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _session;
    private long _publisher;
    private long _subscriber;
    private long _ownFeed;
    private int _lastTransaction;

    public async Task CreateRoomAsync(Uri address, int participants)
    {
        await ConnectAsync(address);
        var handle = await AttachAsync();
        await AskAsync(handle, new
        {
            request = "create", room, publishers = participants + 1, bitrate = 0, fir_freq = 0, audiocodec = "opus", videocodec = "vp8", permanent = false,
        });
    }

    public async Task JoinAsync(Uri address)
    {
        await ConnectAsync(address);
        if (!Plan.Media.HasAudio && !Plan.Media.HasVideo)
        {
            await SubscribeAsync(feeds.All);
            return;
        }

        _publisher = await AttachAsync();
        var joined = await AskAsync(_publisher, new { request = "join", ptype = "publisher", room });
        _ownFeed = Data(joined).GetProperty("id").GetInt64();
        var up = await OpenUpAsync();
        var sdp = await Loop.InvokeAsync(_ => up.Offer());
        var published = await AskAsync(_publisher, new { request = "publish" }, new { type = "offer", sdp });
        var answer = Text(published.GetProperty("jsep"), "sdp");
        await Loop.InvokeAsync(now =>
        {
            up.ApplyAnswer(now, answer);
            return true;
        });

        // Before that it is no feed that anybody could subscribe to.
        await _published.Task;
        feeds.Add(_ownFeed);
        await SubscribeAsync(FeedsIn(joined));
    }

    protected override Task HandleAsync(JsonElement message)
    {
        var kind = TypeOf(message, "janus");
        if (kind == "ack") return Task.CompletedTask;
        if (message.TryGetProperty("transaction", out var transaction) && _pending.TryRemove(transaction.GetString()!, out var waiting))
        {
            waiting.TrySetResult(message.Clone());
            return Task.CompletedTask;
        }

        if (kind == "webrtcup" && message.GetProperty("sender").GetInt64() == _publisher) _published.TrySetResult();
        if (kind == "event" && FeedsIn(message) is { Count: > 0 } others) _ = SubscribeSafelyAsync(others);
        return Task.CompletedTask;
    }

    protected override void Fail(Exception fault)
    {
        _published.TrySetException(fault);
        _ = _published.Task.Exception;
        foreach (var waiting in _pending.Values) waiting.TrySetException(fault);
    }

    private async Task ConnectAsync(Uri address)
    {
        await OpenAsync(address, "janus-protocol");
        _session = Id(await RequestAsync(new Dictionary<string, object?> { ["janus"] = "create" }));
    }

    private async Task<long> AttachAsync() =>
        Id(await RequestAsync(new Dictionary<string, object?> { ["janus"] = "attach", ["session_id"] = _session, ["plugin"] = Plugin }));

    private async Task SubscribeSafelyAsync(IReadOnlyList<long> others)
    {
        try
        {
            await SubscribeAsync(others);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // It leaves.
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"A client failed: {e.Message}");
        }
    }

    // What comes while a negotiation goes on is taken together by the next one.
    private async Task SubscribeAsync(IReadOnlyList<long> others)
    {
        if (!Plan.Subscribes) return;
        foreach (var feed in others.Where(feed => feed != _ownFeed)) _subscribed.TryAdd(feed, false);
        await _subscribing.WaitAsync();
        try
        {
            var wanted = _subscribed.Where(pair => !pair.Value).Select(pair => pair.Key).ToList();
            if (wanted.Count == 0) return;
            foreach (var feed in wanted) _subscribed[feed] = true;
            await NegotiateAsync(wanted);
        }
        finally
        {
            _subscribing.Release();
        }
    }

    private async Task NegotiateAsync(List<long> wanted)
    {
        var streams = wanted.Select(feed => new { feed });
        JsonElement offered;
        if (_subscriber == 0)
        {
            _subscriber = await AttachAsync();
            offered = await AskAsync(_subscriber, new { request = "join", ptype = "subscriber", room, streams });
        }
        else offered = await AskAsync(_subscriber, new { request = "subscribe", streams });
        if (!offered.TryGetProperty("jsep", out var jsep)) return;
        var down = Down ?? await OpenDownAsync();
        var offer = Text(jsep, "sdp");
        var sdp = await Loop.InvokeAsync(now => down.Answer(now, offer));
        await AskAsync(_subscriber, new { request = "start" }, new { type = "answer", sdp });
        await ChooseLayersAsync(Data(offered));
    }

    private async Task ChooseLayersAsync(JsonElement described)
    {
        if (!described.TryGetProperty("streams", out var streams)) return;
        var substream = Plan.ViewHeight <= 180 ? 0 : Plan.ViewHeight <= 360 ? 1 : 2;
        var mids = streams.EnumerateArray().Where(stream => TypeOf(stream) == "video").Select(stream => new { mid = Text(stream, "mid"), substream }).ToList();
        if (mids.Count > 0) await AskAsync(_subscriber, new { request = "configure", streams = mids });
    }

    private async Task<JsonElement> AskAsync(long handle, object body, object? jsep = null)
    {
        var message = new Dictionary<string, object?> { ["janus"] = "message", ["session_id"] = _session, ["handle_id"] = handle, ["body"] = body };
        if (jsep is not null) message["jsep"] = jsep;
        var answer = await RequestAsync(message);
        if (Data(answer).TryGetProperty("error", out var error)) throw new InvalidOperationException($"Janus refused {JsonSerializer.Serialize(body)}: {error}");
        return answer;
    }

    private async Task<JsonElement> RequestAsync(Dictionary<string, object?> message)
    {
        var transaction = Interlocked.Increment(ref _lastTransaction).ToString(CultureInfo.InvariantCulture);
        message["transaction"] = transaction;
        var waiting = _pending[transaction] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(message);
        var answer = await waiting.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return TypeOf(answer, "janus") != "error" ? answer : throw new InvalidOperationException($"Janus refused: {answer.GetProperty("error")}");
    }

    private static long Id(JsonElement answer) => answer.GetProperty("data").GetProperty("id").GetInt64();

    private static JsonElement Data(JsonElement answer) =>
        answer.TryGetProperty("plugindata", out var plugin) && plugin.TryGetProperty("data", out var data) ? data : answer;

    private static IReadOnlyList<long> FeedsIn(JsonElement message) =>
        Data(message).TryGetProperty("publishers", out var publishers) ? [.. publishers.EnumerateArray().Select(publisher => publisher.GetProperty("id").GetInt64())] : [];
}
