using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Tertulia.Server.Hosting;

/// <summary>The TCP ports on which this server listens, known once it does. Media and its relaying share them with HTTP.</summary>
public sealed class TcpPorts(IServer server)
{
    /// <summary>Where TURN is spoken in the clear: every port will do. Null before the start.</summary>
    public int? Plain => Listening.FirstOrDefault()?.Port;

    /// <summary>Where TURN is spoken inside TLS; null if nowhere.</summary>
    public int? Tls => Listening.FirstOrDefault(port => port.IsTls)?.Port;

    // The most likely to be reached first: what is open to this machine alone last, and 443 before 80, where proxies that know HTTP only may stand between.
    private IEnumerable<ListeningPort> Listening =>
        (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Select(ListeningPort.Parse).OfType<ListeningPort>()
            .OrderBy(port => port.IsLoopback).ThenBy(port => port.Port != 443).ThenBy(port => !port.IsTls);

    /// <summary>Where a client that is told <paramref name="advertised"/> can connect, best first.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints(IReadOnlyList<IPAddress> advertised) => EndPoints(advertised, Listening);

    /// <summary>The same for TLS alone.</summary>
    public IReadOnlyList<IPEndPoint> TlsEndPoints(IReadOnlyList<IPAddress> advertised) => EndPoints(advertised, Listening.Where(port => port.IsTls));

    private static IReadOnlyList<IPEndPoint> EndPoints(IReadOnlyList<IPAddress> advertised, IEnumerable<ListeningPort> ports) =>
    [
        .. ports.SelectMany(port => port.Among(advertised).Select(address => new IPEndPoint(address, port.Port)))
            .DistinctBy(point => point.Address), // one port for each address: a browser would try them all
    ];

    /// <param name="Address">Null: every address of the host.</param>
    private sealed record ListeningPort(IPAddress? Address, int Port, bool IsTls)
    {
        public bool IsLoopback => Address is not null && IPAddress.IsLoopback(Address);

        public static ListeningPort? Parse(string url)
        {
            // Kestrel writes what it has bound: an address, [::] for all, or localhost.
            if (!Uri.TryCreate(url.Replace("://*", "://[::]", StringComparison.Ordinal).Replace("://+", "://[::]", StringComparison.Ordinal), UriKind.Absolute, out var uri)) return null;
            var isTls = uri.Scheme == Uri.UriSchemeHttps;
            if (uri.Host == "localhost") return new(IPAddress.Loopback, uri.Port, isTls);
            if (!IPAddress.TryParse(uri.DnsSafeHost, out var address)) return new(null, uri.Port, isTls);
            var isAny = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
            return new(isAny ? null : address, uri.Port, isTls);
        }

        public IEnumerable<IPAddress> Among(IReadOnlyList<IPAddress> advertised)
        {
            if (Address is null) return advertised;
            if (advertised.Contains(Address)) return [Address];

            // Behind a 1:1 NAT what is advertised is not what is bound; but a loopback port is never reached from outside.
            return IPAddress.IsLoopback(Address) ? [] : advertised.Where(address => !IPAddress.IsLoopback(address));
        }
    }
}
