using System.Buffers;
using System.Net.WebSockets;
using Tertulia.Contracts.Signaling;

namespace Tertulia.Server.Signaling;

/// <summary>Puts one message together from its frames, in pooled memory that grows only for those who send much.</summary>
internal sealed class MessageBuffer : IDisposable
{
    private const int InitialSize = 4_096;
    private const int KeptSize = 32_768;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _length;

    /// <summary>The message that was read last; valid until the next is read.</summary>
    public ReadOnlyMemory<byte> Message => _bytes.AsMemory(0, _length);

    public bool IsTooLarge { get; private set; }

    /// <summary>Reads a whole message, or what a close frame stands for. A message that is too large is read to its end and thrown away.</summary>
    public async ValueTask<WebSocketMessageType> ReadAsync(WebSocket socket, CancellationToken cancellation)
    {
        Reset();
        while (true)
        {
            if (_length == _bytes.Length) Grow();
            var received = await socket.ReceiveAsync(_bytes.AsMemory(IsTooLarge ? 0 : _length), cancellation);
            if (received.MessageType == WebSocketMessageType.Close) return received.MessageType;
            if (!IsTooLarge)
            {
                _length += received.Count;
                IsTooLarge = _length > SignalingLimits.MessageBytes;
            }
            if (received.EndOfMessage) return received.MessageType;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Reset()
    {
        _length = 0;
        IsTooLarge = false;
        if (_bytes.Length > KeptSize) Replace(InitialSize);
    }

    private void Grow()
    {
        // One byte beyond the limit is enough to know that a message is too large.
        if (IsTooLarge) return;
        var former = _bytes;
        _bytes = ArrayPool<byte>.Shared.Rent(Math.Min(former.Length * 2, SignalingLimits.MessageBytes + 1));
        former.AsSpan(0, _length).CopyTo(_bytes);
        ArrayPool<byte>.Shared.Return(former);
    }

    private void Replace(int size)
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = ArrayPool<byte>.Shared.Rent(size);
    }
}
