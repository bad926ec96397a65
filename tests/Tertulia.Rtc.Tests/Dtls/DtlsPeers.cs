using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Tests.Dtls;

/// <summary>What the network between two peers does to datagrams.</summary>
internal sealed record DtlsNetwork(double Loss = 0, double Duplication = 0, int DelayMilliseconds = 20, int JitterMilliseconds = 0);

/// <summary>A client and a server joined by a seeded network, in virtual time.</summary>
internal sealed class DtlsPeers : IDisposable
{
    public static readonly DtlsCertificate ServerCertificate = NewCertificate();
    public static readonly DtlsCertificate ClientCertificate = NewCertificate();
    public static readonly NetworkPath Path = new(TransportAddress.FromIPv4(0x7f000001, 5000), TransportAddress.FromIPv4(0x7f000001, 5001));

    private readonly PriorityQueue<(DtlsTransport To, byte[] Datagram), (Instant, int)> _inFlight = new();
    private readonly DatagramBatch _outbox = new(32);
    private readonly DtlsNetwork _network;
    private readonly Random _random;
    private int _sent;

    public DtlsPeers(
        DtlsNetwork? network = null, int seed = 1, DtlsCertificate? clientCertificate = null,
        IReadOnlyList<DtlsFingerprint>? serverExpects = null, IReadOnlyList<DtlsFingerprint>? clientExpects = null)
    {
        _network = network ?? new();
        _random = new(seed);
        clientCertificate ??= ClientCertificate;
        Server = new(DtlsRole.Server, ServerCertificate, serverExpects ?? [clientCertificate.Fingerprint]);
        Client = new(DtlsRole.Client, clientCertificate, clientExpects ?? [ServerCertificate.Fingerprint]);
    }

    public DtlsTransport Server { get; }

    public DtlsTransport Client { get; }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1_000_000);

    /// <summary>When something last happened.</summary>
    public Instant LastEvent { get; private set; }

    /// <summary>Datagrams offered to the network, and the longest of them.</summary>
    public int Sent => _sent;

    public int LongestDatagram { get; private set; }

    public int ServerBytes { get; private set; }

    /// <summary>May change or (by null) drop a datagram on its way; the flag says whether the client sent it.</summary>
    public Func<bool, byte[], byte[]?> OnPath { get; set; } = (_, datagram) => datagram;

    public static DtlsCertificate NewCertificate() =>
        DtlsCertificate.Create(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Runs until nothing is on its way and no deadline is left, or for so long in virtual time.</summary>
    public void Run(TimeSpan? limit = null)
    {
        var end = Now + (limit ?? TimeSpan.FromSeconds(30));
        Send(Client);
        Send(Server);
        while (true)
        {
            var next = Instant.Min(Client.NextDeadline, Server.NextDeadline);
            if (_inFlight.TryPeek(out _, out var arrival)) next = Instant.Min(next, arrival.Item1);
            if (next > end)
            {
                Now = end;
                return;
            }

            Now = LastEvent = Instant.Max(Now, next);
            while (_inFlight.TryPeek(out var flying, out arrival) && arrival.Item1 <= Now)
            {
                _inFlight.Dequeue();
                flying.To.HandleDatagram(Now, flying.Datagram);
                Send(flying.To);
            }

            foreach (var peer in (DtlsTransport[])[Client, Server])
            {
                if (peer.NextDeadline > Now) continue;
                peer.HandleTimeout(Now);
                Send(peer);
            }
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }

    public void Send(DtlsTransport from)
    {
        from.Poll(Now, Path, _outbox);
        byte[][] datagrams = [.. Enumerable.Range(0, _outbox.Count).Select(i => _outbox.Datagram(i).ToArray())];
        _outbox.Clear();
        foreach (var datagram in datagrams)
        {
            LongestDatagram = Math.Max(LongestDatagram, datagram.Length);
            if (from == Server) ServerBytes += datagram.Length;
            if (OnPath(from == Client, datagram) is not { } passed) continue;
            do Deliver(from == Client ? Server : Client, passed);
            while (_random.NextDouble() < _network.Duplication);
        }
    }

    private void Deliver(DtlsTransport to, byte[] datagram)
    {
        _sent++;
        if (_random.NextDouble() < _network.Loss) return;
        var delay = _network.DelayMilliseconds + _random.Next(_network.JitterMilliseconds + 1);
        _inFlight.Enqueue((to, datagram), (Now + TimeSpan.FromMilliseconds(delay), _sent));
    }
}
