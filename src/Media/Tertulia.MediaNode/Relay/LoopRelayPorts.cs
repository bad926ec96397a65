using Tertulia.Rtc.Net;
using Tertulia.Turn;
using Tertulia.Udp;

namespace Tertulia.MediaNode.Relay;

/// <summary>Relayed ports of one loop: each is a socket of its own.</summary>
internal sealed class LoopRelayPorts(int loop, RelayNode node, UdpPortGroup sockets, EntropySource entropy) : RelayPorts
{
    // Guesses at random find a free port fast until the range is nearly used up.
    private const int MaxGuesses = 64;

    public override TransportAddress Address(bool ipv6) => ipv6 ? node.Addresses.IPv6 : node.Addresses.IPv4;

    public override bool TryTake(bool even, bool withNext, out ushort port)
    {
        for (var guess = 0; guess < MaxGuesses; guess++)
        {
            // Random, since a relayed port that can be guessed invites strangers (RFC 6056).
            port = (ushort)(node.Range.First + entropy.NextUInt32() % (uint)node.Range.Count);
            if (even) port = (ushort)(port & ~1);
            if (!TryOpen(port)) continue;
            if (!withNext || TryOpen(port + 1)) return true;
            Release(port);
        }

        port = 0;
        return false;
    }

    public override void Release(ushort port)
    {
        sockets.Close(port);
        node.Range.Release(port);
    }

    public override bool IsOwn(in TransportAddress address) => node.Addresses.IsOwn(address);

    public override bool IsOwnPort(ushort port) => node.MediaLoopOf(port) >= 0 || node.Range.OwnerOf(port) >= 0;

    private bool TryOpen(int port)
    {
        if (!node.Range.Contains(port) || !node.Range.TryClaim(port, loop)) return false;
        try
        {
            if (sockets.TryOpen(port)) return true;
        }
        catch (IOException)
        {
            // Out of descriptors, for example: the client is told that there is no capacity.
        }

        node.Range.Release(port);
        return false;
    }
}
