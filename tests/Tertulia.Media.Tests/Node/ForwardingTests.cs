using Tertulia.MediaNode;
using Tertulia.Sfu;

namespace Tertulia.Media.Tests.Node;

/// <summary>Whole connections over loopback: ICE, DTLS, SRTP and the room between real sockets.</summary>
public sealed class ForwardingTests
{
    private const int Viewers = 3;
    private const int Stretches = 3;
    private const int PacketsOfAStretch = 1_000;

    [Fact]
    public async Task Media_reaches_everybody_and_forwarding_it_allocates_nothing()
    {
        await using var node = MediaNode.MediaNode.Start(new() { Loops = 1, AdvertisedAddresses = [System.Net.IPAddress.Loopback] });
        await using var room = node.OpenRoom("concert");
        var browsers = Enumerable.Range(0, Viewers + 1).Select(i => new SocketBrowser(room, $"participant{i}", (ulong)i + 1)).ToArray();
        var publisher = browsers[0];
        var viewers = browsers[1..];
        foreach (var browser in browsers) await room.InvokeAsync((r, now) => r.AddParticipant(now, browser.Id));
        var uplink = await publisher.ConnectAsync(ConnectionKey.Uplink);
        foreach (var viewer in viewers) await viewer.ConnectAsync(ConnectionKey.DownlinkOf(publisher.Id));

        uplink.Camera!.FramesPerSecond = 100;
        uplink.Camera.BitsPerSecond = 8_000_000;
        SocketBrowser.PumpUntil(() => viewers.All(v => v.ReceivedPackets >= 2_000), browsers);

        // Something rare (a layer decision, a table that grows) may fall into one stretch of a busy machine; into each of them only
        // what happens with every packet.
        var allocated = Enumerable.Range(0, Stretches).Select(_ => AllocatedWhileForwarding(node, viewers, browsers)).ToList();
        Assert.Equal(0, allocated.Min());
        var after = node.Statistics.Loops[0];
        Assert.Equal(0, after.SendErrors + after.ConnectionFaults + after.RoomFaults + after.LoopFaults);
        Assert.True(room.Events.TryRead(out _));
        foreach (var browser in browsers) browser.Dispose();
    }

    private static long AllocatedWhileForwarding(MediaNode.MediaNode node, SocketBrowser[] viewers, SocketBrowser[] browsers)
    {
        var before = node.Statistics.Loops[0];
        var wanted = viewers.Select(v => v.ReceivedPackets + PacketsOfAStretch).ToArray();
        SocketBrowser.PumpUntil(() => viewers.Zip(wanted).All(v => v.First.ReceivedPackets >= v.Second), browsers);
        var after = node.Statistics.Loops[0];
        Assert.True(after.SentDatagrams - before.SentDatagrams >= Viewers * PacketsOfAStretch);
        return after.AllocatedBytes - before.AllocatedBytes;
    }
}
