using System.Net;
using Tertulia.Media.Tests.Udp;
using Tertulia.Sfu;

namespace Tertulia.Media.Tests.Node;

/// <summary>One UDP port for several loops: what the kernel gives to the wrong one is handed over.</summary>
public sealed class SinglePortTests
{
    private const int Rooms = 6;

    [LinuxFact]
    public async Task Connections_of_all_loops_work_through_one_port()
    {
        await using var node = MediaNode.MediaNode.Start(new() { Loops = 2, SinglePort = true, AdvertisedAddresses = [IPAddress.Loopback] });
        Assert.Single(node.UdpPorts);
        Assert.Equal(2, node.Statistics.Loops.Count);
        var browsers = new List<SocketBrowser>();
        for (var i = 0; i < Rooms; i++)
        {
            var room = node.OpenRoom($"room{i}");
            SocketBrowser publisher = new(room, $"publisher{i}", (ulong)i * 2 + 1), viewer = new(room, $"viewer{i}", (ulong)i * 2 + 2);
            foreach (var browser in (SocketBrowser[])[publisher, viewer]) await room.InvokeAsync((r, now) => r.AddParticipant(now, browser.Id));
            await publisher.ConnectAsync(ConnectionKey.Uplink);
            await viewer.ConnectAsync(ConnectionKey.DownlinkOf(publisher.Id));
            browsers.AddRange([publisher, viewer]);
        }

        var viewers = browsers.Where((_, i) => i % 2 == 1).ToArray();
        SocketBrowser.PumpUntil(() => viewers.All(viewer => viewer.ReceivedPackets >= 50), [.. browsers]);

        // Twelve sockets, each at a loop by the kernel's choice: that all hit the right one has a chance of 1 in 4096.
        Assert.All(node.Statistics.Loops, loop => Assert.True(loop.Connections > 0));
        Assert.True(node.Statistics.Loops.Sum(loop => loop.HandedOver) > 0);
        Assert.Equal(0, node.Statistics.Loops.Sum(loop => loop.MailLost));
        foreach (var browser in browsers) browser.Dispose();
    }

    [LinuxFact]
    public async Task The_port_is_not_shared_with_anybody_else()
    {
        await using var node = MediaNode.MediaNode.Start(new() { Loops = 2, SinglePort = true });
        Assert.Throws<Tertulia.Udp.UdpPortBusyException>(() => MediaNode.MediaNode.Start(new() { Loops = 2, SinglePort = true, UdpPort = node.UdpPorts[0] }));
    }
}
