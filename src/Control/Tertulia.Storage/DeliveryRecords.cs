namespace Tertulia.Storage;

public static class DeliveryStates
{
    public const string Pending = "pending";
    public const string Delivered = "delivered";

    /// <summary>Given up; it may be sent again.</summary>
    public const string Failed = "failed";
}

/// <summary>One event on its way to one webhook.</summary>
/// <param name="State">One of <see cref="DeliveryStates"/>.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="NextAttemptAt">Null once it is settled.</param>
/// <param name="SettledAt">When it was delivered or given up.</param>
public sealed record DeliveryRecord(
    string Id,
    string WebhookId,
    string EventId,
    string EventType,
    string Body,
    string State,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset GiveUpAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? SettledAt);

/// <param name="Status">HTTP status; null if there was no answer.</param>
/// <param name="Error">Why it failed; null if it was delivered.</param>
/// <param name="Answer">The first of what the receiver said.</param>
public sealed record AttemptRecord(DateTimeOffset At, TimeSpan Duration, int? Status, string? Error, string? Answer);

/// <summary>A delivery with all that is needed to make it.</summary>
public sealed record DueDelivery(DeliveryRecord Delivery, WebhookRecord Webhook);
