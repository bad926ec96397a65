using Tertulia.MediaNode;
using Tertulia.Sfu;

namespace Tertulia.Media.Tests.Node;

/// <summary>Whole connections over loopback: ICE, DTLS, SRTP and the room between real sockets.</summary>
public sealed class ForwardingTests
{
    private const int Viewers = 3;

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

        var before = node.Statistics.Loops[0];
        var seen = viewers.Select(v => v.ReceivedPackets + 2_000).ToArray();
        SocketBrowser.PumpUntil(() => viewers.Zip(seen).All(v => v.First.ReceivedPackets >= v.Second), browsers);
        var after = node.Statistics.Loops[0];

        Assert.True(after.SentDatagrams - before.SentDatagrams >= Viewers * 2_000);
        Assert.Equal(0, after.AllocatedBytes - before.AllocatedBytes);
        Assert.Equal(0, after.SendErrors + after.ConnectionFaults + after.RoomFaults + after.LoopFaults);
        Assert.True(room.Events.TryRead(out _));
        foreach (var browser in browsers) browser.Dispose();
    }
}
