using System.Net;
using Tertulia.Server.Hosting;

namespace Tertulia.Server.Transport;

/// <summary>
/// Once the server listens, rooms tell browsers of its TCP port too (RFC 6544): of one port, the first, at each address at which it is open. Where UDP
/// gets through, it is preferred.
/// </summary>
internal sealed class TcpCandidates(ListeningPorts ports, MediaPlane media, IHostApplicationLifetime lifetime) : IHostedService
{
    private CancellationTokenRegistration _started;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _started = lifetime.ApplicationStarted.Register(() => media.Node.TcpEndPoints = EndPoints());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _started.Dispose();
        return Task.CompletedTask;
    }

    private IReadOnlyList<IPEndPoint> EndPoints()
    {
        var open = ports.All;
        if (open.Count == 0) return [];
        var same = open.Where(port => port.Port == open[0].Port).ToList();
        return same.Exists(port => port.Address is null)
            ? [.. media.Node.Addresses.Select(address => new IPEndPoint(address, open[0].Port))]
            : [.. same.Select(port => new IPEndPoint(port.Address!, port.Port))];
    }
}
