using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Tertulia.Control.Events;
using Tertulia.Storage;

namespace Tertulia.Control.Webhooks;

/// <summary>
/// Empties the outbox: takes what is due, a few at a time of each webhook, and notes what became of it. An event stays there until it was
/// answered with success, for a day at most; whoever dies in between leaves it to be sent again.
/// </summary>
public sealed partial class WebhookDispatcher(
    DeliveryStore deliveries, WebhookSender sender, MeetingEvents events, WebhookOptions options, TimeProvider time, ILogger<WebhookDispatcher> logger)
{
    private static readonly TimeSpan s_longestWish = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_leaseMargin = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<Task, string> _underWay = [];

    /// <summary>There may be something to send.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Delivers until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var happenings = events.Subscribe(capacity: 1);
        var listening = ListenAsync(happenings.Events);
        await TryAsync(() => deliveries.ReleaseAllAsync(cancellation), cancellation);
        while (!cancellation.IsCancellationRequested)
        {
            await TryAsync(() => StartDueAsync(cancellation), cancellation);
            await WaitAsync(cancellation);
            foreach (var done in _underWay.Keys.Where(task => task.IsCompleted).ToArray()) _underWay.Remove(done);
        }
        await Task.WhenAll(_underWay.Keys);
        happenings.Dispose();
        await listening;
    }

    private async Task StartDueAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await deliveries.GiveUpAsync(now, cancellation);
        foreach (var due in await deliveries.DueAsync(now, options.MostAtOncePerWebhook, options.MostAtOnce, cancellation))
        {
            if (_underWay.Count >= options.MostAtOnce) return;
            if (_underWay.Values.Count(webhook => webhook == due.Webhook.Id) >= options.MostAtOncePerWebhook) continue;
            if (await deliveries.LeaseAsync(due.Delivery.Id, now, now + options.Timeout + s_leaseMargin, cancellation))
                _underWay.Add(DeliverAsync(due, cancellation), due.Webhook.Id);
        }
    }

    private async Task DeliverAsync(DueDelivery due, CancellationToken cancellation)
    {
        // So that the loop goes on at once, whatever this does first.
        await Task.Yield();
        try
        {
            var (attempt, retryAfter) = await sender.SendAsync(due, cancellation);
            await NoteAsync(due, attempt, retryAfter);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await TryAsync(() => deliveries.ReleaseAsync(due.Delivery.Id, CancellationToken.None), CancellationToken.None);
        }
        catch (Exception e)
        {
            // Nothing was noted, so it is tried again when the lease is over.
            LogBroken(e);
        }
        finally
        {
            Wake();
        }
    }

    private Task NoteAsync(DueDelivery due, AttemptRecord attempt, TimeSpan? retryAfter)
    {
        if (attempt.Error is null) return deliveries.NoteAsync(due, attempt, next: null, disable: null);
        var now = time.GetUtcNow();
        DateTimeOffset? next = now + PauseAfter(due.Delivery.Attempts, retryAfter);
        if (next >= due.Delivery.GiveUpAt || attempt.Status == (int)HttpStatusCode.Gone) next = null;
        var disable = next is null ? ReasonToDisable(due, attempt, now) : null;
        if (disable is not null) LogDisabled(due.Webhook.Id, disable);
        return deliveries.NoteAsync(due, attempt, next, disable);
    }

    // Of what was given up. A receiver that hears little may have been away and back between two events.
    private string? ReasonToDisable(DueDelivery due, AttemptRecord attempt, DateTimeOffset now)
    {
        if (attempt.Status == (int)HttpStatusCode.Gone) return "The receiver answered 410: it is gone for good.";
        return due.Webhook.FailingSince is { } since && now - since >= options.FailedAfter
            ? $"Nothing could be delivered since {since:yyyy-MM-dd HH:mm} UTC. The last reason: {attempt.Error}"
            : null;
    }

    private TimeSpan PauseAfter(int attempts, TimeSpan? retryAfter)
    {
        var usual = options.Pauses[Math.Min(attempts, options.Pauses.Count - 1)] * (0.8 + Random.Shared.NextDouble() * 0.4);
        return retryAfter is { } wish && wish > usual ? (wish < s_longestWish ? wish : s_longestWish) : usual;
    }

    private async Task ListenAsync(ChannelReader<Contracts.Events.MeetingEvent> happenings)
    {
        await foreach (var happened in happenings.ReadAllAsync())
        {
            if (happened.IsDurable) Wake();
        }
    }

    private async Task WaitAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(_wake.Reader.WaitToReadAsync(either.Token).AsTask(), Task.Delay(options.Look, time, either.Token));
        _wake.Reader.TryRead(out _);
        await either.CancelAsync();
    }

    private async Task TryAsync(Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogBroken(e);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Id} is not used any more: {Reason}")]
    private partial void LogDisabled(string id, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox of webhooks could not be read or written")]
    private partial void LogBroken(Exception exception);
}
