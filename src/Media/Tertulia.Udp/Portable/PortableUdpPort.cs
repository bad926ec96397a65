using System.Net;
using System.Net.Sockets;
using Tertulia.Rtc.Net;

namespace Tertulia.Udp.Portable;

/// <summary>
/// The port on other systems, by .NET's sockets: one call per datagram. The local address of a datagram stays unknown, so a host
/// with several addresses on one network answers from the one that its routing table prefers.
/// </summary>
internal sealed class PortableUdpPort : UdpPort
{
    // Makes Windows report ICMP errors of earlier datagrams as failed reads; nobody needs that.
    private const int SioUdpConnectionReset = -1744830452;

    private readonly Socket _socket;
    private readonly Socket _wake;
    private readonly SocketAddress _wakeAddress;
    private readonly SocketAddress _remote;
    private readonly List<Socket> _waiting = new(2);
    private PortableUdpPortGroup? _watched;
    private readonly byte[] _wakeBuffer = new byte[1];

    public PortableUdpPort(UdpPortOptions options)
    {
        var inet6 = Socket.OSSupportsIPv6;
        var any = inet6 ? IPAddress.IPv6Any : IPAddress.Any;
        var wanted = new IPEndPoint(options.Address ?? any, options.Port);
        _socket = new(inet6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            Blocking = false,
        };
        if (inet6) _socket.DualMode = true;
        _wake = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        try
        {
            if (OperatingSystem.IsWindows()) _socket.IOControl(SioUdpConnectionReset, new byte[4], null);
            _socket.ReceiveBufferSize = options.BufferSize;
            _socket.SendBufferSize = options.BufferSize;
            var address = inet6 && wanted.AddressFamily == AddressFamily.InterNetwork ? wanted.Address.MapToIPv6() : wanted.Address;
            _socket.Bind(new IPEndPoint(address, options.Port));
            _wake.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            Dispose();
            throw new UdpPortBusyException(wanted);
        }
        catch
        {
            Dispose();
            throw;
        }

        LocalEndPoint = new(wanted.Address, ((IPEndPoint)_socket.LocalEndPoint!).Port);
        _remote = new(_socket.AddressFamily);
        _wakeAddress = _wake.LocalEndPoint!.Serialize();
    }

    public override IPEndPoint LocalEndPoint { get; }

    internal Socket Socket => _socket;

    public override int Receive(ReceiveBatch batch)
    {
        batch.Clear();
        ReceiveInto(batch, Statistics);
        return batch.Count;
    }

    internal void ReceiveInto(ReceiveBatch batch, UdpPortStatistics statistics)
    {
        var local = default(TransportAddress).WithPort((ushort)LocalEndPoint.Port);
        while (batch.UsedSlots < batch.Slots && _socket.Available > 0)
        {
            try
            {
                var offset = batch.UsedSlots * batch.SlotSize;
                _remote.Size = _remote.Buffer.Length;
                var length = _socket.ReceiveFrom(batch.Buffer.AsSpan(offset, batch.SlotSize), SocketFlags.None, _remote);
                batch.UsedSlots++;
                if (length == batch.SlotSize)
                {
                    statistics.Truncated++; // .NET cannot tell a full slot from a cut datagram
                    continue;
                }

                batch.TryAdd(new(PortableAddresses.Read(_remote), local), offset, length);
                statistics.ReceivedDatagrams++;
                statistics.ReceivedBytes += length;
            }
            catch (SocketException e)
            {
                if (e.SocketErrorCode == SocketError.WouldBlock) break;
                if (e.SocketErrorCode == SocketError.MessageSize) statistics.Truncated++;
                else statistics.ReceiveErrors++;
            }
        }
    }

    public override void Send(DatagramBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].Path.Remote.Carrier != 0) continue;
            try
            {
                PortableAddresses.Write(batch[i].Path.Remote, _remote);
                _socket.SendTo(batch.Datagram(i), SocketFlags.None, _remote);
                Statistics.SentDatagrams++;
                Statistics.SentBytes += batch[i].Length;
            }
            catch (SocketException e)
            {
                Statistics.CountSendError(Classify(e.SocketErrorCode), 1);
            }
        }

        batch.Clear();
    }

    public override void Watch(UdpPortGroup group) => _watched = (PortableUdpPortGroup)group;

    public override ConnectedUdpSockets? ShareBySender(int ports) => null;

    public override bool Wait(TimeSpan timeout)
    {
        _waiting.Clear();
        _waiting.Add(_socket);
        _waiting.Add(_wake);
        _watched?.AddTo(_waiting);
        var limit = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero;
        Socket.Select(_waiting, null, null, limit);
        if (_waiting.Count == 0) return false;
        if (_waiting.Contains(_wake))
        {
            while (_wake.Available > 0) _wake.Receive(_wakeBuffer, 0, 1, SocketFlags.None, out _);
        }

        return true;
    }

    public override void Wake()
    {
        try
        {
            _wake.SendTo([1], SocketFlags.None, _wakeAddress);
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // Nobody waits any more, or enough wake-ups are queued already.
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _socket.Dispose();
        _wake.Dispose();
    }

    internal static UdpSendError Classify(SocketError error) => error switch
    {
        SocketError.WouldBlock => UdpSendError.WouldBlock,
        SocketError.NoBufferSpaceAvailable => UdpSendError.NoBuffers,
        SocketError.ConnectionRefused or SocketError.ConnectionReset => UdpSendError.Refused,
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown
            or SocketError.AddressNotAvailable or SocketError.AccessDenied => UdpSendError.Unreachable,
        SocketError.MessageSize => UdpSendError.TooLong,
        _ => UdpSendError.Other,
    };
}
