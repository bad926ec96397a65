using System.Net;
using System.Net.Sockets;
using Tertulia.Rtc.Net;

namespace Tertulia.Udp.Portable;

/// <summary>The group on other systems: one port after the other.</summary>
internal sealed class PortableUdpPortGroup(IPAddress? address) : UdpPortGroup
{
    private readonly Dictionary<ushort, PortableUdpPort> _ports = [];
    private readonly DatagramBatch _single = new(1);

    public override void Close(int port)
    {
        if (_ports.Remove((ushort)port, out var socket)) socket.Dispose();
    }

    public override int Receive(ReceiveBatch batch)
    {
        batch.Clear();
        foreach (var port in _ports.Values) port.ReceiveInto(batch, Statistics);
        return batch.Count;
    }

    public override void Send(DatagramBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var path = batch[i].Path;
            if (!_ports.TryGetValue(path.Local.Port, out var port)) continue;
            _single.Add(path, batch.Datagram(i));
            port.Send(_single);
        }

        batch.Clear();
    }

    /// <summary>For <see cref="Socket.Select(System.Collections.IList?, System.Collections.IList?, System.Collections.IList?, TimeSpan)"/>.</summary>
    internal void AddTo(List<Socket> waiting)
    {
        foreach (var port in _ports.Values) waiting.Add(port.Socket);
    }

    private protected override void Open(int port) => _ports.Add((ushort)port, new PortableUdpPort(Options(address, port)));

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (var port in _ports.Values) port.Dispose();
        _ports.Clear();
    }
}
