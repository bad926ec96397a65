using System.Net;
using Tertulia.Turn;

namespace Tertulia.MediaNode.Relay;

/// <summary>The TURN server on the media ports.</summary>
public sealed record TurnOptions
{
    /// <summary>Of the long-term credentials (RFC 8489 section 9.2).</summary>
    public string Realm { get; init; } = "tertulia";

    /// <summary>From which passwords are made; whoever hands out credentials has it too.</summary>
    public required string Secret { get; init; }

    /// <summary>Relayed ports are taken from here on.</summary>
    public int FirstRelayPort { get; init; } = 49152;

    public int LastRelayPort { get; init; } = IPEndPoint.MaxPort;

    /// <summary>Networks that relays may reach although they are not of the public internet.</summary>
    public IReadOnlyList<IPNetwork> AllowedPeers { get; init; } = [];

    public int AllocationsPerParticipant { get; init; } = 300;

    public int AllocationsPerAddress { get; init; } = 2000;

    /// <summary>Told every few seconds what was relayed for whom. Called on a loop's thread: it must return at once.</summary>
    public Action<TurnUsage>? UsageHandler { get; init; }

    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Secret, nameof(Secret));
        ArgumentException.ThrowIfNullOrEmpty(Realm, nameof(Realm));
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstRelayPort, 1024, nameof(FirstRelayPort));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LastRelayPort, IPEndPoint.MaxPort, nameof(LastRelayPort));
        ArgumentOutOfRangeException.ThrowIfLessThan(LastRelayPort, FirstRelayPort + 1, nameof(LastRelayPort));
    }
}
