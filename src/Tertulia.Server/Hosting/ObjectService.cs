using Tertulia.Objects;

namespace Tertulia.Server.Hosting;

/// <summary>Lets the worker on files run as long as the server does.</summary>
internal sealed class ObjectService(ObjectWorker worker) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => worker.RunAsync(stoppingToken);
}
