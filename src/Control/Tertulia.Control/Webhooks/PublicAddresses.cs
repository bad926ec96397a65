using System.Net;
using System.Net.Sockets;

namespace Tertulia.Control.Webhooks;

/// <summary>
/// Which addresses are of the public internet (the registries of RFC 6890). A webhook may not make this server talk to its own machine,
/// its neighbours or a cloud's metadata service.
/// </summary>
public static class PublicAddresses
{
    private static readonly IPNetwork[] s_special4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    // Of IPv6 only 2000::/3 is global unicast; these parts of it are special.
    private static readonly IPNetwork s_global6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] s_special6 = [.. new[] { "2001::/23", "2001:db8::/32", "3fff::/20" }.Select(IPNetwork.Parse)];
    private static readonly IPNetwork s_sixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork s_nat64 = IPNetwork.Parse("64:ff9b::/96");

    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork) return !s_special4.Any(network => network.Contains(address));
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return false;
        var bytes = address.GetAddressBytes();
        // What goes through a translator or tunnel ends at the IPv4 address within.
        if (s_nat64.Contains(address)) return Contains(new IPAddress(bytes.AsSpan(12)));
        if (s_sixToFour.Contains(address)) return Contains(new IPAddress(bytes.AsSpan(2, 4)));
        return s_global6.Contains(address) && !s_special6.Any(network => network.Contains(address));
    }
}
