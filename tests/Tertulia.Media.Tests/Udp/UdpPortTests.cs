using System.Net;
using System.Net.Sockets;
using Tertulia.Rtc.Net;
using Tertulia.Udp;
using Tertulia.Udp.Linux;
using Tertulia.Udp.Portable;

namespace Tertulia.Media.Tests.Udp;

/// <summary>On loopback. Both implementations pass the same tests, except for what only Linux can do.</summary>
public sealed class UdpPortTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<IDisposable> _open = [];
    private readonly ReceiveBatch _received = new();
    private readonly DatagramBatch _outbox = new(64);

    public static TheoryData<bool, string> Kinds => new()
    {
        { false, "127.0.0.1" }, { false, "::1" }, { true, "127.0.0.1" }, { true, "::1" },
    };

    public void Dispose() => _open.ForEach(o => o.Dispose());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_datagram_and_its_answer_find_their_way(bool portable, string ip)
    {
        var port = Open(portable);
        using var client = Client(ip, port);
        client.Send("question"u8);
        ReceiveAll(port, 1);
        var path = _received.Path(0);
        Assert.Equal("question"u8.ToArray(), _received.Datagram(0).ToArray());
        Assert.Equal(client.LocalEndPoint, path.Remote.ToIPEndPoint());
        if (!portable) Assert.Equal(client.RemoteEndPoint, path.Local.ToIPEndPoint());

        _outbox.Add(path, "answer"u8);
        port.Send(_outbox);
        Assert.Equal(0, _outbox.Count);
        Assert.Equal("answer"u8.ToArray(), Read(client));
        Assert.Equal(1, port.Statistics.SentDatagrams);
        Assert.Equal(6, port.Statistics.SentBytes);
        Assert.Equal(1, port.Statistics.ReceivedDatagrams);
        Assert.Equal(8, port.Statistics.ReceivedBytes);
    }

    [LinuxFact]
    public void The_answer_leaves_from_the_address_that_was_asked()
    {
        var port = Open();
        foreach (var ip in new[] { "127.0.0.2", "127.7.7.7", "127.0.0.1" })
        {
            using var client = Client(ip, port); // connected: hears nothing from another address
            client.Send("question"u8);
            ReceiveAll(port, 1);
            Assert.Equal(ip, _received.Path(0).Local.ToIPEndPoint().Address.ToString());
            Assert.Equal(port.LocalEndPoint.Port, _received.Path(0).Local.Port);
            _outbox.Add(_received.Path(0), "answer"u8);
            port.Send(_outbox);
            Assert.Equal("answer"u8.ToArray(), Read(client));
        }
    }

    [LinuxFact]
    public void A_kernel_without_IPv6_serves_IPv4_alike()
    {
        var port = Track(new LinuxUdpPort(new(), inet6: false));
        Assert.Equal(IPAddress.Any, port.LocalEndPoint.Address);
        using var client = Client("127.7.7.7", port);
        client.Send("question"u8);
        ReceiveAll(port, 1);
        Assert.Equal(client.LocalEndPoint, _received.Path(0).Remote.ToIPEndPoint());
        Assert.Equal(client.RemoteEndPoint, _received.Path(0).Local.ToIPEndPoint());
        for (byte i = 0; i < 3; i++) _outbox.Add(_received.Path(0), [i]);
        port.Send(_outbox);
        Assert.Equal([[0], [1], [2]], new[] { Read(client), Read(client), Read(client) });
        Assert.Equal(1, port.Statistics.SegmentedRuns);
    }

    [LinuxFact]
    public void A_port_of_one_address_only_works_alike()
    {
        var port = Track(UdpPort.Open(new() { Address = IPAddress.Loopback }));
        using var client = Client("127.0.0.1", port);
        client.Send(default(ReadOnlySpan<byte>));
        ReceiveAll(port, 1);
        Assert.Equal(0, _received.Datagram(0).Length);
        Assert.Equal(IPAddress.Loopback, _received.Path(0).Local.ToIPEndPoint().Address);
        _outbox.Add(_received.Path(0), []);
        port.Send(_outbox);
        Assert.Equal([], Read(client));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Interleaved_bursts_arrive_whole_and_in_order(bool portable)
    {
        var port = Open(portable);
        var clients = Enumerable.Range(0, 3).Select(_ => Track(new Socket(SocketType.Dgram, ProtocolType.Udp))).ToArray();
        foreach (var client in clients) client.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        for (byte packet = 0; packet < 20; packet++)
        {
            foreach (var client in clients)
            {
                var datagram = new byte[packet % 7 == 6 ? 300 : 1200];
                datagram[0] = packet;
                _outbox.Add(new(TransportAddress.From((IPEndPoint)client.LocalEndPoint!), default), datagram);
            }
        }

        port.Send(_outbox);
        foreach (var client in clients)
        {
            for (byte packet = 0; packet < 20; packet++)
            {
                var datagram = Read(client);
                Assert.Equal(packet % 7 == 6 ? 300 : 1200, datagram.Length);
                Assert.Equal(packet, datagram[0]);
            }
        }

        Assert.Equal(60, port.Statistics.SentDatagrams);
        if (!portable) Assert.Equal(9, port.Statistics.SegmentedRuns); // 7 + 7 + 6 datagrams for each of three
    }

    [LinuxFact]
    public void A_coalescing_port_sees_single_datagrams()
    {
        var sender = Open();
        var port = Track(UdpPort.Open(new() { Coalescing = true }));
        var batch = new ReceiveBatch(8, ReceiveBatch.CoalescedSlotSize);
        var path = new NetworkPath(TransportAddress.From(IPAddress.Loopback, (ushort)port.LocalEndPoint.Port), default);
        for (byte i = 0; i < 20; i++)
        {
            var datagram = new byte[i == 19 ? 77 : 1200];
            datagram[0] = i;
            _outbox.Add(path, datagram);
        }

        sender.Send(_outbox);
        byte next = 0;
        WaitUntil(port, () =>
        {
            port.Receive(batch);
            for (var i = 0; i < batch.Count; i++, next++)
            {
                Assert.Equal(next == 19 ? 77 : 1200, batch.Datagram(i).Length);
                Assert.Equal(next, batch.Datagram(i)[0]);
                Assert.Equal(sender.LocalEndPoint.Port, batch.Path(i).Remote.Port);
            }

            return next == 20;
        });
        Assert.True(port.Statistics.CoalescedReads > 0);
        Assert.Equal(20, port.Statistics.ReceivedDatagrams);
    }

    [LinuxFact]
    public void A_run_that_the_kernel_refuses_goes_out_as_single_datagrams()
    {
        var port = (LinuxUdpPort)Open();
        DisableChecksums(port);
        using var client = Client("127.0.0.1", port);
        var path = new NetworkPath(TransportAddress.From((IPEndPoint)client.LocalEndPoint!), default);
        for (byte i = 0; i < 3; i++) _outbox.Add(path, [i]);
        port.Send(_outbox);
        Assert.Equal([[0], [1], [2]], new[] { Read(client), Read(client), Read(client) });
        Assert.Equal(1, port.Statistics.SegmentationRefusals);
        Assert.Equal(0, port.Statistics.SegmentedRuns);
        Assert.Equal(3, port.Statistics.SentDatagrams);
    }

    [LinuxFact]
    public void A_run_that_cannot_be_sent_at_all_harms_no_other()
    {
        var port = Open();
        using var client = Client("127.0.0.1", port);
        var good = new NetworkPath(TransportAddress.From((IPEndPoint)client.LocalEndPoint!), default);
        var foreignSource = good with { Local = TransportAddress.From(IPAddress.Parse("198.51.100.1"), 1) };
        for (byte i = 0; i < 3; i++)
        {
            _outbox.Add(foreignSource, new byte[100]);
            _outbox.Add(good, [i]);
        }

        port.Send(_outbox);
        Assert.Equal([[0], [1], [2]], new[] { Read(client), Read(client), Read(client) });
        Assert.Equal(3, Enum.GetValues<UdpSendError>().Sum(port.Statistics.SendErrors));
        Assert.Equal(3, port.Statistics.SentDatagrams);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nobody_listening_there_is_no_error_here(bool portable)
    {
        var port = Open(portable);
        using var gone = Client("127.0.0.1", port);
        var path = new NetworkPath(TransportAddress.From((IPEndPoint)gone.LocalEndPoint!), default);
        gone.Dispose();
        using var client = Client("127.0.0.1", port);
        for (var i = 0; i < 10; i++)
        {
            _outbox.Add(path, [1]);
            port.Send(_outbox);
        }

        client.Send("still here"u8);
        ReceiveAll(port, 1);
        Assert.Equal("still here"u8.ToArray(), _received.Datagram(0).ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_datagram_longer_than_a_slot_is_dropped_and_counted(bool portable)
    {
        var port = Open(portable);
        using var client = Client("127.0.0.1", port);
        client.Send(new byte[3000]);
        client.Send([1, 2, 3]);
        ReceiveAll(port, 1);
        Assert.Equal([1, 2, 3], _received.Datagram(0).ToArray());
        Assert.Equal(1, port.Statistics.Truncated);
    }

    [LinuxFact]
    public void What_the_kernel_drops_is_counted()
    {
        var port = Track(UdpPort.Open(new() { BufferSize = 4096 }));
        using var client = Client("127.0.0.1", port);
        for (var i = 0; i < 100; i++) client.Send(new byte[1000]);
        long drained;
        do
        {
            drained = port.Statistics.ReceivedDatagrams;
            port.Receive(_received);
        }
        while (port.Statistics.ReceivedDatagrams > drained);
        client.Send([1]); // the count comes with the next datagram
        ReceiveAll(port, 1);
        Assert.Equal(101, port.Statistics.ReceivedDatagrams + port.Statistics.ReceiveBufferOverflows);
        Assert.True(port.Statistics.ReceiveBufferOverflows > 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_busy_port_is_named(bool portable)
    {
        var taken = Open(portable).LocalEndPoint.Port;
        var options = new UdpPortOptions { Port = taken };
        var failure = Assert.Throws<UdpPortBusyException>(() => portable ? new PortableUdpPort(options) : UdpPort.Open(options));
        Assert.Equal(taken, failure.Port);
        Assert.Contains(taken.ToString(), failure.Message);
    }

    [Fact]
    public void An_address_of_another_host_cannot_be_opened() =>
        Assert.Throws<IOException>(() => UdpPort.Open(new() { Address = IPAddress.Parse("198.51.100.1") }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Waiting_ends_by_time_by_a_datagram_or_by_a_call(bool portable)
    {
        var port = Open(portable);
        Assert.False(port.Wait(TimeSpan.Zero));
        Assert.False(port.Wait(TimeSpan.FromMilliseconds(-5)));
        Assert.False(port.Wait(TimeSpan.FromMilliseconds(1)));

        port.Wake(); // before anybody waits
        port.Wake();
        Assert.True(port.Wait(Timeout.InfiniteTimeSpan));
        Assert.False(port.Wait(TimeSpan.FromMilliseconds(1)));

        var waiter = new Thread(() => port.Wait(Timeout.InfiniteTimeSpan)) { IsBackground = true };
        waiter.Start();
        port.Wake();
        Assert.True(waiter.Join(Patience));

        using var client = Client("127.0.0.1", port);
        client.Send([1]);
        Assert.True(port.Wait(Patience));
        Assert.Equal(1, port.Receive(_received));
        Assert.Equal(0, port.Receive(_received));

        port.Dispose();
        port.Wake();
    }

    [LinuxFact]
    public void Steady_traffic_allocates_nothing()
    {
        var port = Open();
        var peer = Open();
        var path = new NetworkPath(TransportAddress.From(IPAddress.Loopback, (ushort)peer.LocalEndPoint.Port), default);
        var payload = new byte[1200];
        Exchange(50);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(200);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Exchange(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                for (var n = 0; n < 20; n++) _outbox.Add(path, payload);
                port.Send(_outbox);
                for (var got = 0; got < 20; got += peer.Receive(_received)) peer.Wait(Patience);
            }
        }
    }

    // Without checksums the kernel refuses to segment (udp_send_skb), as it does on devices that cannot compute them.
    private static unsafe void DisableChecksums(LinuxUdpPort port)
    {
        const int noCheck = 11;
        var one = 1;
        Assert.Equal(0, Native.SetSockOpt(port.Descriptor, Native.SolSocket, noCheck, &one, sizeof(int)));
    }

    private UdpPort Open(bool portable = false) => Track(portable ? new PortableUdpPort(new()) : UdpPort.Open(new()));

    private T Track<T>(T opened)
        where T : IDisposable
    {
        _open.Add(opened);
        return opened;
    }

    private static Socket Client(string ip, UdpPort port)
    {
        var address = IPAddress.Parse(ip);
        var client = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        client.Connect(new IPEndPoint(address, port.LocalEndPoint.Port));
        return client;
    }

    private static byte[] Read(Socket socket)
    {
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        var buffer = new byte[2048];
        return buffer[..socket.Receive(buffer)];
    }

    private void ReceiveAll(UdpPort port, int count) => WaitUntil(port, () => port.Receive(_received) >= count);

    private static void WaitUntil(UdpPort port, Func<bool> condition)
    {
        while (!condition()) Assert.True(port.Wait(Patience), "nothing came in time");
    }
}

/// <summary>Passed over by name where the system is another one.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux()) Skip = "needs Linux";
    }
}
