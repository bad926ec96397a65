using System.Threading.Channels;
using Tertulia.Contracts.Signaling;

namespace Tertulia.Control.Meetings;

/// <param name="DropBacklog">What is still queued is not worth sending any more.</param>
public sealed record SignalingClose(int Code, string Reason, bool DropBacklog);

/// <summary>
/// What is to be said to one socket, in order. Posting never waits: a client that does not read is cut off with
/// <see cref="SignalingCloseCodes.TooSlow"/>, so that it can delay nobody.
/// </summary>
public sealed class SignalingOutbox
{
    private const int MaxBacklogBytes = 8 * 1024 * 1024;
    private const int MaxBacklogMessages = 4_096;

    private readonly Channel<byte[]> _queue = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(MaxBacklogMessages) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private SignalingClose? _closing;
    private long _backlog;

    /// <summary>Set once nothing more will be queued: how the socket is to be closed after the queue was sent.</summary>
    public SignalingClose? Closing => Volatile.Read(ref _closing);

    /// <summary>False if the connection is closing or was cut off by this message.</summary>
    public bool Post(ServerMessage message) => Post(SignalingJson.Write(message));

    /// <param name="utf8">A message as <see cref="SignalingJson.Write"/> makes it; not to be changed afterwards.</param>
    public bool Post(byte[] utf8)
    {
        if (Closing is not null) return false;
        // A single message may be longer than the limit (a long chat history): what counts is what the client left unread before it.
        if (Volatile.Read(ref _backlog) <= MaxBacklogBytes && _queue.Writer.TryWrite(utf8))
        {
            Interlocked.Add(ref _backlog, utf8.Length);
            return true;
        }
        Close(new SignalingClose(SignalingCloseCodes.TooSlow, "too-slow", DropBacklog: true));
        return false;
    }

    public void Close(int code, string reason) => Close(new SignalingClose(code, reason, DropBacklog: false));

    private void Close(SignalingClose closing)
    {
        if (Interlocked.CompareExchange(ref _closing, closing, null) is null) _queue.Writer.TryComplete();
    }

    /// <summary>The next message to send; null when the socket is to be closed as <see cref="Closing"/> says.</summary>
    public async ValueTask<byte[]?> TakeAsync(CancellationToken cancellation = default)
    {
        while (await _queue.Reader.WaitToReadAsync(cancellation))
        {
            if (Closing is { DropBacklog: true }) return null;
            if (!_queue.Reader.TryRead(out var message)) continue;
            Interlocked.Add(ref _backlog, -message.Length);
            return message;
        }
        return null;
    }
}
