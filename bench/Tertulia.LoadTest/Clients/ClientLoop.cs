using System.Collections.Concurrent;
using System.Net;
using Tertulia.LoadTest.Measures;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Net;
using Tertulia.Simulation;
using Tertulia.Udp;

namespace Tertulia.LoadTest.Clients;

/// <summary>
/// One thread with hundreds of clients: a socket for each connection, all in one epoll set, with receive coalescing. Connections belong
/// to this thread; others reach them by <see cref="InvokeAsync{T}"/>.
/// </summary>
internal sealed class ClientLoop : IDisposable
{
    private const int LastPort = 32_700; // below the ports that systems give out by themselves

    // Timers of connections (checks, reports, feedback) need not be exact.
    private static readonly TimeSpan s_serviceInterval = TimeSpan.FromMilliseconds(10);

    private static readonly DtlsCertificate s_certificate = DtlsCertificate.Create(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));

    private readonly IPAddress _address;
    private readonly UdpPort _wakeable;
    private readonly UdpPortGroup _sockets;
    private readonly ReceiveBatch _inbox = new(32, ReceiveBatch.CoalescedSlotSize);
    private readonly DatagramBatch _outbox = new(1024);
    private readonly ConcurrentQueue<Action> _errands = [];
    private readonly LoadConnection?[] _byPort = new LoadConnection?[IPEndPoint.MaxPort + 1];
    private readonly List<LoadConnection> _connections = [];
    private readonly ClientStatistics _statistics = new();
    private readonly SeededEntropy _entropy;
    private readonly Thread _thread;
    private int _nextPort;
    private Instant _nextService;
    private Instant _nextMedia = Instant.Zero;
    private volatile bool _stopping;

    /// <param name="address">Of this host; where clients receive.</param>
    /// <param name="index">Of this loop among others.</param>
    public ClientLoop(IPAddress address, int index)
    {
        _address = address;
        _entropy = new((ulong)DateTime.UtcNow.Ticks + (ulong)index);
        _wakeable = UdpPort.Open(new() { Address = IPAddress.Loopback });
        _sockets = UdpPortGroup.Create(address, coalescing: true);
        _wakeable.Watch(_sockets);
        _outbox.Flush = _sockets.Send;
        _nextPort = 10_000 + 4_000 * index;
        _thread = new Thread(Run) { Name = $"clients-{index}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>A fault ends the loop: a load test that lost its clients measures nothing.</summary>
    public Exception? Fault { get; private set; }

    public Task<LoadConnection> OpenAsync(MediaProfile profile) => InvokeAsync(_ =>
    {
        while (!_sockets.TryOpen(_nextPort))
        {
            if (++_nextPort > LastPort) _nextPort = 10_000;
        }

        var address = TransportAddress.From(_address, (ushort)_nextPort);
        var connection = new LoadConnection(address, s_certificate, _entropy, _outbox, profile, _statistics);
        _byPort[_nextPort++] = connection;
        if (_nextPort > LastPort) _nextPort = 10_000;
        _connections.Add(connection);
        return connection;
    });

    public Task CloseAsync(LoadConnection connection) => InvokeAsync(now =>
    {
        _connections.Remove(connection);
        connection.Peer.Close();
        connection.Peer.Poll(now, _outbox);
        _sockets.Send(_outbox);
        connection.Dispose();
        _sockets.Close(connection.Address.Port);
        _byPort[connection.Address.Port] = null;
        return true;
    });

    public Task<ReceivedTotals> TotalsAsync() => InvokeAsync(_ =>
    {
        var (expected, arrived) = (0L, 0L);
        foreach (var connection in _connections)
        {
            connection.Peer.CountReceived(out var e, out var a);
            (expected, arrived) = (expected + e, arrived + a);
        }

        return new ReceivedTotals(_statistics.Packets, _statistics.Bytes, expected, arrived, _statistics.Refused);
    });

    /// <summary>What was sampled since the last call is added to <paramref name="histogram"/>.</summary>
    public Task TakeLatenciesAsync(LatencyHistogram histogram) => InvokeAsync(_ =>
    {
        histogram.Add(_statistics.Latency);
        _statistics.Latency.Clear();
        return true;
    });

    /// <summary>Runs something on the loop's thread.</summary>
    public Task<T> InvokeAsync<T>(Func<Instant, T> function)
    {
        if (Fault is not null) return Task.FromException<T>(Fault);
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _errands.Enqueue(() =>
        {
            try
            {
                done.SetResult(function(Stamp.Now));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        _wakeable.Wake();
        return done.Task;
    }

    public void Dispose()
    {
        _stopping = true;
        _wakeable.Wake();
        _thread.Join();
        foreach (var connection in _connections) connection.Dispose();
        _sockets.Dispose();
        _wakeable.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!_stopping) Turn();
        }
        catch (Exception e)
        {
            Fault = e;
            Console.Error.WriteLine($"The clients' loop ended: {e}");
        }
    }

    private void Turn()
    {
        while (_errands.TryDequeue(out var errand))
        {
            errand();
            _nextMedia = Instant.Zero; // somebody may have begun to publish
        }

        _sockets.Receive(_inbox);
        var now = Stamp.Now;
        for (var i = 0; i < _inbox.Count; i++) _byPort[_inbox.Path(i).Local.Port]?.HandleDatagram(now, _inbox.Path(i), _inbox.Datagram(i));
        if (now >= _nextMedia) Publish(now);
        if (now >= _nextService) Service(now);
        if (_outbox.Count > 0) _sockets.Send(_outbox);
        if (_inbox.Count == 0 && _errands.IsEmpty) _wakeable.Wait(Instant.Min(_nextMedia, _nextService) - Stamp.Now);
    }

    private void Publish(Instant now)
    {
        _nextMedia = Instant.Never;
        foreach (var connection in _connections)
        {
            if (!connection.Publishes) continue;
            if (connection.NextMediaAt <= now) connection.Publish(now);
            _nextMedia = Instant.Min(_nextMedia, connection.NextMediaAt);
        }
    }

    private void Service(Instant now)
    {
        _nextService = now + s_serviceInterval;
        foreach (var connection in _connections) connection.Service(now);
    }
}
