using System.Buffers.Binary;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Tests.Dtls;

public sealed class DtlsHelloTests
{
    private readonly DatagramBatch _outbox = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_hello_in_two_datagrams_may_come_in_any_order(bool reversed)
    {
        using var peers = new DtlsPeers();
        var first = true;
        peers.OnPath = (fromClient, datagram) =>
        {
            if (!fromClient || !first) return datagram;
            first = false;
            var fragments = ClientHellos.Fragment(ClientHellos.BodyOf(datagram), 100);
            if (reversed) Array.Reverse(fragments);
            peers.Server.HandleDatagram(peers.Now, fragments[0]);
            peers.Send(peers.Server);
            Assert.Equal(0, peers.ServerBytes);
            return fragments[1];
        };
        peers.Run();
        DtlsHandshakeTests.AssertConnected(peers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_browsers_hello_in_two_datagrams_is_answered_with_dtls_12_and_gcm(bool reversed)
    {
        var body = ClientHellos.Browser();
        Assert.InRange(body.Length, 1300, 1480);
        var fragments = ClientHellos.Fragment(body, 1175);
        if (reversed) Array.Reverse(fragments);
        using var server = new DtlsTransport(DtlsRole.Server, DtlsPeers.ServerCertificate, [DtlsPeers.ClientCertificate.Fingerprint]);
        foreach (var fragment in fragments)
        {
            Assert.Empty(Poll(server));
            server.HandleDatagram(Instant.Zero, fragment);
        }

        var flight = Poll(server);
        Assert.NotEmpty(flight);
        Assert.All(flight, datagram => Assert.InRange(datagram.Length, 1, DtlsTransport.Mtu));
        var hello = flight[0];
        Assert.Equal((22, 2), (hello[0], hello[13]));
        Assert.Equal(0xfefd, BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(25)));

        // use_srtp of the ServerHello: ours is GCM although the browser named AES-CM first.
        Assert.True(hello.AsSpan().IndexOf((byte[])[0, 14, 0, 5, 0, 2, 0, 7, 0]) > 0);
        Assert.Equal(DtlsState.Handshaking, server.State);
    }

    [Fact]
    public void A_hello_that_never_finishes_costs_nothing_and_is_given_up()
    {
        using var server = new DtlsTransport(DtlsRole.Server, DtlsPeers.ServerCertificate, [DtlsPeers.ClientCertificate.Fingerprint]);
        server.HandleDatagram(Instant.Zero, ClientHellos.Fragment(ClientHellos.Browser(), 700)[0]);
        Assert.Equal((DtlsFailure.Timeout, 0, 10_000L), RunOut(server));
    }

    [Fact]
    public void A_hello_without_a_second_flight_gets_a_bounded_answer()
    {
        using var server = new DtlsTransport(DtlsRole.Server, DtlsPeers.ServerCertificate, [DtlsPeers.ClientCertificate.Fingerprint]);
        var hello = ClientHellos.Fragment(ClientHellos.Browser())[0];
        server.HandleDatagram(Instant.Zero, hello);
        var once = Poll(server).Sum(datagram => datagram.Length);
        Assert.InRange(once, 300, 2000);
        var sent = once;
        for (var milliseconds = 1; milliseconds < 20_000; milliseconds++)
        {
            var now = Instant.FromMilliseconds(milliseconds);
            server.HandleDatagram(now, hello);
            server.HandleTimeout(now);
            sent += Poll(server).Sum(datagram => datagram.Length);
        }

        Assert.Equal(DtlsFailure.Timeout, server.Failure);
        Assert.InRange(sent, 2 * once, DtlsFlight.MaxSends * once);
    }

    [Fact]
    public void Only_a_hello_wakes_a_server()
    {
        using var server = new DtlsTransport(DtlsRole.Server, DtlsPeers.ServerCertificate, []);
        var hello = ClientHellos.Fragment(ClientHellos.Browser())[0];
        foreach (var change in (Action<byte[]>[])[d => d[0] = 23, d => d[0] = 0x80, d => d[1] = 3, d => d[4] = 1, d => d[11] = 0xff, d => d[13] = 2])
        {
            var changed = hello.ToArray();
            change(changed);
            server.HandleDatagram(Instant.Zero, changed);
        }

        server.HandleDatagram(Instant.Zero, []);
        server.HandleDatagram(Instant.Zero, hello.AsSpan(0, 12));
        server.HandleDatagram(Instant.Zero, new byte[70_000]);
        Assert.Equal((DtlsState.New, 9L, Instant.Never), (server.State, server.DroppedDatagrams, server.NextDeadline));
    }

    private (DtlsFailure?, int Bytes, long Milliseconds) RunOut(DtlsTransport transport)
    {
        var bytes = 0;
        var last = Instant.Zero;
        while (transport.NextDeadline != Instant.Never)
        {
            last = transport.NextDeadline;
            transport.HandleTimeout(last);
            bytes += Poll(transport).Sum(datagram => datagram.Length);
        }

        return (transport.Failure, bytes, last.Milliseconds);
    }

    private List<byte[]> Poll(DtlsTransport transport)
    {
        _outbox.Clear();
        transport.Poll(Instant.Zero, DtlsPeers.Path, _outbox);
        return [.. Enumerable.Range(0, _outbox.Count).Select(i => _outbox.Datagram(i).ToArray())];
    }
}
