using System.Net;

namespace Tertulia.Server.Hosting;

/// <summary>
/// Once the server listens, tells the media node which TCP ports are there, and tries everything that clients will be told: a wrong address is
/// noticed here rather than by the first participant who hears nothing.
/// </summary>
internal sealed partial class Reachability(MediaPlane media, TcpPorts ports, IHostApplicationLifetime lifetime, ILogger<Reachability> logger) : BackgroundService
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var started = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStarted, stoppingToken);
        var listening = new TaskCompletionSource();
        await using var registration = started.Token.Register(listening.SetResult);
        await listening.Task;
        if (stoppingToken.IsCancellationRequested) return;

        var node = media.Node;
        node.TcpEndPoints = ports.EndPoints(node.Addresses);
        var udp = node.UdpPorts.SelectMany(port => node.Addresses.Select(address => new IPEndPoint(address, port)));
        await Task.WhenAll(
            udp.Select(point => TestAsync("UDP", point, StunProbe.UdpAsync, stoppingToken))
            .Concat(node.TcpEndPoints.Union(ports.TlsEndPoints(node.Addresses)).Select(point => TestAsync("TCP", point, StunProbe.TcpAsync, stoppingToken))));
    }

    private async Task TestAsync(string protocol, IPEndPoint point, Func<IPEndPoint, TimeSpan, CancellationToken, Task<string?>> probe, CancellationToken stop)
    {
        try
        {
            if (await probe(point, s_patience, stop) is { } obstacle) LogUnreachable(protocol, point, obstacle);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Clients are told to reach media at {Protocol} {Point}, but this host itself does not reach it there: {Obstacle}. " +
        "If the address is wrong, set Tertulia__Media__AdvertisedAddresses; if it is right, look whether a firewall or NAT stands before it")]
    private partial void LogUnreachable(string protocol, IPEndPoint point, string obstacle);
}
