using System.Buffers.Binary;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Turn;

/// <summary>
/// A TURN server (RFC 8656) without sockets and clock. What clients send goes into <see cref="HandleClient"/>, what peers send to a
/// relayed port into <see cref="HandlePeer"/>; answers and data for clients go into the outbox, data for peers is handed back to
/// the driver, which knows the sockets. For one thread at a time; nothing is allocated for a packet that is relayed.
/// </summary>
public sealed partial class TurnServer
{
    // Unproved addresses are told a challenge at most so often, lest a forged source be flooded by us (RFC 8656 section 21.1).
    private const int ChallengesPerSourceAndSecond = 200;
    private const int ChallengesPerSecond = 5000;

    private readonly TurnServerOptions _options;
    private readonly TurnNonces _nonces;
    private readonly TurnAllocationTable _allocations;
    private readonly StunAnswerLimit _challenges = new(ChallengesPerSourceAndSecond, ChallengesPerSecond);
    private ulong _indications;

    public TurnServer(TurnServerOptions options)
    {
        _options = options;
        _nonces = new(options.Entropy);
        _allocations = new(options.Ports);
        _indications = options.Entropy.NextUInt64();
    }

    public TurnStatistics Statistics { get; } = new();

    public int AllocationCount => _allocations.Count;

    public Instant NextDeadline => _allocations.NextDeadline;

    /// <summary>A first look: only TURN can begin like that, or the message is a request or indication of TURN.</summary>
    public static bool IsFor(ReadOnlySpan<byte> message) =>
        ChannelData.LooksLikeIt(message)
        || StunMessage.LooksLikeStun(message) && StunMessage.TryParse(message, out var stun) && stun.Method != StunMethod.Binding;

    /// <summary>
    /// Takes a message from a client, or from somebody who would like to be one. <paramref name="path"/> is the 5-tuple; its carrier
    /// tells byte streams (which pad) from datagrams.
    /// </summary>
    /// <returns>True if <paramref name="relayed"/> is to be sent to a peer.</returns>
    public bool HandleClient(Instant now, in NetworkPath path, Span<byte> message, DatagramBatch outbox, out RelayedDatagram relayed)
    {
        relayed = default;
        if (ChannelData.TryParse(message, out var data)) return HandleChannelData(now, path, data, out relayed);
        if (!StunMessage.TryParse(message, out var stun)) return Drop(TurnDropReason.Malformed);
        if (stun.Class == StunClass.Indication) return HandleSend(now, path, message, stun, out relayed);
        if (stun.Class == StunClass.Request) HandleRequest(now, path, stun, outbox);
        else Drop(TurnDropReason.Unexpected);
        return false;
    }

    /// <summary>Takes what arrived at a relayed port, and writes it to the client if that peer may send.</summary>
    public void HandlePeer(Instant now, ushort port, in TransportAddress peer, ReadOnlySpan<byte> payload, DatagramBatch outbox)
    {
        if (_allocations.Find(port) is not { } allocation)
        {
            Drop(TurnDropReason.NoAllocation);
            return;
        }

        int length;
        if (allocation.TryGetChannel(peer, now, out var channel))
        {
            if (!ChannelData.TryWrite(outbox.Reserve(allocation.Client), channel.Number, payload, allocation.IsStream, out length))
            {
                Drop(TurnDropReason.TooLong);
                return;
            }
        }
        else if (!allocation.Permits(peer, now))
        {
            Drop(TurnDropReason.NoPermission);
            return;
        }
        else if (!TryWriteIndication(outbox.Reserve(allocation.Client), peer, payload, out length))
        {
            Drop(TurnDropReason.TooLong);
            return;
        }

        outbox.Commit(length);
        Statistics.PacketsToClients++;
        Count(allocation, payload.Length);
    }

    /// <summary>Ends what has expired.</summary>
    public void HandleTimeout(Instant now) => _allocations.HandleTimeout(now);

    /// <summary>The participant has gone, and its relays with it.</summary>
    public void EndUser(string userId) => _allocations.EndUser(userId);

