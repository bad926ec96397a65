using Microsoft.Extensions.Logging.Abstractions;
using Tertulia.Contracts.Events;
using Tertulia.Control.Events;
using Tertulia.Control.Tests.Meetings;
using Tertulia.Control.Tests.Storage;
using Tertulia.Control.Webhooks;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Webhooks;

/// <summary>An outbox with a real database, a receiver and a clock of its own.</summary>
internal sealed class WebhookFixture : IAsyncDisposable
{
    public const string MeetingId = "mtg_000000000001";

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly List<WebhookSender> _senders = [];

    private WebhookFixture(TestDatabase database) => Database = database;

    public TestDatabase Database { get; }

    public ManualTime Time { get; } = new();

    public WebhookReceiver Receiver { get; } = new();

    public WebhookStore Webhooks => new(Database.Database);

    public DeliveryStore Deliveries => new(Database.Database);

    public EventStore Events => new(Database.Database);

    public static async Task<WebhookFixture> CreateAsync(Engine engine)
    {
        var fixture = new WebhookFixture(await TestDatabase.CreateAsync(engine));
        await fixture.Database.AddMeetingAsync(MeetingId);
        return fixture;
    }

    public async Task<WebhookRecord> AddAsync(string? url = null, params string[] events)
    {
        var webhook = new WebhookRecord(
            $"whk_{Guid.NewGuid():N}", TestDatabase.AccountId, url ?? Receiver.Url, "", events, WebhookSecret.New(), WebhookStates.Enabled, Time.GetUtcNow());
        Assert.True(await Webhooks.InsertAsync(webhook, 100));
        return webhook;
    }

    /// <summary>Something happens, as a meeting would say it.</summary>
    public Task HappenAsync(string peerId = "p1") => Events.AppendAsync(
        new ParticipantJoined(new EventMoment(MeetingId, Time.GetUtcNow(), 0), peerId, "Ada", "host"));

    /// <summary>A server that delivers. May be called again, for a second one.</summary>
    public WebhookDispatcher Start(WebhookOptions? options = null)
    {
        var used = options ?? new WebhookOptions { AllowPrivateTargets = true };
        var sender = new WebhookSender(used, Time);
        _senders.Add(sender);
        var dispatcher = new WebhookDispatcher(
            Deliveries, sender, new MeetingEvents(Events), used, Time, NullLogger<WebhookDispatcher>.Instance);
        _running.Add(dispatcher.RunAsync(_stop.Token));
        return dispatcher;
    }

    /// <summary>Lets time pass in steps, as timers want it, until something is so.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> condition, TimeSpan? step = null)
    {
        for (var patience = 0; patience < 2_000; patience++)
        {
            if (await condition()) return;
            Time.Advance(step ?? TimeSpan.FromSeconds(2));
            await Task.Delay(5);
        }
        throw new TimeoutException(what);
    }

    public async Task<IReadOnlyList<DeliveryRecord>> LogAsync(WebhookRecord webhook) =>
        (await Deliveries.ListAsync(webhook.Id, null, null, 100)).Items;

    public Task SettledAsync(WebhookRecord webhook, TimeSpan? step = null) => UntilAsync(
        "everything is settled", async () => (await LogAsync(webhook)).All(delivery => delivery.SettledAt is not null), step);

    /// <summary>Goes from attempt to attempt of the newest delivery until it is settled.</summary>
    public async Task ThroughAttemptsAsync(WebhookRecord webhook)
    {
        while ((await LogAsync(webhook))[0] is { SettledAt: null, NextAttemptAt: { } next, Attempts: var attempts })
        {
            var wait = next - Time.GetUtcNow();
            if (wait > TimeSpan.Zero) Time.Advance(wait);
            await UntilAsync("another attempt", async () => (await LogAsync(webhook))[0].Attempts > attempts);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _senders.ForEach(sender => sender.Dispose());
        await Receiver.DisposeAsync();
        await Database.DisposeAsync();
        _stop.Dispose();
    }
}
