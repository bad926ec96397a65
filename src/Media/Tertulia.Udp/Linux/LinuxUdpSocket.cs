using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Tertulia.Rtc.Net;
using static Tertulia.Udp.Linux.Native;

namespace Tertulia.Udp.Linux;

/// <summary>One bound UDP socket that tells the local address of what arrives.</summary>
internal sealed unsafe class LinuxUdpSocket : IDisposable
{
    /// <param name="options">What to open.</param>
    /// <param name="inet6">False behaves as on a kernel without IPv6.</param>
    public LinuxUdpSocket(UdpPortOptions options, bool inet6 = true)
    {
        (Descriptor, IsInet6) = CreateSocket(options.Address, inet6);
        try
        {
            LocalEndPoint = Bind(options);
            LocalPort = (ushort)LocalEndPoint.Port;
            SetOptions(options, out var segments);
            Segments = segments;
        }
        catch
        {
            Descriptor.Dispose();
            throw;
        }
    }

    public FileDescriptor Descriptor { get; }

    public bool IsInet6 { get; }

    /// <summary>The kernel knows UDP_SEGMENT.</summary>
    public bool Segments { get; }

    public IPEndPoint LocalEndPoint { get; }

    public ushort LocalPort { get; }

    /// <summary>The kernel's count of what this socket has lost, as far as it was seen.</summary>
    public uint DroppedByKernel { get; set; }

    /// <summary>
    /// From now on only that peer's datagrams come here, if they are for the path's local address. False if the system would rather talk to that peer
    /// from another address.
    /// </summary>
    public bool TryConnect(in NetworkPath path)
    {
        SocketAddressStorage name;
        var length = SocketAddresses.Write(path.Remote, IsInet6, &name);
        if (Connect(Descriptor, &name, length) != 0) return false;
        length = (uint)sizeof(SocketAddressStorage);
        return GetSockName(Descriptor, &name, &length) == 0 && SocketAddresses.Read(&name) == path.Local;
    }

    public void Dispose() => Descriptor.Dispose();

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
        if (IsInet6 && !TrySet(IpProtoIpv6, Ipv6V6Only, 0)) throw LastError();
        var any = IsInet6 ? IPAddress.IPv6Any : IPAddress.Any;
        var wanted = new IPEndPoint(options.Address ?? any, options.Port);
        SocketAddressStorage name;
        var length = SocketAddresses.Write(TransportAddress.From(wanted), IsInet6, &name);
        if (options.Shared && !TrySet(SolSocket, SoReusePort, 1)) throw LastError();
        if (options.Address is null) length = WriteWildcard(options.Port, &name);
        if (options.Address is { AddressFamily: AddressFamily.InterNetworkV6 } address) name.ScopeId = (uint)address.ScopeId;
        if (Native.Bind(Descriptor, &name, length) != 0)
            throw Marshal.GetLastPInvokeError() == Eaddrinuse ? new UdpPortBusyException(wanted) : LastError();

        length = (uint)sizeof(SocketAddressStorage);
        if (GetSockName(Descriptor, &name, &length) != 0) throw LastError();
        return new(wanted.Address, SocketAddresses.Read(&name).Port);
    }

    private uint WriteWildcard(int port, SocketAddressStorage* name)
    {
        Span<byte> zeros = stackalloc byte[16];
        zeros.Clear();
        return SocketAddresses.Write(new(zeros, (ushort)port), IsInet6, name);
    }

    private void SetOptions(UdpPortOptions options, out bool segmentation)
    {
        var hasLocalAddress = IsInet6 ? TrySet(IpProtoIpv6, Ipv6RecvPktInfo, 1) : TrySet(IpProtoIp, IpPktInfo, 1);
        if (!hasLocalAddress) throw LastError();
        TrySet(SolSocket, SoRxqOvfl, 1);

        // The forced form goes beyond the limits of sysctl and needs a capability.
        if (!TrySet(SolSocket, SoRcvBufForce, options.BufferSize)) TrySet(SolSocket, SoRcvBuf, options.BufferSize);
        if (!TrySet(SolSocket, SoSndBufForce, options.BufferSize)) TrySet(SolSocket, SoSndBuf, options.BufferSize);
        if (options.Coalescing) TrySet(SolUdp, UdpGro, 1);

        // 0 means no segmentation by default, but only kernels that know the option accept it.
        segmentation = options.Segmentation && TrySet(SolUdp, UdpSegment, 0);
    }

    private bool TrySet(int level, int name, int value) => SetSockOpt(Descriptor, level, name, &value, sizeof(int)) == 0;

    public static IOException LastError()
    {
        var error = Marshal.GetLastPInvokeError();
        return new($"The UDP socket cannot be set up: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }
}
