using System.Text.Json;

namespace Tertulia.Contracts.Rest;

/// <summary>Body of <c>POST /api/webhooks</c>.</summary>
/// <param name="Url">An http or https address that the public internet reaches.</param>
/// <param name="Events">Some of <see cref="Events.EventTypes.All"/>; absent, empty or <c>["*"]</c>: all, those of later versions too.</param>
public sealed record CreateWebhookRequest(string? Url = null, IReadOnlyList<string>? Events = null, string? Description = null);

/// <summary>Body of <c>PATCH /api/webhooks/{id}</c>: what is absent stays.</summary>
public sealed record UpdateWebhookRequest(
    string? Url = null, IReadOnlyList<string>? Events = null, string? Description = null, bool? Enabled = null);

/// <param name="Events"><c>["*"]</c>: all.</param>
/// <param name="State"><c>enabled</c>, <c>disabled</c> (by its owner) or <c>failed</c> (nothing could be delivered for long).</param>
/// <param name="FailingSince">The first failure after the last success.</param>
public record WebhookView(
    string Id,
    string Url,
    string Description,
    IReadOnlyList<string> Events,
    string State,
    string? StateReason,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FailingSince);

/// <param name="Secret"><c>whsec_…</c>, shown this once: receivers verify signatures with it.</param>
public sealed record CreatedWebhook(
    string Id,
    string Url,
    string Description,
    IReadOnlyList<string> Events,
    string State,
    string? StateReason,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FailingSince,
    string Secret) : WebhookView(Id, Url, Description, Events, State, StateReason, CreatedAt, FailingSince);

/// <param name="OldSecretUntil">Until then deliveries are signed with the old secret as well.</param>
public sealed record RotatedSecret(string Secret, DateTimeOffset OldSecretUntil);

/// <param name="EventId">The <c>webhook-id</c>: the same each time that event is sent.</param>
/// <param name="State"><c>pending</c>, <c>delivered</c> or <c>failed</c>.</param>
public record DeliveryView(
    string Id,
    string EventId,
    string EventType,
    string State,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? SettledAt);

/// <param name="Payload">What was or will be sent.</param>
/// <param name="Log">Every attempt, in order.</param>
public sealed record DeliveryDetail(
    string Id,
    string EventId,
    string EventType,
    string State,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? SettledAt,
    JsonElement Payload,
    IReadOnlyList<AttemptView> Log) : DeliveryView(Id, EventId, EventType, State, Attempts, CreatedAt, NextAttemptAt, SettledAt);

/// <param name="Status">HTTP status of the receiver's answer; absent if there was none.</param>
/// <param name="Error">Why it failed; absent if it was delivered.</param>
/// <param name="Answer">The first of what the receiver said.</param>
public sealed record AttemptView(DateTimeOffset At, long DurationMs, int? Status, string? Error, string? Answer);
