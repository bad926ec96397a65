using System.Buffers.Binary;
using System.Net;
using Tertulia.Rtc.Net;

namespace Tertulia.Turn;

/// <summary>
/// Which peers a client may reach through a relay. What is not on the public internet is refused, or anybody with credentials
/// could look around in the operator's network and ask its metadata service.
/// </summary>
/// <param name="allowed">Networks that the operator opens all the same.</param>
public sealed class PeerPolicy(IReadOnlyList<IPNetwork> allowed)
{
    // RFC 6890 and the IANA registries of special-purpose addresses.
    private static readonly AddressRange[] s_refused =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/9", "ff00::/8",
        }.Select(text => new AddressRange(IPNetwork.Parse(text))),
    ];

    private static readonly AddressRange s_nat64 = new(IPNetwork.Parse("64:ff9b::/96"));
    private static readonly AddressRange s_6to4 = new(IPNetwork.Parse("2002::/16"));
    private static readonly UInt128 s_mapped = AddressRange.ValueOf(TransportAddress.FromIPv4(0, 0));

    private readonly AddressRange[] _allowed = [.. allowed.Select(network => new AddressRange(network))];

    /// <summary>The operator opened this address by configuration.</summary>
    public bool IsOpened(in TransportAddress peer) => Contains(_allowed, AddressRange.ValueOf(peer));

    public bool Allows(in TransportAddress peer)
    {
        var value = AddressRange.ValueOf(peer);
        if (Contains(_allowed, value)) return true;
        if (Contains(s_refused, value)) return false;

        // Translators would carry the packet to the IPv4 address inside (RFC 6052, RFC 3056).
        if (s_nat64.Contains(value)) return !Contains(s_refused, s_mapped | (uint)value);
        return !s_6to4.Contains(value) || !Contains(s_refused, s_mapped | (uint)(value >> 80));
    }

    private static bool Contains(AddressRange[] ranges, UInt128 address)
    {
        foreach (var range in ranges)
        {
            if (range.Contains(address)) return true;
        }

        return false;
    }

    /// <summary>Addresses as numbers, IPv4 in its mapped form.</summary>
    private readonly struct AddressRange
    {
        private readonly UInt128 _base;
        private readonly UInt128 _mask;

        public AddressRange(IPNetwork network)
        {
            var address = TransportAddress.From(network.BaseAddress, 0);
            var prefix = network.PrefixLength + (address.IsIPv4 ? 96 : 0);
            _mask = prefix == 0 ? 0 : UInt128.MaxValue << (128 - prefix);
            _base = ValueOf(address);
        }

        public bool Contains(UInt128 address) => (address & _mask) == _base;

        public static UInt128 ValueOf(in TransportAddress address)
        {
            Span<byte> bytes = stackalloc byte[16];
            address.WriteAddress(bytes);
            return BinaryPrimitives.ReadUInt128BigEndian(bytes);
        }
    }
}