    /// <summary>A byte stream has ended: so has what was allocated through it (RFC 8656 section 3.1).</summary>
    public void EndClient(in NetworkPath path)
    {
        // A client that can move gets time to come back from elsewhere (RFC 8016 section 3.1).
        if (_allocations.Find(path) is { Ticket: null } allocation) _allocations.End(allocation);
    }

    /// <summary>Adds what was carried since the last call.</summary>
    public void CollectUsage(List<TurnUsage> usage) => _allocations.CollectUsage(usage);

    private bool HandleChannelData(Instant now, in NetworkPath path, scoped in ChannelData data, out RelayedDatagram relayed)
    {
        relayed = default;
        if (_allocations.Find(path) is not { } allocation) return Drop(TurnDropReason.NoAllocation);
        if (!allocation.TryGetChannel(data.Number, now, out var channel)) return Drop(TurnDropReason.NoChannel);
        relayed = new(channel.Relayed, channel.Peer, channel.Route, data.Payload);
        Statistics.PacketsToPeers++;
        Count(allocation, data.Payload.Length);
        return true;
    }

    // RFC 8656 section 11.2; indications carry no credentials, the permission stands for them.
    private bool HandleSend(Instant now, in NetworkPath path, Span<byte> message, scoped in StunMessage send, out RelayedDatagram relayed)
    {
        relayed = default;
        if (send.Method != StunMethod.Send) return Drop(TurnDropReason.Unexpected);
        if (_allocations.Find(path) is not { } allocation) return Drop(TurnDropReason.NoAllocation);
        if (!send.TryGetXorAddress(StunAttributeType.XorPeerAddress, out var peer) || !send.TryGetAttribute(StunAttributeType.Data, out var data)
            || send.TryGetAttribute(StunAttributeType.DontFragment, out _)) return Drop(TurnDropReason.Malformed);
        if (!allocation.Permits(peer, now)) return Drop(TurnDropReason.NoPermission);
        var route = Route(peer);
        if (route == PeerRoute.Refused) return Drop(TurnDropReason.Refused);
        ((ReadOnlySpan<byte>)message).Overlaps(data, out var offset);
        relayed = new(allocation.RelayedFor(peer), peer, route, message.Slice(offset, data.Length));
        Statistics.PacketsToPeers++;
        Count(allocation, data.Length);
        return true;
    }

    private bool TryWriteIndication(Span<byte> destination, in TransportAddress peer, ReadOnlySpan<byte> payload, out int length)
    {
        const int overhead = StunMessage.HeaderSize + 4 + 20 + 4 + 3;
        length = 0;
        if (payload.Length + overhead > destination.Length) return false;

        // Nobody answers an indication, so its id need be no secret.
        Span<byte> id = stackalloc byte[StunMessage.TransactionIdSize];
        id.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(id, ++_indications);
        var writer = new StunWriter(destination, StunClass.Indication, StunMethod.Data, id);
        writer.AddXorAddress(StunAttributeType.XorPeerAddress, peer);
        writer.AddAttribute(StunAttributeType.Data, payload);
        length = writer.Length;
        return true;
    }

    private PeerRoute Route(in TransportAddress peer)
    {
        var policy = _options.Peers;
        if (peer.Port == 0) return PeerRoute.Refused;
        if (!_options.Ports.IsOwn(peer)) return policy.Allows(peer) ? PeerRoute.Network : PeerRoute.Refused;
        if (_options.Ports.IsOwnPort(peer.Port)) return PeerRoute.Own;
        return policy.IsOpened(peer) ? PeerRoute.Network : PeerRoute.Refused;
    }

    private void Count(TurnAllocation allocation, int bytes)
    {
        allocation.UnreportedBytes += bytes;
        Statistics.Bytes += bytes;
    }

    private bool Drop(TurnDropReason reason)
    {
        Statistics.Drop(reason);
        return false;
    }
}

/// <summary>Application data on its way from a relayed address to a peer; it lies in the message that brought it.</summary>
public readonly ref struct RelayedDatagram(TransportAddress relayed, TransportAddress peer, PeerRoute route, Span<byte> payload)
{
    /// <summary>What the peer shall see as its sender.</summary>
    public TransportAddress Relayed { get; } = relayed;

    public TransportAddress Peer { get; } = peer;

    public PeerRoute Route { get; } = route;

    public Span<byte> Payload { get; } = payload;
}
