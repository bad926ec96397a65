using Tertulia.Control.Meetings;

namespace Tertulia.Server.Signaling;

/// <summary>Before the server stops taking requests, everyone in a meeting is asked to come back to its successor.</summary>
internal sealed class MeetingDrain(MeetingDirectory meetings) : IHostedLifecycleService
{
    public Task StoppingAsync(CancellationToken cancellationToken) => meetings.DrainAsync();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
