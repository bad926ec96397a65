using System.Net;
using Tertulia.MediaNode.Relay;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Net;

namespace Tertulia.MediaNode;

public sealed record MediaNodeOptions
{
    /// <summary>Threads, each with a port and rooms of its own.</summary>
    public int Loops { get; init; } = Environment.ProcessorCount;

    /// <summary>Port of the first loop, the others follow; 0 takes free ones.</summary>
    public int UdpPort { get; init; }

    /// <summary>All loops share <see cref="UdpPort"/>; what the kernel gives to the wrong one is handed over. Linux only.</summary>
    public bool SinglePort { get; init; }

    /// <summary>With <see cref="SinglePort"/>: connected sockets of the right loops take over flows that come to others. Benchmarks go without.</summary>
    internal bool ConnectFlows { get; init; } = true;

    /// <summary>Where to receive; null is every address of the host.</summary>
    public IPAddress? BindAddress { get; init; }

    /// <summary>
    /// What descriptions name as our addresses, best first; null is every interface address, IPv4 and IPv6, and loopback last.
    /// Behind a 1:1 NAT these are the outer ones.
    /// </summary>
    public IReadOnlyList<IPAddress>? AdvertisedAddresses { get; init; }

    /// <summary>The TURN server at the media ports; null is none.</summary>
    public TurnOptions? Turn { get; init; }

    /// <summary>Silence after which a participant's consent to receive is over; at most 30 s.</summary>
    public TimeSpan ConsentTimeout { get; init; } = IceLiteAgent.DefaultConsentTimeout;

    /// <summary>Told of every exception that closed a connection or a room. Called on a loop's thread: it must return at once.</summary>
    public Action<MediaFault>? FaultHandler { get; init; }

    /// <summary>Tests put a source here that fails.</summary>
    internal EntropySource Entropy { get; init; } = SystemEntropy.Instance;

    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Loops, 1, nameof(Loops));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Loops, 1024, nameof(Loops));
        ArgumentOutOfRangeException.ThrowIfNegative(UdpPort, nameof(UdpPort));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SinglePort ? UdpPort : UdpPort + Loops - 1, IPEndPoint.MaxPort, nameof(UdpPort));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConsentTimeout, TimeSpan.Zero, nameof(ConsentTimeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ConsentTimeout, IceLiteAgent.MaxConsentTimeout, nameof(ConsentTimeout));
        Turn?.Validate();
        if (AdvertisedAddresses is { Count: 0 }) throw new ArgumentException("At least one address must be advertised.", nameof(AdvertisedAddresses));
    }
}

/// <summary>A broken invariant that was contained.</summary>
/// <param name="RoomId">The room in which it happened; empty if it was the loop's own.</param>
/// <param name="Connection">What was closed: the connection of a participant, or null for the whole room.</param>
/// <param name="Exception">What went wrong.</param>
public sealed record MediaFault(string RoomId, string? Connection, Exception Exception);
