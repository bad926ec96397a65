using System.Diagnostics;
using System.Net;
using Tertulia.MediaNode;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Net;
using Tertulia.Sfu;
using Tertulia.Simulation;
using Tertulia.Udp;

namespace Tertulia.Media.Tests.Node;

/// <summary>
/// A participant on real sockets and real DTLS: the simulator's connections, driven by the test's own thread as a browser's
/// network thread would. The server offers, as in the per-peer dialect.
/// </summary>
internal sealed class SocketBrowser : IDisposable
{
    private static readonly DtlsCertificate Certificate =
        DtlsCertificate.Create(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

    private static readonly long Start = Stopwatch.GetTimestamp();

    private readonly MediaRoom _room;
    private readonly List<(SimulatedConnection Connection, UdpPort Port)> _connections = [];
    private readonly ReceiveBatch _inbox = new();
    private readonly SeededEntropy _entropy;

    public SocketBrowser(MediaRoom room, string id, ulong seed)
    {
        _room = room;
        _entropy = new(seed);
        Id = new(id);
    }

    public static Instant Now => new(Stopwatch.GetElapsedTime(Start).Ticks + 1);

    public ParticipantId Id { get; }

    public IReadOnlyList<SimulatedConnection> Connections => [.. _connections.Select(c => c.Connection)];

    public long ReceivedPackets => _connections.Sum(c => c.Connection.Players.Sum(p => p.Packets));

    public async Task<SimulatedConnection> ConnectAsync(ConnectionKey key)
    {
        var port = UdpPort.Open(new() { Address = IPAddress.Loopback });
        var connection = new SimulatedConnection(TransportAddress.From(port.LocalEndPoint), Certificate, null, _entropy);
        _connections.Add((connection, port));
        var offer = await _room.InvokeAsync((room, now) => room.Offer(now, Id, key));
        Assert.True(offer.Succeeded, offer.ErrorMessage);
        var answer = connection.Answer(Now, offer.Sdp!);
        var result = await _room.InvokeAsync((room, now) => room.ApplyAnswer(now, Id, key, answer));
        Assert.True(result.Succeeded, result.ErrorMessage);
        return connection;
    }

    /// <summary>From now on all comes from other ports, as behind a NAT that forgot.</summary>
    public void Move()
    {
        for (var i = 0; i < _connections.Count; i++)
        {
            _connections[i].Port.Dispose();
            _connections[i] = (_connections[i].Connection, UdpPort.Open(new() { Address = IPAddress.Loopback }));
        }
    }

    /// <summary>One round of everything that is due and everything that has arrived.</summary>
    public void Pump()
    {
        foreach (var (connection, port) in _connections)
        {
            port.Receive(_inbox);
            for (var i = 0; i < _inbox.Count; i++) connection.HandleDatagram(Now, _inbox.Path(i), _inbox.Datagram(i).ToArray());
            connection.Service(Now);
            port.Send(connection.Outbox);
        }
    }

    public static void PumpUntil(Func<bool> condition, params SocketBrowser[] browsers)
    {
        var limit = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(30), "it did not come about in time");
            foreach (var browser in browsers) browser.Pump();
            browsers[0]._connections[0].Port.Wait(TimeSpan.FromMilliseconds(1));
        }
    }

    public void Dispose()
    {
        foreach (var (connection, port) in _connections)
        {
            connection.Dispose();
            port.Dispose();
        }
    }
}
