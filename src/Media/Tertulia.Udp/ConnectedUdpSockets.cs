using Tertulia.Rtc.Net;
using Tertulia.Udp.Linux;

namespace Tertulia.Udp;

/// <summary>
/// Sockets of one thread that share their port with others', each connected to one peer: what that peer sends to the port comes here,
/// whichever of the others it came to before. They only receive; sending goes by the <see cref="UdpPort"/>, in batches. Only Linux has them.
/// </summary>
public sealed unsafe class ConnectedUdpSockets : IDisposable
{
    private const int MaxReady = 64;
    private const int BufferSize = 512 * 1024;

    private readonly UdpPortOptions _options;
    private readonly FileDescriptor _epoll;
    private readonly ReceiveVector _receive;
    private readonly Dictionary<TransportAddress, int> _places = [];
    private readonly List<LinuxUdpSocket?> _sockets = [];
    private readonly Stack<int> _free = [];

    internal ConnectedUdpSockets(UdpPortOptions options)
    {
        _options = options with { BufferSize = BufferSize };
        _epoll = Native.EpollCreate(Native.EpollCloseOnExec);
        if (_epoll.IsInvalid) throw LinuxUdpSocket.LastError();
        _receive = new(Statistics);
    }

    public int Count => _places.Count;

    /// <summary>Of all of them together. An ICMP error that a peer has caused counts as a receive error, and does nothing else.</summary>
    public UdpPortStatistics Statistics { get; } = new();

    /// <summary>Readable while any socket is.</summary>
    internal FileDescriptor Descriptor => _epoll;

    /// <summary>Takes what comes on that path from now on.</summary>
    /// <returns>False if that peer has a socket already, the system has none left, or would not take the path's local address.</returns>
    public bool TryOpen(in NetworkPath path)
    {
        if (_places.ContainsKey(path.Remote)) return false;
        LinuxUdpSocket? socket = null;
        try
        {
            socket = new(_options);
            if (!_free.TryPop(out var place))
            {
                place = _sockets.Count;
                _sockets.Add(null);
            }

            if (socket.TryConnect(path) && Native.TryWatch(_epoll, socket.Descriptor, (ulong)place))
            {
                _sockets[place] = socket;
                _places.Add(path.Remote, place);
                return true;
            }

            _free.Push(place);
        }
        catch (IOException)
        {
            // Out of descriptors or memory.
        }

        socket?.Dispose();
        return false;
    }

    /// <summary>Closes the socket of that peer, if there is one; what it sends comes to the shared sockets again.</summary>
    public void Close(in TransportAddress remote)
    {
        if (!_places.Remove(remote, out var place)) return;
        _sockets[place]!.Dispose(); // the kernel takes it out of the epoll set by itself
        _sockets[place] = null;
        _free.Push(place);
    }

    /// <inheritdoc cref="UdpPort.Receive"/>
    public int Receive(ReceiveBatch batch)
    {
        batch.Clear();
        if (_places.Count == 0) return 0;
        var events = stackalloc byte[MaxReady * 16];
        var ready = Native.EpollWait(_epoll, events, MaxReady, 0);
        for (var i = 0; i < ready && batch.UsedSlots < batch.Slots; i++)
        {
            if (_sockets[(int)Native.EpollTag(events, i)] is { } socket) _receive.Receive(socket, batch);
        }

        return batch.Count;
    }

    public void Dispose()
    {
        if (_epoll.IsClosed) return;
        foreach (var socket in _sockets) socket?.Dispose();
        _sockets.Clear();
        _places.Clear();
        _epoll.Dispose();
        _receive.Dispose();
    }
}
