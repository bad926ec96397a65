using Tertulia.Rtc.Net;

namespace Tertulia.Turn;

/// <summary>One client's relayed transport address (RFC 8656 section 3.2), with its permissions and channels.</summary>
internal sealed class TurnAllocation
{
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(1);
    public static readonly TimeSpan PermissionLifetime = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan ChannelLifetime = TimeSpan.FromMinutes(10);

    public const int TicketSize = 16;

    // A browser talks to a few candidates of each peer. More is somebody who scans.
    private const int MaxPermissions = 512;
    private const int MaxChannels = 512;

    private readonly Dictionary<TransportAddress, Instant> _permissions = [];
    private readonly Dictionary<TransportAddress, TurnChannel> _channelsByPeer = [];
    private readonly Dictionary<ushort, TurnChannel> _channels = [];

    public required NetworkPath Client { get; set; }

    /// <summary>As in the request that made it; all later ones must come with the same (RFC 8656 section 5).</summary>
    public required byte[] Username { get; init; }

    public required byte[] Key { get; init; }

    public required PasswordAlgorithm Algorithm { get; init; }

    public required string UserId { get; init; }

    /// <summary>Seconds since 1970 at which the credentials were handed out.</summary>
    public required long Issued { get; init; }

    /// <summary>Unspecified if that family was not asked for.</summary>
    public required TransportAddress RelayedIPv4 { get; init; }

    public required TransportAddress RelayedIPv6 { get; init; }

    public required ushort Port { get; init; }

    /// <summary>A lost answer is written again for the same transaction.</summary>
    public required byte[] TransactionId { get; init; }

    public byte[]? Ticket { get; set; }

    /// <summary>Held for RESERVATION-TOKEN; 0 if there was none.</summary>
    public ulong Reservation { get; init; }

    public Instant ExpiresAt { get; set; }

    public long UnreportedBytes { get; set; }

    public bool IsEnded { get; set; }

    public bool IsStream => Client.Remote.Carrier != 0;

    public bool Supports(in TransportAddress peer) => !(peer.IsIPv4 ? RelayedIPv4 : RelayedIPv6).IsUnspecified;

    public TransportAddress RelayedFor(in TransportAddress peer) => peer.IsIPv4 ? RelayedIPv4 : RelayedIPv6;

    /// <summary>A bound channel is a permission for its peer.</summary>
    public bool TryGetChannel(ushort number, Instant now, out TurnChannel channel) =>
        _channels.TryGetValue(number, out channel!) && now < channel.ExpiresAt;

    public bool TryGetChannel(in TransportAddress peer, Instant now, out TurnChannel channel) =>
        _channelsByPeer.TryGetValue(peer, out channel!) && now < channel.ExpiresAt;

    public bool Permits(in TransportAddress peer, Instant now) =>
        _permissions.TryGetValue(peer.WithPort(0), out var until) && now < until;

    /// <summary>False when there are too many.</summary>
    public bool TryPermit(in TransportAddress peer, Instant now)
    {
        var key = peer.WithPort(0);
        if (_permissions.Count >= MaxPermissions && !_permissions.ContainsKey(key))
        {
            foreach (var (address, until) in _permissions)
            {
                if (until <= now) _permissions.Remove(address);
            }

            if (_permissions.Count >= MaxPermissions) return false;
        }

        _permissions[key] = now + PermissionLifetime;
        return true;
    }

    /// <summary>Binds or refreshes. False if number or peer is bound otherwise (RFC 8656 section 12.2), or there are too many.</summary>
    public bool TryBind(ushort number, in TransportAddress peer, PeerRoute route, Instant now)
    {
        var hasNumber = TryGetChannel(number, now, out var byNumber);
        var hasPeer = TryGetChannel(peer, now, out var byPeer);
        if (hasNumber || hasPeer)
        {
            if (byNumber != byPeer) return false;
            byNumber.ExpiresAt = now + ChannelLifetime;
            return true;
        }

        RemoveExpired(byNumber);
        RemoveExpired(byPeer);
        if (_channelsByPeer.Count >= MaxChannels) RemoveExpiredChannels(now);
        if (_channelsByPeer.Count >= MaxChannels) return false;
        var channel = new TurnChannel(number, peer, RelayedFor(peer), route) { ExpiresAt = now + ChannelLifetime };
        _channels[number] = channel;
        _channelsByPeer[peer] = channel;
        return true;
    }

    private void RemoveExpiredChannels(Instant now)
    {
        foreach (var channel in _channelsByPeer.Values)
        {
            if (channel.ExpiresAt <= now) RemoveExpired(channel);
        }
    }

    private void RemoveExpired(TurnChannel? channel)
    {
        if (channel is null) return;
        _channels.Remove(channel.Number);
        _channelsByPeer.Remove(channel.Peer);
    }
}

/// <summary>A channel (RFC 8656 section 12): a number that stands for a peer.</summary>
internal sealed class TurnChannel(ushort number, TransportAddress peer, TransportAddress relayed, PeerRoute route)
{
    public ushort Number { get; } = number;

    public TransportAddress Peer { get; } = peer;

    public TransportAddress Relayed { get; } = relayed;

    public PeerRoute Route { get; } = route;

    public Instant ExpiresAt { get; set; }
}
