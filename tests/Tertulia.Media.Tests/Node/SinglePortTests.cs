using System.Net;
using Tertulia.Media.Tests.Udp;
using Tertulia.MediaNode;
using Tertulia.Sfu;

namespace Tertulia.Media.Tests.Node;

/// <summary>One UDP port for several loops: what the kernel gives to the wrong one is handed over, until a connected socket takes it.</summary>
public sealed class SinglePortTests : IAsyncDisposable
{
    private const int Rooms = 6;

    private readonly List<SocketBrowser> _browsers = [];
    private readonly List<MediaRoom> _rooms = [];
    private MediaNode.MediaNode _node = null!;

    public async ValueTask DisposeAsync()
    {
        foreach (var browser in _browsers) browser.Dispose();
        if (_node is not null) await _node.DisposeAsync();
    }

    [LinuxFact]
    public async Task Connections_of_all_loops_work_through_one_port()
    {
        await MeetAsync(new() { Loops = 2, SinglePort = true, ConnectFlows = false, AdvertisedAddresses = [IPAddress.Loopback] });
        Assert.Single(_node.UdpPorts);
        Assert.Equal(2, _node.Statistics.Loops.Count);
        PumpUntilAllReceive(50);

        // Twelve sockets, each at a loop by the kernel's choice: that all hit the right one has a chance of 1 in 4096.
        Assert.All(_node.Statistics.Loops, loop => Assert.True(loop.Connections > 0));
        Assert.True(HandedOver > 0);
        Assert.Equal(0, _node.Statistics.Loops.Sum(loop => loop.MailLost));
    }

    [LinuxFact]
    public async Task Connected_sockets_take_what_came_to_the_wrong_loop()
    {
        await MeetAsync(new() { Loops = 2, SinglePort = true, AdvertisedAddresses = [IPAddress.Loopback] });
        PumpUntilAllReceive(20);
        Assert.InRange(ConnectedFlows, 1, 2 * Rooms);
        var handedOver = HandedOver;
        PumpUntilAllReceive(50);
        Assert.Equal(handedOver, HandedOver);
        Assert.Equal(0, _node.Statistics.Loops.Sum(loop => loop.RefusedFlows));

        // From other ports other senders are at the wrong loop; sockets that nobody uses any more are closed.
        foreach (var browser in _browsers) browser.Move();
        PumpUntil(() => HandedOver > handedOver);
        PumpUntilAllReceive(50);
        PumpUntil(() => HandedOver is var before && ReceivesMore(10) && HandedOver == before);
        Assert.InRange(ConnectedFlows, 1, 2 * Rooms);

        foreach (var (room, browsers) in _rooms.Zip(_browsers.Chunk(2)))
        {
            foreach (var browser in browsers) await room.InvokeAsync((r, now) => r.RemoveParticipant(now, browser.Id));
        }

        PumpUntil(() => ConnectedFlows == 0);
    }

    [LinuxFact]
    public async Task Where_no_connected_socket_is_to_be_had_datagrams_are_handed_over()
    {
        // The system would talk to 127.0.0.1 from there, not from the address that the browsers talk to.
        await MeetAsync(new() { Loops = 2, SinglePort = true, AdvertisedAddresses = [IPAddress.Parse("127.0.0.2")] });
        PumpUntilAllReceive(20);
        var handedOver = HandedOver;
        PumpUntilAllReceive(20);
        Assert.True(HandedOver > handedOver);
        Assert.Equal(0, ConnectedFlows);
        Assert.InRange(_node.Statistics.Loops.Sum(loop => loop.RefusedFlows), 1, 2 * Rooms);
    }

    [LinuxFact]
    public async Task The_port_is_not_shared_with_anybody_else()
    {
        _node = MediaNode.MediaNode.Start(new() { Loops = 2, SinglePort = true });
        Assert.Throws<Tertulia.Udp.UdpPortBusyException>(() => MediaNode.MediaNode.Start(new() { Loops = 2, SinglePort = true, UdpPort = _node.UdpPorts[0] }));
        await Task.CompletedTask;
    }

    private long HandedOver => _node.Statistics.Loops.Sum(loop => loop.HandedOver);

    private int ConnectedFlows => _node.Statistics.Loops.Sum(loop => loop.ConnectedFlows);

    private IEnumerable<SocketBrowser> Viewers => _browsers.Where((_, i) => i % 2 == 1);

    /// <summary>In each room one who sends and one who watches.</summary>
    private async Task MeetAsync(MediaNodeOptions options)
    {
        _node = MediaNode.MediaNode.Start(options);
        for (var i = 0; i < Rooms; i++)
        {
            var room = _node.OpenRoom($"room{i}");
            SocketBrowser publisher = new(room, $"publisher{i}", (ulong)i * 2 + 1), viewer = new(room, $"viewer{i}", (ulong)i * 2 + 2);
            foreach (var browser in (SocketBrowser[])[publisher, viewer]) await room.InvokeAsync((r, now) => r.AddParticipant(now, browser.Id));
            await publisher.ConnectAsync(ConnectionKey.Uplink);
            await viewer.ConnectAsync(ConnectionKey.DownlinkOf(publisher.Id));
            _rooms.Add(room);
            _browsers.AddRange([publisher, viewer]);
        }
    }

    private void PumpUntil(Func<bool> condition) => SocketBrowser.PumpUntil(condition, [.. _browsers]);

    private void PumpUntilAllReceive(int packets)
    {
        var before = Viewers.Select(viewer => viewer.ReceivedPackets).ToArray();
        PumpUntil(() => Viewers.Zip(before).All(pair => pair.First.ReceivedPackets >= pair.Second + packets));
    }

    private bool ReceivesMore(int packets)
    {
        PumpUntilAllReceive(packets);
        return true;
    }
}
