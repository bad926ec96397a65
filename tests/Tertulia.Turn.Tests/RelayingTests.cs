using System.Net;
using System.Text;
using Tertulia.Rtc.Stun;
using Tertulia.Turn.Tests.Support;

namespace Tertulia.Turn.Tests;

/// <summary>Permissions, channels, and who may be reached (RFC 8656 sections 9 to 12 and 21).</summary>
public sealed class RelayingTests
{
    private static readonly IPEndPoint s_peer = new(IPAddress.Parse("8.8.8.8"), 7777);

    private readonly TurnBench _bench = new();
    private readonly TurnTestClient _client;
    private readonly ushort _port;

    public RelayingTests()
    {
        _client = _bench.Client();
        _port = (ushort)_client.Allocate().Relayed!.Port;
    }

    [Fact]
    public void Without_permission_nothing_passes_in_either_direction()
    {
        Assert.Null(_client.SendTo(s_peer, "hello"));
        Assert.Empty(_bench.FromPeer(_port, s_peer, "hello"u8));
        Assert.Equal(2, _bench.Server.Statistics.Drops(TurnDropReason.NoPermission));
    }

    [Fact]
    public void A_permission_lets_all_ports_of_an_address_pass_for_five_minutes()
    {
        Assert.True(_client.Permit("8.8.8.8").IsSuccess);
        Assert.Equal((s_peer, PeerRoute.Network, "hello"), _client.SendTo(s_peer, "hello"));
        Assert.True(StunMessage.TryParse(_bench.FromPeer(_port, new(s_peer.Address, 1), "back"u8), out var data));
        Assert.Equal((StunClass.Indication, StunMethod.Data), (data.Class, data.Method));
        Assert.True(data.TryGetXorAddress(StunAttributeType.XorPeerAddress, out var from));
        Assert.True(data.TryGetAttribute(StunAttributeType.Data, out var value));
        Assert.Equal(new IPEndPoint(s_peer.Address, 1), from.ToIPEndPoint());
        Assert.Equal("back"u8, value);

        _bench.Pass(TimeSpan.FromMinutes(5));
        Assert.Null(_client.SendTo(s_peer, "hello"));
        Assert.Empty(_bench.FromPeer(_port, s_peer, "late"u8));
    }

    [Fact]
    public void A_channel_carries_both_ways_for_ten_minutes()
    {
        Assert.True(_client.Bind(0x4001, s_peer).IsSuccess);
        Assert.Equal((s_peer, PeerRoute.Network, "hello"), _client.SendByChannel(0x4001, "hello"));
        Assert.Equal([0x40, 0x01, 0, 3, (byte)'a', (byte)'b', (byte)'c'], _bench.FromPeer(_port, s_peer, "abc"u8));
        _bench.Pass(TimeSpan.FromMinutes(6));
        Assert.True(_client.Bind(0x4001, s_peer).IsSuccess);
        _client.Refresh(3600);
        _bench.Pass(TimeSpan.FromMinutes(9));
        Assert.NotNull(_client.SendByChannel(0x4001, "hello"));
        _bench.Pass(TimeSpan.FromMinutes(2));
        Assert.Null(_client.SendByChannel(0x4001, "hello"));
        Assert.Empty(_bench.FromPeer(_port, s_peer, "late"u8));
    }

    [Fact]
    public void A_channel_on_a_byte_stream_is_padded()
    {
        var client = _bench.Client(port: 2, carrier: 7);
        var port = (ushort)client.Allocate().Relayed!.Port;
        client.Bind(0x4000, s_peer);
        Assert.Equal([0x40, 0, 0, 3, (byte)'a', (byte)'b', (byte)'c', 0], _bench.FromPeer(port, s_peer, "abc"u8));
    }

