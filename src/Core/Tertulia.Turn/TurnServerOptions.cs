using Tertulia.Rtc.Net;

namespace Tertulia.Turn;

/// <summary>What a <see cref="TurnServer"/> works with.</summary>
public sealed record TurnServerOptions
{
    public required TurnCredentials Credentials { get; init; }

    public required TurnAdmission Admission { get; init; }

    public required RelayPorts Ports { get; init; }

    public required EntropySource Entropy { get; init; }

    public PeerPolicy Peers { get; init; } = new([]);

    /// <summary>Wall-clock seconds since 1970 at <see cref="Instant.Zero"/>: credentials expire by the wall clock.</summary>
    public required long UnixSecondsAtZero { get; init; }

    /// <summary>Allocations that one participant may hold: a mesh or a per-peer client makes several for every peer.</summary>
    public int AllocationsPerUser { get; init; } = 300;

    /// <summary>Allocations from one client address: a whole office stands behind one.</summary>
    public int AllocationsPerAddress { get; init; } = 2000;
}

/// <summary>Why a <see cref="TurnServer"/> did not carry or answer a message.</summary>
public enum TurnDropReason
{
    None,

    /// <summary>Neither STUN that holds together nor ChannelData.</summary>
    Malformed,

    /// <summary>A request or indication that a TURN server has no use for.</summary>
    Unexpected,

    /// <summary>Too many answers to unproved addresses in this second.</summary>
    RateLimited,

    /// <summary>Application data of a client without allocation, or for a port without one.</summary>
    NoAllocation,

    /// <summary>A channel that is not bound.</summary>
    NoChannel,

    /// <summary>A peer without permission.</summary>
    NoPermission,

    /// <summary>The peer's address may not be reached.</summary>
    Refused,

    /// <summary>With the TURN header the datagram does not fit.</summary>
    TooLong,
}

/// <summary>Counters, written by the thread that runs the server.</summary>
public sealed class TurnStatistics
{
    private readonly long[] _drops = new long[Enum.GetValues<TurnDropReason>().Length];

    public long AllocationsMade { get; internal set; }

    public long Errors { get; internal set; }

    public long PacketsToPeers { get; internal set; }

    public long PacketsToClients { get; internal set; }

    public long Bytes { get; internal set; }

    public long Drops(TurnDropReason reason) => _drops[(int)reason];

    internal void Drop(TurnDropReason reason) => _drops[(int)reason]++;
}

/// <summary>What one participant's relays carried since the last report, both ways.</summary>
public readonly record struct TurnUsage(string UserId, long Bytes);
