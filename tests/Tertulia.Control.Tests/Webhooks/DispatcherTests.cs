using Tertulia.Contracts.Events;
using Tertulia.Control.Tests.Storage;
using Tertulia.Control.Webhooks;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Webhooks;

/// <summary>From the outbox to a receiver that behaves well, badly or not at all.</summary>
public sealed class DispatcherTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task Events_arrive_signed_at_those_who_want_them(Engine engine)
    {
        await using var fixture = await WebhookFixture.CreateAsync(engine);
        var all = await fixture.AddAsync();
        var some = await fixture.AddAsync(null, EventTypes.ParticipantJoined, EventTypes.MeetingEnded);
        var others = await fixture.AddAsync(null, EventTypes.MeetingEnded);
        fixture.Start();
        await fixture.HappenAsync();
        await fixture.SettledAsync(all);
        await fixture.SettledAsync(some);

        Assert.Empty(await fixture.LogAsync(others));
        Assert.Equal(2, fixture.Receiver.Received.Count);
        Assert.Single(fixture.Receiver.Received, received => received.IsSignedWith(all.Secret));
        Assert.Single(fixture.Receiver.Received, received => received.IsSignedWith(some.Secret));
        var log = (await fixture.Events.ListAsync(WebhookFixture.MeetingId, null, 10)).Items.Single();
        Assert.All(fixture.Receiver.Received, received => Assert.Equal((log.Id, log.Body), (received.Id, received.Body)));
        Assert.Equal(DeliveryStates.Delivered, (await fixture.LogAsync(all)).Single().State);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task What_fails_is_tried_again_ever_more_rarely_for_a_day_and_then_given_up(Engine engine)
    {
        await using var fixture = await WebhookFixture.CreateAsync(engine);
        var webhook = await fixture.AddAsync();
        fixture.Receiver.AnswerWith(500, "no\0t now");
        fixture.Start();
        await fixture.HappenAsync();
        await fixture.ThroughAttemptsAsync(webhook);

        var delivery = (await fixture.LogAsync(webhook)).Single();
        Assert.Equal(DeliveryStates.Failed, delivery.State);
        var attempts = await fixture.Deliveries.AttemptsAsync(delivery.Id);
        Assert.InRange(attempts.Count, 10, 18);
        Assert.Equal(attempts.Count, delivery.Attempts);
        Assert.All(attempts, attempt => Assert.Equal((500, "not now"), (attempt.Status, attempt.Answer)));
        var pauses = attempts.Zip(attempts.Skip(1), (one, next) => next.At - one.At).ToArray();
        Assert.InRange(pauses[2], TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(270));
        Assert.InRange(pauses[^1], TimeSpan.FromHours(2.4), TimeSpan.FromHours(3.7));
        Assert.InRange(attempts[^1].At - attempts[0].At, TimeSpan.FromHours(19), TimeSpan.FromHours(24));
        // One event that got lost does not disable; nothing for three days does.
        var state = await fixture.Webhooks.FindAsync(TestDatabase.AccountId, webhook.Id);
        Assert.Equal((WebhookStates.Enabled, attempts[0].At), (state!.State, state.FailingSince));
        fixture.Time.Advance(TimeSpan.FromDays(2.5));
        await fixture.HappenAsync();
        await fixture.ThroughAttemptsAsync(webhook);
        state = await fixture.Webhooks.FindAsync(TestDatabase.AccountId, webhook.Id);
        Assert.Equal(WebhookStates.Failed, state!.State);
        Assert.Contains("The receiver answered 500.", state.StateReason, StringComparison.Ordinal);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_receiver_that_comes_back_gets_all_it_missed_once_each(Engine engine)
    {
        await using var fixture = await WebhookFixture.CreateAsync(engine);
        var webhook = await fixture.AddAsync();
        fixture.Receiver.AnswerWith(503);
        fixture.Start();
        for (var i = 0; i < 20; i++) await fixture.HappenAsync($"p{i}");
        await fixture.UntilAsync("some attempts failed", () => Task.FromResult(fixture.Receiver.Received.Count >= 30));

        fixture.Receiver.AnswerWith(204);
        var earlier = fixture.Receiver.Received.Count;
        await fixture.SettledAsync(webhook, TimeSpan.FromSeconds(20));

        var after = fixture.Receiver.Received.Skip(earlier).Select(received => received.Id).ToArray();
        Assert.Equal(20, after.Distinct().Count());
        Assert.All(await fixture.LogAsync(webhook), delivery => Assert.Equal(DeliveryStates.Delivered, delivery.State));
        Assert.Null((await fixture.Webhooks.FindAsync(TestDatabase.AccountId, webhook.Id))!.FailingSince);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_receiver_that_hangs_holds_up_nobody_else_and_is_left_after_a_while(Engine engine)
    {
        await using var fixture = await WebhookFixture.CreateAsync(engine);
        await using var slow = new WebhookReceiver();
        var release = new TaskCompletionSource();
        slow.Answer = (_, _) => release.Task;
        var hanging = await fixture.AddAsync(slow.Url);
        var quick = await fixture.AddAsync();
        fixture.Start(new WebhookOptions { AllowPrivateTargets = true, Timeout = TimeSpan.FromSeconds(1), MostAtOnce = 6 });
        for (var i = 0; i < 20; i++) await fixture.HappenAsync($"p{i}");
        await fixture.SettledAsync(quick, TimeSpan.FromMilliseconds(50));

        Assert.Equal(20, fixture.Receiver.Received.Count);
        await fixture.UntilAsync("the slow one is given a pause", async () => (await fixture.LogAsync(hanging)).Any(delivery => delivery.Attempts > 0));
        var tried = (await fixture.LogAsync(hanging)).First(delivery => delivery.Attempts > 0);
        Assert.Contains("No answer within 1 seconds", (await fixture.Deliveries.AttemptsAsync(tried.Id))[0].Error, StringComparison.Ordinal);
        release.SetResult();
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Two_servers_on_one_outbox_send_nothing_twice(Engine engine)
    {
        await using var fixture = await WebhookFixture.CreateAsync(engine);
        var webhook = await fixture.AddAsync();
        for (var i = 0; i < 40; i++) await fixture.HappenAsync($"p{i}");
        fixture.Start();
        fixture.Start();
        await fixture.SettledAsync(webhook);
        Assert.Equal(40, fixture.Receiver.Received.Count);
    }

    [Fact]
    public async Task Redirects_are_not_followed_and_410_disables_at_once()
    {
        await using var fixture = await WebhookFixture.CreateAsync(Engine.Sqlite);
        await using var elsewhere = new WebhookReceiver();
        var webhook = await fixture.AddAsync();
        fixture.Receiver.Answer = (_, response) =>
        {
            response.StatusCode = 307;
            response.RedirectLocation = elsewhere.Url;
            return Task.CompletedTask;
        };
        fixture.Start();
        await fixture.HappenAsync();
        await fixture.UntilAsync("it was tried", async () => (await fixture.LogAsync(webhook)).Single().Attempts > 0);
        var delivery = (await fixture.LogAsync(webhook)).Single();
        Assert.Contains("redirects are not followed", (await fixture.Deliveries.AttemptsAsync(delivery.Id))[0].Error, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Received);

        fixture.Receiver.AnswerWith(410);
        await fixture.SettledAsync(webhook);
        Assert.Equal(WebhookStates.Failed, (await fixture.Webhooks.FindAsync(TestDatabase.AccountId, webhook.Id))!.State);
        await fixture.HappenAsync("p2");
        Assert.Single(await fixture.LogAsync(webhook));
    }

    [Fact]
    public async Task A_receivers_wish_to_wait_longer_is_heard()
    {
        await using var fixture = await WebhookFixture.CreateAsync(Engine.Sqlite);
        var webhook = await fixture.AddAsync();
        fixture.Receiver.Answer = (_, response) =>
        {
            response.StatusCode = 429;
            response.AddHeader("Retry-After", "1200");
            return Task.CompletedTask;
        };
        fixture.Start();
        await fixture.HappenAsync();
        await fixture.UntilAsync("it was tried", async () => (await fixture.LogAsync(webhook)).Single().Attempts == 1);
        var delivery = (await fixture.LogAsync(webhook)).Single();
        Assert.InRange(delivery.NextAttemptAt!.Value - delivery.CreatedAt, TimeSpan.FromSeconds(1195), TimeSpan.FromSeconds(1300));
    }

    // "localhost" is a name: what it leads to is seen only when the connection is made.
    [Theory]
    [InlineData("http://localhost:{0}/hook")]
    [InlineData("http://127.0.0.1:{0}/hook")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/hook")]
    [InlineData("http://[::1]:{0}/hook")]
    [InlineData("http://0x7f.1:{0}/hook")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    public async Task Private_targets_are_refused_when_the_connection_is_made(string url)
    {
        await using var fixture = await WebhookFixture.CreateAsync(Engine.Sqlite);
        var webhook = await fixture.AddAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, url, new Uri(fixture.Receiver.Url).Port));
        fixture.Start(new WebhookOptions { AllowPrivateTargets = false });
        await fixture.HappenAsync();
        await fixture.UntilAsync("it was tried", async () => (await fixture.LogAsync(webhook)).Single().Attempts > 0);
        var delivery = (await fixture.LogAsync(webhook)).Single();
        Assert.Contains("is not an address of the public internet", (await fixture.Deliveries.AttemptsAsync(delivery.Id))[0].Error, StringComparison.Ordinal);
        Assert.Empty(fixture.Receiver.Received);
    }

    [Fact]
    public async Task A_secret_that_was_replaced_signs_beside_the_new_one_for_a_while()
    {
        await using var fixture = await WebhookFixture.CreateAsync(Engine.Sqlite);
        var webhook = await fixture.AddAsync();
        var rotated = webhook with { Secret = WebhookSecret.New(), OldSecret = webhook.Secret, OldSecretUntil = fixture.Time.GetUtcNow() + TimeSpan.FromHours(1) };
        await fixture.Webhooks.UpdateAsync(rotated);
        fixture.Start();
        await fixture.HappenAsync();
        await fixture.SettledAsync(webhook);
        fixture.Time.Advance(TimeSpan.FromHours(1));
        await fixture.HappenAsync("p2");
        await fixture.SettledAsync(webhook);

        var received = fixture.Receiver.Received.ToArray();
        Assert.True(received[0].IsSignedWith(webhook.Secret) && received[0].IsSignedWith(rotated.Secret));
        Assert.False(received[1].IsSignedWith(webhook.Secret));
        Assert.True(received[1].IsSignedWith(rotated.Secret));
    }
}
