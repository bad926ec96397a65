namespace Tertulia.Storage;

public static class WebhookStates
{
    public const string Enabled = "enabled";

    /// <summary>By its owner.</summary>
    public const string Disabled = "disabled";

    /// <summary>By this server, since nothing could be delivered for long.</summary>
    public const string Failed = "failed";
}

/// <param name="Events">Types that it wants; none: all.</param>
/// <param name="Secret">What its deliveries are signed with: <c>whsec_…</c>.</param>
/// <param name="OldSecret">Signs as well until <paramref name="OldSecretUntil"/>, so that receivers can change over.</param>
/// <param name="FailingSince">The first failure after the last success.</param>
public sealed record WebhookRecord(
    string Id,
    string AccountId,
    string Url,
    string Description,
    IReadOnlyList<string> Events,
    string Secret,
    string State,
    DateTimeOffset CreatedAt,
    string? StateReason = null,
    DateTimeOffset? FailingSince = null,
    string? OldSecret = null,
    DateTimeOffset? OldSecretUntil = null);

/// <summary>Where accounts want to be told what happens in their meetings.</summary>
public sealed class WebhookStore(Database database)
{
    private const string Columns =
        "id, account_id, url, description, events, secret, state, created_at, state_reason, failing_since, old_secret, old_secret_until";

    /// <summary>Stores a new webhook; false if the account has <paramref name="most"/> already.</summary>
    public async Task<bool> InsertAsync(WebhookRecord webhook, int most, CancellationToken cancellation = default) =>
        await database.ExecuteAsync(
            "INSERT INTO webhooks (id, account_id, url, description, events, secret, state, created_at) " +
            "SELECT @Id, @AccountId, @Url, @Description, @events, @Secret, @State, @createdAt " +
            "WHERE (SELECT COUNT(*) FROM webhooks WHERE account_id = @AccountId) < @most",
            new
            {
                webhook.Id, webhook.AccountId, webhook.Url, webhook.Description, webhook.Secret, webhook.State,
                events = Join(webhook.Events),
                createdAt = Timestamps.ToStored(webhook.CreatedAt),
                most = (long)most,
            },
            cancellation) == 1;

    public Task<WebhookRecord?> FindAsync(string accountId, string id, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session => (await session.QueryFirstAsync<Row>(
                $"SELECT {Columns} FROM webhooks WHERE account_id = @accountId AND id = @id", new { accountId, id }))?.ToRecord(),
            cancellation);

    /// <summary>An account's webhooks, the oldest first.</summary>
    public Task<Slice<WebhookRecord>> ListAsync(string accountId, Cursor? after, int limit, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session =>
            {
                var rows = await session.QueryAsync<Row>(
                    $"SELECT {Columns} FROM webhooks WHERE account_id = @accountId " +
                    (after is null ? "" : "AND (created_at > @key OR (created_at = @key AND id > @id)) ") +
                    "ORDER BY created_at, id LIMIT @rows",
                    new { accountId, key = after?.Key ?? 0, id = after?.Id ?? "", rows = limit + 1L });
                return Slice<WebhookRecord>.Of(
                    [.. rows.Select(row => row.ToRecord())], limit, webhook => new Cursor(Timestamps.ToStored(webhook.CreatedAt), webhook.Id));
            },
            cancellation);

    /// <summary>Writes what its owner may change; enabling it forgets earlier failures.</summary>
    public Task UpdateAsync(WebhookRecord webhook, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "UPDATE webhooks SET url = @Url, description = @Description, events = @events, state = @State, state_reason = @StateReason, " +
            "failing_since = @failingSince, secret = @Secret, old_secret = @OldSecret, old_secret_until = @oldSecretUntil " +
            "WHERE account_id = @AccountId AND id = @Id",
            new
            {
                webhook.Id, webhook.AccountId, webhook.Url, webhook.Description, webhook.State, webhook.StateReason, webhook.Secret, webhook.OldSecret,
                events = Join(webhook.Events),
                failingSince = Timestamps.ToStored(webhook.FailingSince),
                oldSecretUntil = Timestamps.ToStored(webhook.OldSecretUntil),
            },
            cancellation);

    /// <summary>Deletes it with its outbox and log; false if there is none.</summary>
    public Task<bool> DeleteAsync(string accountId, string id, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                if (await session.QueryFirstAsync<string>("SELECT id FROM webhooks WHERE account_id = @accountId AND id = @id", new { accountId, id }) is null)
                    return false;
                await session.ExecuteAsync(
                    "DELETE FROM webhook_attempts WHERE delivery_id IN (SELECT id FROM webhook_deliveries WHERE webhook_id = @id)", new { id });
                await session.ExecuteAsync("DELETE FROM webhook_deliveries WHERE webhook_id = @id", new { id });
                return await session.ExecuteAsync("DELETE FROM webhooks WHERE id = @id", new { id }) == 1;
            },
            cancellation);

    private static string Join(IReadOnlyList<string> events) => events.Count == 0 ? "" : $" {string.Join(' ', events)} ";

    internal sealed class Row
    {
        public string Id { get; init; } = "";
        public string AccountId { get; init; } = "";
        public string Url { get; init; } = "";
        public string Description { get; init; } = "";
        public string Events { get; init; } = "";
        public string Secret { get; init; } = "";
        public string State { get; init; } = "";
        public long CreatedAt { get; init; }
        public string? StateReason { get; init; }
        public long? FailingSince { get; init; }
        public string? OldSecret { get; init; }
        public long? OldSecretUntil { get; init; }

        public WebhookRecord ToRecord() => new(
            Id,
            AccountId,
            Url,
            Description,
            Events.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Secret,
            State,
            Timestamps.FromStored(CreatedAt),
            StateReason,
            Timestamps.FromStored(FailingSince),
            OldSecret,
            Timestamps.FromStored(OldSecretUntil));
    }
}
