using System.Net;
using Tertulia.Rtc.Net;
using static Tertulia.Udp.Linux.Native;

namespace Tertulia.Udp.Linux;

/// <summary>The port on Linux: recvmmsg, sendmmsg, UDP_SEGMENT, UDP_GRO, and an eventfd to be woken by.</summary>
internal sealed unsafe class LinuxUdpPort : UdpPort
{
    // Its own, the one to be woken by, and at most these two groups: relayed ports, and connected sockets.
    private const int MaxDescriptors = 4;

    private readonly UdpPortOptions _options;
    private readonly LinuxUdpSocket _socket;
    private readonly FileDescriptor _wake;
    private readonly ReceiveVector _receive;
    private readonly SendVector _send;
    private readonly List<FileDescriptor> _watched = [];

    /// <param name="options">What to open.</param>
    /// <param name="inet6">False behaves as on a kernel without IPv6.</param>
    public LinuxUdpPort(UdpPortOptions options, bool inet6 = true)
    {
        _options = options;
        _socket = new(options, inet6);
        _wake = EventFd(0, EventFdNonBlock | EventFdCloseOnExec);
        if (_wake.IsInvalid)
        {
            _socket.Dispose();
            throw LinuxUdpSocket.LastError();
        }

        _receive = new(Statistics);
        _send = new(_ => _socket.Descriptor, _socket.IsInet6, _socket.Segments, Statistics);
    }

    public override IPEndPoint LocalEndPoint => _socket.LocalEndPoint;

    internal FileDescriptor Descriptor => _socket.Descriptor;

    public override int Receive(ReceiveBatch batch)
    {
        batch.Clear();
        _receive.Receive(_socket, batch);
        return batch.Count;
    }

    public override void Send(DatagramBatch batch) => _send.Send(batch);

    public override void Watch(UdpPortGroup group) => _watched.Add(((LinuxUdpPortGroup)group).Descriptor);

    public override ConnectedUdpSockets? ShareBySender(int ports)
    {
        if (!_options.Shared || !SenderFilter.TryAttach(_socket.Descriptor, ports)) return null;
        var sockets = new ConnectedUdpSockets(_options with { Port = LocalEndPoint.Port });
        _watched.Add(sockets.Descriptor);
        return sockets;
    }

    public override bool Wait(TimeSpan timeout)
    {
        var descriptors = stackalloc PollDescriptor[MaxDescriptors];
        descriptors[0] = new() { File = _socket.Descriptor.Value, Events = PollIn };
        descriptors[1] = new() { File = _wake.Value, Events = PollIn };
        var count = 2;
        foreach (var watched in _watched) descriptors[count++] = new() { File = watched.Value, Events = PollIn };
        TimeSpec limit = default;
        if (timeout > TimeSpan.Zero)
        {
            limit.Seconds = (nint)(timeout.Ticks / TimeSpan.TicksPerSecond);
            limit.Nanoseconds = (nint)(timeout.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
        }

        // A signal ends the wait early, which the caller cannot tell from a wake-up and need not.
        var ready = PPoll(descriptors, (nuint)count, timeout == Timeout.InfiniteTimeSpan ? null : &limit, null);
        if (ready == 0) return false;
        if ((descriptors[1].Returned & PollIn) != 0)
        {
            ulong wakes;
            _ = Read(_wake, &wakes, sizeof(ulong));
        }

        return true;
    }

    public override void Wake()
    {
        ulong one = 1;
        try
        {
            _ = Write(_wake, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing || _socket.Descriptor.IsClosed) return;
        _socket.Dispose();
        _wake.Dispose();
        _receive.Dispose();
        _send.Dispose();
    }
}
