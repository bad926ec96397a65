using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Tertulia.Server.Transport;

/// <summary>A TCP port that is open, and shared by everything that may come over TCP.</summary>
/// <param name="Address">Where it is open; null: at every address.</param>
/// <param name="IsTls">Whether TLS may be spoken there.</param>
public sealed record ListeningPort(IPAddress? Address, int Port, bool IsTls)
{
    public bool IsLoopback => Address is not null && IPAddress.IsLoopback(Address);
}

/// <summary>The TCP ports of this server, the most likely to be reached first: with TLS before without, 443 before others, none that is open to this machine alone before others.</summary>
public sealed class ListeningPorts(IServer server)
{
    /// <summary>Empty until the server has started.</summary>
    public IReadOnlyList<ListeningPort> All =>
        [.. (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).SelectMany(Parse).OrderBy(port => port.IsLoopback).ThenBy(port => !port.IsTls).ThenBy(port => port.Port != 443)];

    private static IEnumerable<ListeningPort> Parse(string text)
    {
        var address = BindingAddress.Parse(text);
        if (address.IsUnixPipe || address.IsNamedPipe) return [];
        var isTls = address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase);
        if (address.Host == "localhost") return [new(IPAddress.Loopback, address.Port, isTls), new(IPAddress.IPv6Loopback, address.Port, isTls)];
        var known = IPAddress.TryParse(address.Host.Trim('[', ']'), out var bound) && !bound.Equals(IPAddress.Any) && !bound.Equals(IPAddress.IPv6Any);
        return [new(known ? bound : null, address.Port, isTls)];
    }
}
