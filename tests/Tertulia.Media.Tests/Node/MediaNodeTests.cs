using System.Net;
using System.Net.Sockets;
using Tertulia.MediaNode;
using Tertulia.Rtc.Stun;
using Tertulia.Sfu;
using Tertulia.Udp;

namespace Tertulia.Media.Tests.Node;

public sealed class MediaNodeTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<MediaFault> _faults = [];
    private Tertulia.MediaNode.MediaNode _node = null!;

    public Task InitializeAsync()
    {
        _node = Tertulia.MediaNode.MediaNode.Start(new() { Loops = 2, FaultHandler = OnFault });
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1", 0)]
    [InlineData("127.0.0.1", 1)]
    [InlineData("::1", 0)]
    public void Every_loop_is_a_plain_STUN_server(string ip, int loop)
    {
        using var client = Client(ip, loop);
        client.Send(StunResponderTests.Question());
        Assert.True(StunMessage.TryParse(Read(client), out var answer));
        Assert.True(answer.TryGetXorMappedAddress(out var address));
        Assert.Equal(client.LocalEndPoint, address.ToIPEndPoint());
        Assert.Equal(1, Statistics(loop, s => s.StunAnswers == 1).StunAnswers);
    }

    [Fact]
    public void Stun_endpoints_name_the_first_loop_at_every_address_loopback_last()
    {
        Assert.All(_node.StunEndpoints, e => Assert.Equal(_node.UdpPorts[0], e.Port));
        Assert.Equal(_node.Addresses, _node.StunEndpoints.Select(e => e.Address));
        Assert.Equal(IPAddress.Loopback, _node.StunEndpoints[^1].Address);
    }

    [Fact]
    public async Task Commands_run_on_the_loop_and_their_answers_and_exceptions_come_back()
    {
        var room = _node.OpenRoom("r");
        var thread = await room.InvokeAsync((_, _) => Thread.CurrentThread.Name);
        Assert.StartsWith("media-", thread);
        Assert.NotEqual(thread, Thread.CurrentThread.Name);

        await room.InvokeAsync((r, now) => r.AddParticipant(now, new("p")));
        Assert.Equal(1, await room.InvokeAsync((r, _) => r.ParticipantCount));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await room.InvokeAsync((r, now) => r.AddParticipant(now, new("p"))));
        Assert.Equal(1, await room.InvokeAsync((r, _) => r.ParticipantCount)); // a failed command harms nothing
    }

    [Fact]
    public async Task Commands_of_one_caller_keep_their_order_and_time_does_not_go_back()
    {
        var room = _node.OpenRoom("r");
        var order = new List<int>();
        var times = new List<Rtc.Net.Instant>();
        var posted = Enumerable.Range(0, 10_000).Select(i => room.InvokeAsync((_, now) =>
        {
            order.Add(i);
            times.Add(now);
        }).AsTask()).ToArray();
        await Task.WhenAll(posted);
        Assert.Equal(10_000, order.Count);
        Assert.Equal(times, times.Order());
    }

    [Fact]
    public async Task A_cancelled_command_does_not_run()
    {
        var room = _node.OpenRoom("r");
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var blocking = room.InvokeAsync((_, _) =>
        {
            entered.Set();
            release.Wait(Patience);
        });
        entered.Wait(Patience);
        var ran = false;
        var cancelled = room.InvokeAsync((_, _) => ran = true, cancellation.Token);
        await cancellation.CancelAsync();
        release.Set();
        await blocking;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await cancelled);
        Assert.False(ran);
    }

    [Fact]
    public async Task A_closed_room_takes_no_commands_and_its_events_end()
    {
        var room = _node.OpenRoom("r");
        await room.InvokeAsync((r, now) => r.AddParticipant(now, new("p")));
        await room.DisposeAsync();
        await room.DisposeAsync();
        await room.Events.Completion.WaitAsync(Patience);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await room.InvokeAsync((r, _) => r.ParticipantCount));
        Assert.Equal(0, _node.Statistics.Rooms);
    }

    [Fact]
    public async Task Disposing_the_node_ends_its_rooms()
    {
        var room = _node.OpenRoom("r");
        var port = _node.UdpPorts[0];
        await _node.DisposeAsync();
        await room.Events.Completion.WaitAsync(Patience);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await room.InvokeAsync((r, _) => r.ParticipantCount));
        await room.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => _node.OpenRoom("s"));
        UdpPort.Open(new() { Port = port }).Dispose(); // the port is free again
    }

    [Fact]
    public async Task Rooms_are_spread_over_the_loops()
    {
        for (var i = 0; i < 6; i++) await _node.OpenRoom($"r{i}").InvokeAsync((r, _) => r.ParticipantCount);
        Assert.All([0, 1], loop => Assert.Equal(3, Statistics(loop, s => s.Rooms == 3).Rooms));
    }

    [Fact]
    public async Task A_room_keeps_away_from_the_port_where_its_participants_ask_STUN_and_TURN()
    {
        for (var i = 0; i < 16; i++)
        {
            var id = $"mtg_{i}";
            var service = Assert.NotNull(_node.ServicePortOf(id));
            Assert.Equal(service, _node.ServicePortOf(id));
            var offer = await _node.OpenRoom(id, service).InvokeAsync((r, now) =>
            {
                r.AddParticipant(now, new("p"));
                return r.Offer(now, new("p"), ConnectionKey.Uplink);
            });
            Assert.Contains("typ host", offer.Sdp);
            Assert.DoesNotContain($" {service} typ host", offer.Sdp);
        }
    }

    [Fact]
    public async Task With_one_port_alone_nobody_is_sent_there_for_STUN_and_TURN()
    {
        await using var node = MediaNode.MediaNode.Start(new() { Loops = 1 });
        Assert.Null(node.ServicePortOf("r"));
    }

    [Fact]
    public async Task Descriptions_name_the_addresses_and_the_port_of_the_room_s_loop()
    {
        var ports = new HashSet<int>();
        for (var i = 0; i < 2; i++)
        {
            var room = _node.OpenRoom($"r{i}");
            var offer = await room.InvokeAsync((r, now) =>
            {
                r.AddParticipant(now, new("p"));
                return r.Offer(now, new("p"), ConnectionKey.Uplink);
            });
            var port = Assert.Single(_node.UdpPorts, p => offer.Sdp!.Contains($"127.0.0.1 {p} typ host"));
            ports.Add(port);
            Assert.All(_node.Addresses, a => Assert.Contains($" {a} {port} typ host", offer.Sdp));
        }

        Assert.Equal(2, ports.Count);
    }

    [Fact]
    public async Task Advertised_addresses_stand_in_for_those_of_the_host()
    {
        await using var node = Tertulia.MediaNode.MediaNode.Start(new() { Loops = 1, AdvertisedAddresses = [IPAddress.Parse("203.0.113.5")] });
        var room = node.OpenRoom("r");
        var offer = await room.InvokeAsync((r, now) =>
        {
            r.AddParticipant(now, new("p"));
            return r.Offer(now, new("p"), ConnectionKey.Uplink);
        });
        Assert.Contains($" 203.0.113.5 {node.UdpPorts[0]} typ host", offer.Sdp);
        Assert.DoesNotContain(" 127.0.0.1 ", offer.Sdp);
        Assert.Equal([new IPEndPoint(IPAddress.Parse("203.0.113.5"), node.UdpPorts[0])], node.StunEndpoints);
    }

    [Fact]
    public void A_busy_port_is_named_and_the_ports_before_it_are_given_back()
    {
        using var taken = UdpPort.Open(new());
        var port = taken.LocalEndPoint.Port;
        var failure = Assert.Throws<UdpPortBusyException>(() => Tertulia.MediaNode.MediaNode.Start(new() { Loops = 2, UdpPort = port - 1 }));
        Assert.Contains($"UDP port {port} ", failure.Message);
        UdpPort.Open(new() { Port = port - 1 }).Dispose();
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        Assert.Contains("Loops", Assert.Throws<ArgumentOutOfRangeException>(() => Start(new() { Loops = 0 })).Message);
        Assert.Contains("UdpPort", Assert.Throws<ArgumentOutOfRangeException>(() => Start(new() { Loops = 2, UdpPort = 65535 })).Message);
        Assert.Contains("ConsentTimeout", Assert.Throws<ArgumentOutOfRangeException>(() => Start(new() { ConsentTimeout = TimeSpan.FromSeconds(31) })).Message);
        Assert.Contains("AdvertisedAddresses", Assert.Throws<ArgumentException>(() => Start(new() { AdvertisedAddresses = [] })).Message);

        static Tertulia.MediaNode.MediaNode Start(MediaNodeOptions options) => Tertulia.MediaNode.MediaNode.Start(options);
    }

    [Fact]
    public async Task A_flood_of_garbage_is_counted_and_stops_nobody()
    {
        var room = _node.OpenRoom("r");
        var random = new Random(7983);
        using var client = Client("127.0.0.1", 0);
        for (var i = 0; i < 20_000; i++)
        {
            var datagram = new byte[random.Next(200)];
            random.NextBytes(datagram);
            client.Send(datagram);
            if (i % 1_000 == 0) await room.InvokeAsync((r, _) => r.ParticipantCount);
        }

        Assert.Equal(0, await room.InvokeAsync((r, _) => r.ParticipantCount));
        var statistics = Statistics(0, s => s.ReceivedDatagrams + s.ReceiveLosses == 20_000);
        Assert.Equal(statistics.ReceivedDatagrams, statistics.Drops.Values.Sum());
        Assert.True(statistics.Drops[MediaDropReason.Garbage] > 1_000);
        Assert.True(statistics.Drops[MediaDropReason.UnknownAddress] > 1_000);
        Assert.True(statistics.Drops[MediaDropReason.Empty] > 10);
        Assert.Equal(0, statistics.SentDatagrams);

        client.Send(StunResponderTests.Question());
        Assert.True(StunMessage.TryParse(Read(client), out _));
    }

    [Fact]
    public void Checks_for_nobody_are_counted_and_not_answered()
    {
        using var client = Client("127.0.0.1", 0);
        var check = new StunWriter(new byte[128], StunClass.Request, StunMethod.Binding, new byte[12]);
        check.AddText(StunAttributeType.Username, "nobody:me");
        check.AddMessageIntegrity("password"u8);
        check.AddFingerprint();
        client.Send(check.Written);
        var statistics = Statistics(0, s => s.ReceivedDatagrams == 1 && s.Drops.Count > 0);
        Assert.Equal(1, statistics.Drops[MediaDropReason.UnknownUsername]);
        Assert.Equal(0, statistics.SentDatagrams);
    }

    private void OnFault(MediaFault fault)
    {
        lock (_faults) _faults.Add(fault);
    }

    private MediaLoopStatistics Statistics(int loop, Func<MediaLoopStatistics, bool> condition)
    {
        MediaLoopStatistics? statistics = null;
        Assert.True(SpinWait.SpinUntil(() => condition(statistics = _node.Statistics.Loops[loop]), Patience), $"{statistics}");
        return statistics!;
    }

    private Socket Client(string ip, int loop)
    {
        var address = IPAddress.Parse(ip);
        var client = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        client.Connect(new IPEndPoint(address, _node.UdpPorts[loop]));
        return client;
    }

    private static byte[] Read(Socket socket)
    {
        var buffer = new byte[2048];
        return buffer[..socket.Receive(buffer)];
    }
}
