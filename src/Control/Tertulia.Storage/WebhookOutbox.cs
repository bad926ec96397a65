using System.Security.Cryptography;
using Tertulia.Contracts.Events;

namespace Tertulia.Storage;

/// <summary>What is to be sent to webhooks.</summary>
internal static class WebhookOutbox
{
    /// <summary>One row for every webhook of the account that wants this type, within the caller's transaction.</summary>
    public static async Task EnqueueAsync(DatabaseSession session, string accountId, string eventId, MeetingEvent happened, string body)
    {
        var webhooks = await session.QueryAsync<string>(
            "SELECT id FROM webhooks WHERE account_id = @accountId AND state = 'enabled' AND (events = '' OR events LIKE @pattern)",
            new { accountId, pattern = $"% {happened.Type} %" });
        foreach (var webhook in webhooks) await InsertAsync(session, webhook, eventId, happened.Type, body, happened.Timestamp);
    }

    public static async Task<string> InsertAsync(
        DatabaseSession session, string webhookId, string eventId, string type, string body, DateTimeOffset at)
    {
        var id = "dlv_" + RandomNumberGenerator.GetHexString(24, lowercase: true);
        await session.ExecuteAsync(
            "INSERT INTO webhook_deliveries (id, webhook_id, event_id, event_type, body, state, created_at, give_up_at, next_attempt_at) " +
            "VALUES (@id, @webhookId, @eventId, @type, @body, 'pending', @at, @giveUpAt, @at)",
            new
            {
                id, webhookId, eventId, type, body,
                at = Timestamps.ToStored(at),
                giveUpAt = Timestamps.ToStored(at + EventStore.DeliveredWithin),
            });
        return id;
    }
}