    [Fact]
    public void Number_and_peer_of_a_channel_belong_together()
    {
        _client.Bind(0x4000, s_peer);
        Assert.Equal(400, _client.Bind(0x4000, new(s_peer.Address, 8)).Error);
        Assert.Equal(400, _client.Bind(0x4002, s_peer).Error);
        Assert.Equal(400, _client.Bind(0x3fff, new(s_peer.Address, 9)).Error);
        Assert.Equal(400, _client.Bind(0x8000, new(s_peer.Address, 9)).Error);
        Assert.True(_client.Bind(0x7fff, new(s_peer.Address, 9)).IsSuccess);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.9.9")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("198.18.0.1")]
    public void Peers_inside_are_refused(string address)
    {
        Assert.Equal(403, _client.Permit(address).Error);
        Assert.Equal(403, _client.Bind(0x4000, new(IPAddress.Parse(address), 80)).Error);
    }

    [Theory]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fc00::1")]
    [InlineData("ff02::1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:a00:1::1")]
    [InlineData("::10.0.0.1")]
    [InlineData("2001:0:1::1")]
    public void Peers_inside_are_refused_in_IPv6_and_its_disguises(string address)
    {
        var client = _bench.Client(port: 3);
        client.Allocate((ref StunWriter request) => request.AddUInt32(StunAttributeType.AdditionalAddressFamily, 2u << 24));
        Assert.Equal(403, client.Permit(address).Error);
        Assert.Equal(403, client.Permit("1.1.1.1", address).Error);
        Assert.Null(client.SendTo(new(IPAddress.Parse("1.1.1.1"), 5), "all or nothing"));
    }

    [Fact]
    public void A_mapped_address_is_seen_through()
    {
        Assert.Equal(403, _client.Bind(0x4000, new(IPAddress.Parse("::ffff:10.0.0.1"), 80)).Error);
    }

    [Fact]
    public void Our_own_media_and_relays_are_reached_though_the_address_is_inside()
    {
        var media = new IPEndPoint(IPAddress.Loopback, TableRelayPorts.MediaPort);
        Assert.True(_client.Bind(0x4000, media).IsSuccess);
        Assert.Equal((media, PeerRoute.Own, "check"), _client.SendByChannel(0x4000, "check"));

        var other = _bench.Client("mtg/bob", 2).Allocate().Relayed!;
        Assert.True(_client.Bind(0x4001, other).IsSuccess);
        Assert.Equal(PeerRoute.Own, _client.SendByChannel(0x4001, "x")!.Value.Route);
    }

    [Fact]
    public void No_other_port_of_our_own_addresses_is_reached()
    {
        foreach (var address in (IPAddress[])[IPAddress.Loopback, TableRelayPorts.IPv4])
        {
            Assert.Equal(403, _client.Bind(0x4000, new(address, 22)).Error);
            Assert.True(_client.Permit(address.ToString()).IsSuccess); // a permission knows no port
            Assert.Null(_client.SendTo(new(address, 22), "ssh"));
        }

        Assert.Equal(2, _bench.Server.Statistics.Drops(TurnDropReason.Refused));
    }

    [Fact]
    public void What_the_operator_opens_is_open()
    {
        var bench = new TurnBench(options => options with { Peers = new([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("127.0.0.0/8")]) });
        var client = bench.Client();
        client.Allocate();
        Assert.True(client.Permit("10.1.2.3").IsSuccess);
        Assert.True(client.Bind(0x4000, new(IPAddress.Loopback, 9)).IsSuccess);
        Assert.Equal(PeerRoute.Network, client.SendByChannel(0x4000, "x")!.Value.Route);
        Assert.Equal(403, client.Permit("192.168.0.1").Error);
    }

    [Fact]
    public void What_is_relayed_is_counted_for_its_participant()
    {
        _client.Bind(0x4000, s_peer);
        _client.SendByChannel(0x4000, "12345");
        _bench.FromPeer(_port, s_peer, "1234567"u8);
        var usage = new List<TurnUsage>();
        _bench.Server.CollectUsage(usage);
        Assert.Equal([new("mtg/ada", 12)], usage);
        _client.SendByChannel(0x4000, "123");
        _bench.Server.EndUser("mtg/ada");
        _bench.Server.CollectUsage(usage);
        Assert.Equal(new("mtg/ada", 3), usage[^1]);
    }

    [Fact]
    public void An_unproved_address_is_answered_little_and_seldom()
    {
        var answered = 0;
        var longest = 0;
        for (var i = 0; i < 1000; i++)
        {
            var answer = _bench.Client(port: 5000 + i).Ask(StunMethod.Allocate, signed: false);
            if (answer.Bytes.Length > 0) answered++;
            longest = Math.Max(longest, answer.Bytes.Length);
        }

        Assert.InRange(answered, 1, 200);
        Assert.InRange(longest, 1, 100);
        Assert.Equal(1000 - answered, _bench.Server.Statistics.Drops(TurnDropReason.RateLimited));
    }

    [Fact]
    public void A_relayed_packet_allocates_nothing()
    {
        _client.Bind(0x4000, s_peer);
        var outbox = new Rtc.Net.DatagramBatch();
        var message = new byte[1204];
        Assert.True(ChannelData.TryWrite(message, 0x4000, new byte[1200], padded: false, out _));
        var path = _client.Path;
        var peer = Rtc.Net.TransportAddress.From(s_peer);
        Run(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(10_000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                outbox.Clear();
                Assert.True(_bench.Server.HandleClient(_bench.Now, path, message, outbox, out var relayed));
                _bench.Server.HandlePeer(_bench.Now, _port, peer, relayed.Payload, outbox);
            }
        }
    }

    [Fact]
    public void A_datagram_that_no_longer_fits_is_dropped_and_counted()
    {
        _client.Bind(0x4000, s_peer);
        Assert.Empty(_bench.FromPeer(_port, s_peer, new byte[1470]));
        Assert.Equal(1, _bench.Server.Statistics.Drops(TurnDropReason.TooLong));
        Assert.Equal(4 + 1468, _bench.FromPeer(_port, s_peer, new byte[1468]).Length);
    }
}
