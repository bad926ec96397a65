using System.Net;
using Tertulia.Rtc.Net;

namespace Tertulia.Turn.Tests.Support;

/// <summary>Relayed ports from a table, in order.</summary>
internal sealed class TableRelayPorts : RelayPorts
{
    public static readonly IPAddress IPv4 = IPAddress.Parse("203.0.113.7");
    public static readonly IPAddress IPv6 = IPAddress.Parse("2001:db8::7");
    public const int MediaPort = 40000;
    private const int First = 50001;

    public HashSet<ushort> Taken { get; } = [];

    public int Size { get; set; } = 5000;

    public bool HasIPv6 { get; set; } = true;

    public override TransportAddress Address(bool ipv6) =>
        !ipv6 ? TransportAddress.From(IPv4, 0) : HasIPv6 ? TransportAddress.From(IPv6, 0) : default;

    public override bool TryTake(bool even, bool withNext, out ushort port)
    {
        for (port = First; port < First + Size; port++)
        {
            if (even && port % 2 != 0 || Taken.Contains(port) || withNext && Taken.Contains((ushort)(port + 1))) continue;
            Taken.Add(port);
            if (withNext) Taken.Add((ushort)(port + 1));
            return true;
        }

        return false;
    }

    public override void Release(ushort port) => Assert.True(Taken.Remove(port));

    public override bool IsOwn(in TransportAddress address) => address.ToIPEndPoint().Address is var ip && (ip.Equals(IPv4) || ip.Equals(IPv6) || IPAddress.IsLoopback(ip));

    public override bool IsOwnPort(ushort port) => port == MediaPort || Taken.Contains(port);
}
