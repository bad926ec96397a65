using System.Net;
using Tertulia.Rtc.Net;
using Tertulia.Turn;
using Tertulia.Udp;

namespace Tertulia.MediaNode.Relay;

/// <summary>The TURN server of one loop, with its relayed sockets. For the loop's thread only.</summary>
internal sealed class TurnHost : IDisposable
{
    private static readonly TimeSpan s_betweenReports = TimeSpan.FromSeconds(5);

    private readonly int _loop;
    private readonly RelayNode _node;
    private readonly UdpPortGroup _sockets;
    private readonly OutgoingMail _mail;
    private readonly ReceiveBatch _inbox = new();
    private readonly DatagramBatch _toPeers = new();
    private readonly List<TurnUsage> _usage = [];
    private Instant _nextReport = Instant.Never;

    public TurnHost(int loop, RelayNode node, IPAddress? bindAddress, EntropySource entropy, OutgoingMail mail)
    {
        _loop = loop;
        _node = node;
        _mail = mail;
        _sockets = UdpPortGroup.Create(bindAddress);
        _toPeers.Flush = _sockets.Send;
        Server = new(new()
        {
            Credentials = node.Credentials,
            Admission = node.Presence,
            Ports = new LoopRelayPorts(loop, node, _sockets, entropy),
            Entropy = entropy,
            Peers = node.Peers,
            UnixSecondsAtZero = node.UnixSecondsAtZero,
            AllocationsPerUser = node.Options.AllocationsPerParticipant,
            AllocationsPerAddress = node.Options.AllocationsPerAddress,
        });
    }

    public TurnServer Server { get; }

    public UdpPortGroup Sockets => _sockets;

    public Instant NextDeadline => Instant.Min(Server.NextDeadline, _nextReport);

    /// <summary>Takes a message from a client. True if it brought something for a connection of this loop's own.</summary>
    public bool HandleClient(Instant now, in NetworkPath path, Span<byte> message, DatagramBatch outbox, out NetworkPath connectionPath, out Span<byte> datagram)
    {
        connectionPath = default;
        datagram = default;
        if (!Server.HandleClient(now, path, message, outbox, out var relayed) || relayed.Payload.IsEmpty) return false;
        if (_nextReport == Instant.Never) _nextReport = now + s_betweenReports;
        if (relayed.Route == PeerRoute.Network)
        {
            if (relayed.Payload.Length <= DatagramBatch.MaxDatagramSize) _toPeers.Add(new(relayed.Peer, Source(relayed.Relayed)), relayed.Payload);
            return false;
        }

        // Our own media and relays are reached without the network, whatever NAT or firewall stands before this host.
        var fromRelay = new NetworkPath(relayed.Relayed.WithCarrier(Carriers.Relay), relayed.Peer);
        var mediaLoop = _node.MediaLoopOf(relayed.Peer.Port);
        if (mediaLoop == _loop)
        {
            connectionPath = fromRelay;
            datagram = relayed.Payload;
            return true;
        }

        if (mediaLoop >= 0) _mail.Add(mediaLoop, MailKind.Received, fromRelay, relayed.Payload);
        else Deliver(now, new(relayed.Peer, relayed.Relayed), relayed.Payload, outbox);
        return false;
    }

    /// <summary>Brings a datagram to a relayed port of this node: <paramref name="path"/> leads from the peer at its local end to that port.</summary>
    public void Deliver(Instant now, in NetworkPath path, ReadOnlySpan<byte> datagram, DatagramBatch outbox)
    {
        var owner = _node.Range.OwnerOf(path.Remote.Port);
        if (owner == _loop) Server.HandlePeer(now, path.Remote.Port, path.Local.WithCarrier(Carriers.Udp), datagram, outbox);
        else if (owner >= 0) _mail.Add(owner, MailKind.ForRelay, path, datagram);
    }

    /// <summary>Takes what peers have sent.</summary>
    /// <returns>True if there is probably more.</returns>
    public bool Receive(Instant now, DatagramBatch outbox)
    {
        if (Server.AllocationCount == 0) return false;
        var count = _sockets.Receive(_inbox);
        for (var i = 0; i < count; i++)
        {
            ref readonly var path = ref _inbox.Path(i);
            Server.HandlePeer(now, path.Local.Port, path.Remote, _inbox.Datagram(i), outbox);
        }

        return _inbox.UsedSlots == _inbox.Slots;
    }

    public void HandleTimeout(Instant now)
    {
        if (now >= Server.NextDeadline) Server.HandleTimeout(now);
        if (now < _nextReport) return;
        _nextReport = Server.AllocationCount > 0 ? now + s_betweenReports : Instant.Never;
        Report();
    }

    /// <summary>Sends what is for peers.</summary>
    public void Flush()
    {
        if (_toPeers.Count > 0) _sockets.Send(_toPeers);
    }

    public void Report()
    {
        Server.CollectUsage(_usage);
        if (_node.Options.UsageHandler is { } handler)
        {
            foreach (var usage in _usage) handler(usage);
        }

        _usage.Clear();
    }

    public void Dispose() => _sockets.Dispose();

    private TransportAddress Source(in TransportAddress relayed) =>
        (relayed.IsIPv4 ? _node.Addresses.SourceIPv4 : _node.Addresses.SourceIPv6).WithPort(relayed.Port);
}
