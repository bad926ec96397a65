using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Tertulia.Rtc.Net;
using Tertulia.Udp;
using Tertulia.Udp.Linux;

namespace Tertulia.Media.Tests.Udp;

/// <summary>Two ports shared by the sender's address, and sockets connected to single peers beside them.</summary>
public sealed class ConnectedUdpSocketsTests : IDisposable
{
    private const int Clients = 40;

    private readonly UdpPort[] _ports = new UdpPort[2];
    private readonly ConnectedUdpSockets[] _connected = new ConnectedUdpSockets[2];
    private readonly List<Socket> _clients = [];
    private readonly ReceiveBatch _inbox = new();

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
        foreach (var sockets in _connected) sockets?.Dispose();
        foreach (var port in _ports) port?.Dispose();
    }

    [LinuxTheory]
    [InlineData("127.0.0.1", null)]
    [InlineData("::1", null)]
    [InlineData("127.0.0.1", "127.0.0.1")]
    public void Each_sender_stays_where_it_is_however_many_sockets_there_are(string ip, string? bound)
    {
        var paths = Open(ip, bound);
        var homes = paths.Select((_, i) => WhereIs(i)).ToArray();
        Assert.Equal([0, 1], homes.Distinct().Order()); // by chance all at one: 2 in 2^40

        // Every second client gets a socket at the other port's thread: it comes there from now on, nobody else moves.
        for (var i = 0; i < Clients; i += 2)
        {
            Assert.True(_connected[1 - homes[i]].TryOpen(paths[i]));
            Assert.False(_connected[1 - homes[i]].TryOpen(paths[i]));
        }

        Assert.Equal(Clients / 2, _connected.Sum(sockets => sockets.Count));
        for (var i = 0; i < Clients; i++) Assert.Equal(i % 2 == 0 ? 2 + 1 - homes[i] : homes[i], WhereIs(i));

        for (var i = 0; i < Clients; i += 2) _connected[1 - homes[i]].Close(paths[i].Remote);
        for (var i = 0; i < Clients; i++) Assert.Equal(homes[i], WhereIs(i));
    }

    [LinuxFact]
    public void A_socket_that_is_not_connected_yet_is_given_nothing()
    {
        Open("127.0.0.1");
        var homes = Enumerable.Range(0, Clients).Select(WhereIs).ToArray();
        var early = Enumerable.Range(0, 8).Select(_ => new LinuxUdpSocket(new() { Shared = true, Port = _ports[0].LocalEndPoint.Port })).ToArray();
        Assert.Equal(homes, Enumerable.Range(0, Clients).Select(WhereIs));
        foreach (var socket in early) socket.Dispose();
    }

    [LinuxFact]
    public void A_peer_that_has_gone_is_an_error_counted_and_nothing_else()
    {
        var paths = Open("127.0.0.1");
        var home = WhereIs(0);
        Assert.True(_connected[0].TryOpen(paths[0]));
        Assert.True(_connected[0].TryOpen(paths[1]));
        _clients[0].Dispose();
        var outbox = new DatagramBatch();
        outbox.Add(paths[0], "is anybody there?"u8);
        _ports[home].Send(outbox); // answered by ICMP: port unreachable
        Until(() =>
        {
            _connected[0].Receive(_inbox);
            return _connected[0].Statistics.ReceiveErrors > 0;
        });
        Assert.Equal(2, WhereIs(1));
    }

    [LinuxFact]
    public void A_path_with_another_local_address_than_the_systems_is_refused()
    {
        var path = Open("127.0.0.1")[0];
        Assert.False(_connected[0].TryOpen(new(path.Remote, TransportAddress.From(IPAddress.Parse("127.0.0.2"), path.Local.Port))));
        Assert.Equal(0, _connected[0].Count);
        Assert.True(_connected[0].TryOpen(path));
    }

    private NetworkPath[] Open(string ip, string? bound = null)
    {
        var options = new UdpPortOptions { Shared = true, Address = bound is null ? null : IPAddress.Parse(bound) };
        for (var i = 0; i < 2; i++) _ports[i] = UdpPort.Open(options with { Port = i == 0 ? 0 : _ports[0].LocalEndPoint.Port });
        for (var i = 0; i < 2; i++) _connected[i] = _ports[i].ShareBySender(2)!;
        var server = new IPEndPoint(IPAddress.Parse(ip), _ports[0].LocalEndPoint.Port);
        var paths = new NetworkPath[Clients];
        for (var i = 0; i < Clients; i++)
        {
            var client = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            client.Connect(server);
            _clients.Add(client);
            paths[i] = new(TransportAddress.From((IPEndPoint)client.LocalEndPoint!), TransportAddress.From(server));
        }

        return paths;
    }

    /// <summary>Where what that client sends comes: 0 and 1 at the ports, 2 and 3 at the connected sockets beside them.</summary>
    private int WhereIs(int client)
    {
        var place = -1;
        _clients[client].Send([(byte)client]);
        Until(() =>
        {
            for (var i = 0; i < 2; i++)
            {
                if (_ports[i].Receive(_inbox) > 0) place = i;
                else if (_connected[i].Receive(_inbox) > 0) place = 2 + i;
                else continue;
                Assert.Equal(1, _inbox.Count);
                Assert.Equal([(byte)client], _inbox.Datagram(0).ToArray());
                return true;
            }

            return false;
        });
        return place;
    }

    private void Until(Func<bool> condition)
    {
        var limit = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(10), "it did not come about in time");
            _ports[0].Wait(TimeSpan.FromMilliseconds(1));
        }
    }
}

/// <summary>A theory about what only Linux can do.</summary>
public sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute()
    {
        if (!OperatingSystem.IsLinux()) Skip = "needs Linux";
    }
}
