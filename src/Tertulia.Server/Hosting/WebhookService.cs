using Tertulia.Control.Webhooks;

namespace Tertulia.Server.Hosting;

/// <summary>Lets the dispatcher of webhooks run as long as the server does.</summary>
internal sealed class WebhookService(WebhookDispatcher dispatcher) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => dispatcher.RunAsync(stoppingToken);
}
