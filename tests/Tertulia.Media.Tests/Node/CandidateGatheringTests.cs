using System.Net;
using Tertulia.MediaNode;
using Tertulia.Rtc.Ice;

namespace Tertulia.Media.Tests.Node;

public sealed class CandidateGatheringTests
{
    [Fact]
    public void Addresses_are_ordered_by_use_and_useless_ones_left_out()
    {
        string[] found =
        [
            "127.0.0.1", "::1", "fe80::1%2", "192.168.1.5", "fd00::5", "169.254.3.4", "2001:db8::5", "10.0.0.5", "::ffff:10.0.0.5", "0.0.0.0", "::",
        ];
        Assert.Equal(
            ["2001:db8::5", "192.168.1.5", "10.0.0.5", "fd00::5", "127.0.0.1"],
            CandidateGathering.Order(found.Select(IPAddress.Parse)).Select(a => a.ToString()));
    }

    [Fact]
    public void The_host_has_at_least_loopback_and_it_comes_last()
    {
        var addresses = CandidateGathering.HostAddresses();
        Assert.Equal(IPAddress.Loopback, addresses[^1]);
        Assert.DoesNotContain(addresses, a => a.IsIPv6LinkLocal || a.ScopeIdOrZero() != 0);
    }

    [Fact]
    public void Passive_TCP_candidates_stand_behind_all_UDP_ones()
    {
        var candidates = CandidateGathering.Candidates([IPAddress.Loopback], 5004, [new(IPAddress.Loopback, 443), new(IPAddress.IPv6Loopback, 443)]);
        Assert.Equal(3, candidates.Select(c => c.Foundation).Distinct().Count());
        Assert.True(candidates[0].Priority > candidates[1].Priority && candidates[1].Priority > candidates[2].Priority);
        Assert.EndsWith("typ host tcptype passive", candidates[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Candidates_are_UDP_hosts_of_component_1_in_falling_priority()
    {
        var candidates = CandidateGathering.Candidates([IPAddress.Parse("2001:db8::5"), IPAddress.Parse("192.0.2.5"), IPAddress.Loopback], 5004, []);
        Assert.All(candidates, c => Assert.Equal((1, IceTransportProtocol.Udp, IceCandidateType.Host, 5004), (c.Component, c.Protocol, c.Type, c.Port)));
        Assert.Equal(["2001:db8::5", "192.0.2.5", "127.0.0.1"], candidates.Select(c => c.Address));
        Assert.Equal(126u << 24 | 65535u << 8 | 255, candidates[0].Priority); // RFC 8445 section 5.1.2.1
        Assert.True(candidates[0].Priority > candidates[1].Priority && candidates[1].Priority > candidates[2].Priority);
        Assert.Equal(3, candidates.Select(c => c.Foundation).Distinct().Count()); // different bases (section 5.1.1.3)
    }
}

file static class Scope
{
    public static long ScopeIdOrZero(this IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
}
