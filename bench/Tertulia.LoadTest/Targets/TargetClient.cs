using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using Tertulia.LoadTest.Clients;

namespace Tertulia.LoadTest.Targets;

/// <summary>One client: its WebSocket, one connection up and one down. Derived classes speak the server's protocol.</summary>
internal abstract class TargetClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _leaving = new();
    private readonly TaskCompletionSource<TimeSpan> _firstMedia = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stopwatch _sinceOpen = new();
    private Task _reading = Task.CompletedTask;

    protected TargetClient(ClientPlan plan, ClientLoop loop)
    {
        (Plan, Loop) = (plan, loop);
        _socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
    }

    /// <summary>From the moment its WebSocket was opened to the first media packet.</summary>
    public Task<TimeSpan> FirstMedia => _firstMedia.Task;

    public ClientPlan Plan { get; }

    protected ClientLoop Loop { get; }

    protected LoadConnection? Up { get; private set; }

    protected LoadConnection? Down { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        if (Up is not null) await Loop.CloseAsync(Up);
        if (Down is not null) await Loop.CloseAsync(Down);
        await _reading;
        _socket.Dispose();
        _sending.Dispose();
        _leaving.Dispose();
        _firstMedia.TrySetCanceled();
    }

    protected async Task OpenAsync(Uri address, string protocol)
    {
        _socket.Options.AddSubProtocol(protocol);
        _sinceOpen.Start();
        await _socket.ConnectAsync(address, _leaving.Token);
        _reading = ReadAsync();
    }

    protected async Task<LoadConnection> OpenUpAsync() => Up = await Loop.OpenAsync(Plan.Media);

    protected async Task<LoadConnection> OpenDownAsync()
    {
        Down = await Loop.OpenAsync(MediaProfile.Nothing);
        var down = Down;
        await Loop.InvokeAsync(_ => down.FirstMedia = _ => _firstMedia.TrySetResult(_sinceOpen.Elapsed));
        return Down;
    }

    protected async Task CloseDownAsync()
    {
        if (Down is { } down) await Loop.CloseAsync(down);
        Down = null;
    }

    /// <summary>One message, in one frame: not every server takes fragments.</summary>
    protected async Task SendAsync(object message)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message);
        await _sending.WaitAsync(_leaving.Token);
        try
        {
            await _socket.SendAsync(bytes, WebSocketMessageType.Text, true, _leaving.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Called for one message after the other.</summary>
    protected abstract Task HandleAsync(JsonElement message);

    /// <summary>What it was waiting for will not come.</summary>
    protected abstract void Fail(Exception fault);

    /// <summary>Leaves as the protocol has it, where it has something.</summary>
    protected virtual Task SayGoodbyeAsync() => Task.CompletedTask;

    /// <summary>Goes, and tells the server.</summary>
    public async Task LeaveAsync()
    {
        await SayGoodbyeAsync();
        if (_socket.State == WebSocketState.Open) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _leaving.Token);
        await DisposeAsync();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[16 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer.AsMemory(), _leaving.Token);
                if (received.MessageType == WebSocketMessageType.Close) throw new WebSocketException($"The server closed: {_socket.CloseStatus} {_socket.CloseStatusDescription}");
                message.Write(buffer.AsSpan(0, received.Count));
                if (!received.EndOfMessage) continue;
                var text = message.ToArray();
                message.SetLength(0);
                await HandleAsync(JsonElement.Parse(text));
            }
        }
        catch (Exception e)
        {
            if (_leaving.IsCancellationRequested) return;
            Fail(e);
            _firstMedia.TrySetException(e);
            _ = _firstMedia.Task.Exception; // whoever only wants to be connected does not look
        }
    }

    protected static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    protected static string TypeOf(JsonElement message, string name = "type") => message.TryGetProperty(name, out var type) ? type.GetString() ?? "" : "";
}
