using System.Net;
using System.Net.Sockets;
using Tertulia.MediaNode;
using Tertulia.Rtc;
using Tertulia.Rtc.Stun;
using Tertulia.Sfu;

namespace Tertulia.Media.Tests.Node;

/// <summary>Somebody who knows port, and even user names, but no password, while a meeting goes on.</summary>
public sealed class HostileTrafficTests
{
    [Fact]
    public async Task Forged_checks_garbage_and_stray_media_disturb_nobody()
    {
        await using var node = MediaNode.MediaNode.Start(new() { Loops = 1, AdvertisedAddresses = [IPAddress.Loopback] });
        var room = node.OpenRoom("r");
        using var publisher = new SocketBrowser(room, "publisher", 1);
        using var viewer = new SocketBrowser(room, "viewer", 2);
        await room.InvokeAsync((r, now) => r.AddParticipant(now, publisher.Id));
        await room.InvokeAsync((r, now) => r.AddParticipant(now, viewer.Id));
        await publisher.ConnectAsync(ConnectionKey.Uplink);
        var key = ConnectionKey.DownlinkOf(publisher.Id);
        var victim = await viewer.ConnectAsync(key);
        SocketBrowser.PumpUntil(() => viewer.ReceivedPackets > 100, publisher, viewer);
        var path = await room.InvokeAsync((r, _) => r.Find(viewer.Id)!.Connections[key].Connection.Ice.SelectedPath);

        using var attacker = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        attacker.Connect(IPAddress.Loopback, node.UdpPorts[0]);
        var username = $"{victim.Peer.Ice.Remote!.Value.UsernameFragment}:{victim.Peer.Ice.Local.UsernameFragment}";
        var random = new Random(1);
        long sent = 0;
        var enough = viewer.ReceivedPackets + 500;
        SocketBrowser.PumpUntil(Attack, publisher, viewer);

        var statistics = node.Statistics.Loops[0];
        Assert.True(sent > 1_000);
        Assert.True(statistics.Drops[MediaDropReason.UnknownAddress] > 100);
        Assert.Equal(path, await room.InvokeAsync((r, _) => r.Find(viewer.Id)!.Connections[key].Connection.Ice.SelectedPath));
        var rejected = await room.InvokeAsync((r, _) => r.Find(viewer.Id)!.Connections[key].Connection.Drops[DropReason.StunRejected]);
        Assert.True(rejected > 100);
        Assert.All(viewer.Connections.SelectMany(c => c.VideoPlayers), p => Assert.True(p.LongestFreeze < TimeSpan.FromSeconds(2)));
        Assert.Equal(0, statistics.ConnectionFaults + statistics.RoomFaults + statistics.LoopFaults);

        bool Attack()
        {
            for (var i = 0; i < 10; i++, sent += 3)
            {
                attacker.Send(ForgedCheck(username));
                var media = new byte[random.Next(12, 1200)];
                random.NextBytes(media);
                media[0] = 0x80;
                attacker.Send(media);
                random.NextBytes(media);
                attacker.Send(media);
            }

            return viewer.ReceivedPackets >= enough;
        }
    }

    private static byte[] ForgedCheck(string username)
    {
        var check = new StunWriter(new byte[256], StunClass.Request, StunMethod.Binding, "0123456789ab"u8);
        check.AddText(StunAttributeType.Username, username);
        check.AddUInt64(StunAttributeType.IceControlling, 1);
        check.AddUseCandidate();
        check.AddPriority(uint.MaxValue);
        check.AddMessageIntegrity("a guess"u8);
        check.AddFingerprint();
        return check.Written.ToArray();
    }
}
