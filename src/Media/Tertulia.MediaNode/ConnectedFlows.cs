using Tertulia.Rtc.Net;
using Tertulia.Sfu;
using Tertulia.Udp;

namespace Tertulia.MediaNode;

/// <summary>
/// Of a port that all loops share the kernel gives each sender's datagrams to one of them, often another than its connection's. Once the
/// connection's path is nominated, a socket of its own loop that is connected to that peer takes them from there. Until then, and where no
/// socket can be had, they are handed over. Flows that come to the right loop anyway need none. For the loop's thread only.
/// </summary>
internal sealed class ConnectedFlows(ConnectedUdpSockets sockets) : IDisposable
{
    private static readonly TimeSpan s_betweenSweeps = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_untilRetry = TimeSpan.FromSeconds(30);

    // Up to there the kernel walks through all connected sockets of a port for each datagram of any of them.
    private static readonly Version s_hashedLookup = new(6, 13);

    private readonly int _most = Environment.OSVersion.Version >= s_hashedLookup ? 8192 : 64;
    private readonly Dictionary<RoomConnection, Flow> _flows = [];
    private readonly List<RoomConnection> _ended = [];

    /// <summary>Sockets that are open.</summary>
    public int Count => sockets.Count;

    /// <summary>Sockets that could not be had; their datagrams are handed over.</summary>
    public long Refused { get; private set; }

    public UdpPortStatistics Statistics => sockets.Statistics;

    public Instant NextDeadline { get; private set; } = Instant.Never;

    public int Receive(ReceiveBatch batch) => sockets.Receive(batch);

    /// <summary>A datagram of that connection came to another loop.</summary>
    public void OnHandedOver(Instant now, RoomConnection connection, in NetworkPath path)
    {
        if (path.Remote.Carrier != Carriers.Udp || connection.SelectedPath is not { } selected || selected != path) return;
        if (_flows.TryGetValue(connection, out var flow))
        {
            if (flow.Path == path) return; // on its way when the socket was opened, or there is none to be had
            Close(flow);
        }

        var isOpen = sockets.Count < _most && sockets.TryOpen(path);
        if (!isOpen) Refused++;
        _flows[connection] = new(path, isOpen, now + s_untilRetry);
        if (NextDeadline == Instant.Never) NextDeadline = now + s_betweenSweeps;
    }

    /// <summary>Closes the sockets of those who have left, or talk from elsewhere.</summary>
    public void HandleTimeout(Instant now)
    {
        if (now < NextDeadline) return;
        foreach (var (connection, flow) in _flows)
        {
            if (connection.SelectedPath != flow.Path || !flow.IsOpen && now >= flow.RetryAt) _ended.Add(connection);
        }

        foreach (var connection in _ended)
        {
            if (_flows.Remove(connection, out var flow)) Close(flow);
        }

        _ended.Clear();
        NextDeadline = _flows.Count > 0 ? now + s_betweenSweeps : Instant.Never;
    }

    public void Dispose() => sockets.Dispose();

    private void Close(in Flow flow)
    {
        if (flow.IsOpen) sockets.Close(flow.Path.Remote);
    }

    private readonly record struct Flow(NetworkPath Path, bool IsOpen, Instant RetryAt);
}
