using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Net;

namespace Tertulia.MediaNode;

/// <summary>Which addresses a description names (RFC 8445 section 5.1.1.1), and in which order they are worth trying.</summary>
internal static class CandidateGathering
{
    /// <summary>Every usable address of every interface that is up, best first, loopback last.</summary>
    public static IReadOnlyList<IPAddress> HostAddresses()
    {
        var found = new List<IPAddress>();
        foreach (var network in NetworkInterface.GetAllNetworkInterfaces())
        {
            // Tunnels and virtual interfaces often say "unknown" and work.
            if (network.OperationalStatus is not (OperationalStatus.Up or OperationalStatus.Unknown)) continue;
            foreach (var unicast in network.GetIPProperties().UnicastAddresses) found.Add(unicast.Address);
        }

        found.Add(IPAddress.Loopback);
        return Order(found);
    }

    /// <summary>
    /// Global IPv6, IPv4, unique local IPv6, loopback: the precedence of RFC 6724 with IPv4 before addresses that only work inside.
    /// Link-local addresses need a scope that descriptions cannot carry.
    /// </summary>
    public static IReadOnlyList<IPAddress> Order(IEnumerable<IPAddress> addresses) =>
    [
        .. addresses
            .Select(a => a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a)
            .Where(IsUsable)
            .Select(WithoutScope)
            .Distinct()
            .OrderBy(Rank),
    ];

    /// <summary>One UDP host candidate for each address, in falling priority, and behind them the passive TCP ones.</summary>
    public static IReadOnlyList<IceCandidate> Candidates(IReadOnlyList<IPAddress> addresses, int port, IReadOnlyList<IPEndPoint> tcp) =>
    [
        .. addresses.Select((address, i) => IceCandidate.Host(TransportAddress.From(address, (ushort)port), (ushort)(65535 - i))),
        .. tcp.Select((endPoint, i) => IceCandidate.PassiveTcp(TransportAddress.From(endPoint), (ushort)(8191 - i))),
    ];

    private static bool IsUsable(IPAddress address) =>
        !address.IsIPv6LinkLocal && !address.IsIPv6Multicast && !address.IsIPv6SiteLocal && !IsIPv4LinkLocal(address)
        && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !address.Equals(IPAddress.IPv6Loopback);

    private static bool IsIPv4LinkLocal(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..];

    private static IPAddress WithoutScope(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? new(address.GetAddressBytes()) : address;

    private static int Rank(IPAddress address) =>
        IPAddress.IsLoopback(address) ? 3
        : address.AddressFamily == AddressFamily.InterNetwork ? 1
        : address.IsIPv6UniqueLocal ? 2
        : 0;
}
