using System.Net;
using Tertulia.Rtc.Net;

namespace Tertulia.MediaNode.Relay;

/// <summary>What this host is called, as of now; replaced as a whole when its interfaces change.</summary>
internal sealed class RelayAddresses
{
    private readonly HashSet<TransportAddress> _own;

    /// <param name="advertised">Best first.</param>
    /// <param name="local">Every address of every interface.</param>
    public RelayAddresses(IReadOnlyList<IPAddress> advertised, IReadOnlyList<IPAddress> local)
    {
        _own = [.. advertised.Concat(local).Append(IPAddress.Loopback).Append(IPAddress.IPv6Loopback).Select(address => TransportAddress.From(address, 0))];
        var addresses = advertised.Select(address => TransportAddress.From(address, 0)).ToList();
        IPv4 = addresses.FirstOrDefault(address => address.IsIPv4);
        IPv6 = addresses.FirstOrDefault(address => !address.IsIPv4);
        SourceIPv4 = local.Contains(IPv4.ToIPEndPoint().Address) ? IPv4 : default;
        SourceIPv6 = local.Contains(IPv6.ToIPEndPoint().Address) ? IPv6 : default;
    }

    /// <summary>Relayed addresses have this one; unspecified if there is none of the family.</summary>
    public TransportAddress IPv4 { get; }

    public TransportAddress IPv6 { get; }

    /// <summary>What relayed datagrams leave from: the same, unless it is the outer address of a NAT.</summary>
    public TransportAddress SourceIPv4 { get; }

    public TransportAddress SourceIPv6 { get; }

    public bool IsOwn(in TransportAddress address) => _own.Contains(address.WithPort(0).WithCarrier(0));
}
