using Tertulia.Turn;

namespace Tertulia.MediaNode.Relay;

/// <summary>What the TURN servers of all loops share.</summary>
internal sealed class RelayNode(TurnOptions options, RelayAddresses addresses, MonotonicClock clock)
{
    private volatile RelayAddresses _addresses = addresses;

    public TurnOptions Options { get; } = options;

    public RelayAddresses Addresses
    {
        get => _addresses;
        set => _addresses = value;
    }

    public RelayRange Range { get; } = new(options.FirstRelayPort, options.LastRelayPort);

    public TurnPresence Presence { get; } = new();

    public TurnCredentials Credentials { get; } = new(options.Secret, options.Realm);

    public PeerPolicy Peers { get; } = new(options.AllowedPeers);

    /// <summary>Seconds since 1970 when the node's clock stood at zero.</summary>
    public long UnixSecondsAtZero { get; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - clock.Now.Ticks / TimeSpan.TicksPerSecond;

    /// <summary>The UDP port of each loop; set before the first of them runs.</summary>
    public IReadOnlyList<int> MediaPorts { get; set; } = [];

    /// <summary>The loop whose port that is, or -1.</summary>
    public int MediaLoopOf(int port)
    {
        for (var i = 0; i < MediaPorts.Count; i++)
        {
            if (MediaPorts[i] == port) return i;
        }

        return -1;
    }
}
