using System.Net;
using Tertulia.Rtc.Net;
using static Tertulia.Udp.Linux.Native;

namespace Tertulia.Udp.Linux;

/// <summary>The group on Linux: an epoll descriptor says which sockets have something.</summary>
internal sealed unsafe class LinuxUdpPortGroup : UdpPortGroup
{
    private const int MaxReady = 64;

    private readonly IPAddress? _address;
    private readonly bool _coalescing;
    private readonly FileDescriptor _epoll;
    private readonly Dictionary<ushort, LinuxUdpSocket> _sockets = [];
    private readonly ReceiveVector _receive;
    private SendVector? _send;

    public LinuxUdpPortGroup(IPAddress? address, bool coalescing = false)
    {
        _address = address;
        _coalescing = coalescing;
        _epoll = EpollCreate(EpollCloseOnExec);
        if (_epoll.IsInvalid) throw LinuxUdpSocket.LastError();
        _receive = new(Statistics);
    }

    /// <summary>Readable while any socket is.</summary>
    internal FileDescriptor Descriptor => _epoll;

    public override void Close(int port)
    {
        // The kernel takes a closed descriptor out of the epoll set by itself.
        if (_sockets.Remove((ushort)port, out var socket)) socket.Dispose();
    }

    public override int Receive(ReceiveBatch batch)
    {
        batch.Clear();
        if (_sockets.Count == 0) return 0;
        var events = stackalloc byte[MaxReady * 16];
        var ready = EpollWait(_epoll, events, MaxReady, 0);
        for (var i = 0; i < ready && batch.UsedSlots < batch.Slots; i++)
        {
            var port = (ushort)EpollTag(events, i);
            if (_sockets.TryGetValue(port, out var socket)) _receive.Receive(socket, batch);
        }

        return batch.Count;
    }

    public override void Send(DatagramBatch batch)
    {
        if (_send is null) batch.Clear(); // no socket was ever opened
        else _send.Send(batch);
    }

    private protected override void Open(int port)
    {
        var socket = new LinuxUdpSocket(Options(_address, port) with { Coalescing = _coalescing });
        if (!TryWatch(_epoll, socket.Descriptor, (ulong)port))
        {
            socket.Dispose();
            throw LinuxUdpSocket.LastError();
        }

        _sockets.Add((ushort)port, socket);
        _send ??= new(local => _sockets.GetValueOrDefault(local.Port)?.Descriptor, socket.IsInet6, socket.Segments, Statistics);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing || _epoll.IsClosed) return;
        foreach (var socket in _sockets.Values) socket.Dispose();
        _sockets.Clear();
        _epoll.Dispose();
        _receive.Dispose();
        _send?.Dispose();
    }
}
