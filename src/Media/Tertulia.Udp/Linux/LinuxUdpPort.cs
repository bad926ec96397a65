using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Tertulia.Rtc.Net;
using static Tertulia.Udp.Linux.Native;

namespace Tertulia.Udp.Linux;

/// <summary>The port on Linux: recvmmsg, sendmmsg, UDP_SEGMENT, UDP_GRO, and an eventfd to be woken by.</summary>
internal sealed unsafe class LinuxUdpPort : UdpPort
{
    private readonly FileDescriptor _socket;
    private readonly FileDescriptor _wake;
    private readonly ReceiveVector _receive;
    private readonly SendVector _send;
    private readonly bool _inet6;

    /// <param name="options">What to open.</param>
    /// <param name="inet6">False behaves as on a kernel without IPv6.</param>
    public LinuxUdpPort(UdpPortOptions options, bool inet6 = true)
    {
        (_socket, _inet6) = CreateSocket(options.Address, inet6);
        try
        {
            LocalEndPoint = Bind(options);
            SetOptions(options, out var segmentation);
            _wake = EventFd(0, EventFdNonBlock | EventFdCloseOnExec);
            if (_wake.IsInvalid) throw LastError();
            _receive = new((ushort)LocalEndPoint.Port, Statistics);
            _send = new(_socket, _inet6, segmentation, Statistics);
        }
        catch
        {
            _socket.Dispose();
            _wake?.Dispose();
            throw;
        }
    }

    public override IPEndPoint LocalEndPoint { get; }

    internal FileDescriptor Descriptor => _socket;

    public override int Receive(ReceiveBatch batch)
    {
        _receive.Receive(_socket, batch);
        return batch.Count;
    }

    public override void Send(DatagramBatch batch) => _send.Send(batch);

    public override bool Wait(TimeSpan timeout)
    {
        var descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new() { File = _socket.Value, Events = PollIn };
        descriptors[1] = new() { File = _wake.Value, Events = PollIn };
        TimeSpec limit = default;
        if (timeout > TimeSpan.Zero)
        {
            limit.Seconds = (nint)(timeout.Ticks / TimeSpan.TicksPerSecond);
            limit.Nanoseconds = (nint)(timeout.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
        }

        // A signal ends the wait early, which the caller cannot tell from a wake-up and need not.
        var ready = PPoll(descriptors, 2, timeout == Timeout.InfiniteTimeSpan ? null : &limit, null);
        if (ready == 0) return false;
        if ((descriptors[1].Returned & PollIn) != 0)
        {
            ulong count;
            _ = Read(_wake, &count, sizeof(ulong));
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
        if (!disposing || _socket.IsClosed) return;
        _socket.Dispose();
        _wake.Dispose();
        _receive.Dispose();
        _send.Dispose();
    }

    // IPv6 sockets serve both families; a kernel without IPv6 still has IPv4.
    private static (FileDescriptor Socket, bool Inet6) CreateSocket(IPAddress? address, bool inet6)
    {
        const int type = SockDgram | SockNonBlock | SockCloseOnExec;
        FileDescriptor socket;
        if (inet6)
        {
            socket = Socket(AfInet6, type, 0);
            if (!socket.IsInvalid) return (socket, true);
            if (Marshal.GetLastPInvokeError() != Eafnosupport || address?.AddressFamily == AddressFamily.InterNetworkV6) throw LastError();
        }

        socket = Socket(AfInet, type, 0);
        return socket.IsInvalid ? throw LastError() : (socket, false);
    }

    private IPEndPoint Bind(UdpPortOptions options)
    {
        if (_inet6 && !TrySet(IpProtoIpv6, Ipv6V6Only, 0)) throw LastError();
        var any = _inet6 ? IPAddress.IPv6Any : IPAddress.Any;
        var wanted = new IPEndPoint(options.Address ?? any, options.Port);
        SocketAddressStorage name;
        var length = SocketAddresses.Write(TransportAddress.From(wanted), _inet6, &name);
        if (options.Address is null) length = WriteWildcard(options.Port, &name);
        if (options.Address is { AddressFamily: AddressFamily.InterNetworkV6 } address) name.ScopeId = (uint)address.ScopeId;
        if (Native.Bind(_socket, &name, length) != 0)
            throw Marshal.GetLastPInvokeError() == Eaddrinuse ? new UdpPortBusyException(wanted) : LastError();

        length = (uint)sizeof(SocketAddressStorage);
        if (GetSockName(_socket, &name, &length) != 0) throw LastError();
        return new(wanted.Address, SocketAddresses.Read(&name).Port);
    }

    private uint WriteWildcard(int port, SocketAddressStorage* name)
    {
        Span<byte> zeros = stackalloc byte[16];
        zeros.Clear();
        return SocketAddresses.Write(new(zeros, (ushort)port), _inet6, name);
    }

    private void SetOptions(UdpPortOptions options, out bool segmentation)
    {
        var hasLocalAddress = _inet6 ? TrySet(IpProtoIpv6, Ipv6RecvPktInfo, 1) : TrySet(IpProtoIp, IpPktInfo, 1);
        if (!hasLocalAddress) throw LastError();
        TrySet(SolSocket, SoRxqOvfl, 1);

        // The forced form goes beyond the limits of sysctl and needs a capability.
        if (!TrySet(SolSocket, SoRcvBufForce, options.BufferSize)) TrySet(SolSocket, SoRcvBuf, options.BufferSize);
        if (!TrySet(SolSocket, SoSndBufForce, options.BufferSize)) TrySet(SolSocket, SoSndBuf, options.BufferSize);
        if (options.Coalescing) TrySet(SolUdp, UdpGro, 1);

        // 0 means no segmentation by default, but only kernels that know the option accept it.
        segmentation = options.Segmentation && TrySet(SolUdp, UdpSegment, 0);
    }

    private bool TrySet(int level, int name, int value) => SetSockOpt(_socket, level, name, &value, sizeof(int)) == 0;

    private static IOException LastError()
    {
        var error = Marshal.GetLastPInvokeError();
        return new($"The UDP socket cannot be set up: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }
}
