namespace Tertulia.Storage;

/// <summary>The outbox of webhooks, and their log.</summary>
public sealed class DeliveryStore(Database database)
{
    private const string Columns =
        "d.id, d.webhook_id, d.event_id, d.event_type, d.body, d.state, d.attempts, d.created_at, d.give_up_at, d.next_attempt_at, d.settled_at";

    /// <summary>Puts something into the outbox of one webhook: a test, or an event once more.</summary>
    public Task<DeliveryRecord> EnqueueAsync(
        string webhookId, string eventId, string type, string body, DateTimeOffset at, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var id = await WebhookOutbox.InsertAsync(session, webhookId, eventId, type, body, at);
                return (await session.QueryFirstAsync<Row>($"SELECT {Columns} FROM webhook_deliveries d WHERE d.id = @id", new { id }))!.ToRecord();
            },
            cancellation);

    public Task<DeliveryRecord?> FindAsync(string webhookId, string id, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session => (await session.QueryFirstAsync<Row>(
                $"SELECT {Columns} FROM webhook_deliveries d WHERE d.webhook_id = @webhookId AND d.id = @id", new { webhookId, id }))?.ToRecord(),
            cancellation);

    /// <summary>A webhook's deliveries, the newest first.</summary>
    /// <param name="state">Only those in this state; null: all.</param>
    public Task<Slice<DeliveryRecord>> ListAsync(
        string webhookId, string? state, Cursor? after, int limit, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session =>
            {
                var rows = await session.QueryAsync<Row>(
                    $"SELECT {Columns}, d.position FROM webhook_deliveries d WHERE d.webhook_id = @webhookId AND d.position < @before " +
                    (state is null ? "" : "AND d.state = @state ") + "ORDER BY d.position DESC LIMIT @rows",
                    new { webhookId, state = state ?? "", before = after?.Key ?? long.MaxValue, rows = limit + 1L });
                var slice = Slice<Row>.Of(rows, limit, row => new Cursor(row.Position));
                return new Slice<DeliveryRecord>([.. slice.Items.Select(row => row.ToRecord())], slice.Next);
            },
            cancellation);

    /// <summary>What was tried for a delivery, in order.</summary>
    public Task<IReadOnlyList<AttemptRecord>> AttemptsAsync(string deliveryId, CancellationToken cancellation = default) =>
        database.ReadAsync<IReadOnlyList<AttemptRecord>>(
            async session =>
            {
                var rows = await session.QueryAsync<AttemptRow>(
                    "SELECT attempted_at, duration_ms, status, error, answer FROM webhook_attempts WHERE delivery_id = @deliveryId ORDER BY position",
                    new { deliveryId });
                return [.. rows.Select(row => row.ToRecord())];
            },
            cancellation);

    /// <summary>What is to be sent now: of each enabled webhook the few that wait longest, so that none holds up the others.</summary>
    public Task<IReadOnlyList<DueDelivery>> DueAsync(DateTimeOffset now, int perWebhook, int limit, CancellationToken cancellation = default) =>
        database.ReadAsync<IReadOnlyList<DueDelivery>>(
            async session =>
            {
                var rows = await session.QueryAsync<Row>(
                    $"SELECT * FROM (SELECT {Columns}, ROW_NUMBER() OVER (PARTITION BY d.webhook_id ORDER BY d.next_attempt_at, d.position) AS place " +
                    "FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id " +
                    "WHERE d.state = 'pending' AND d.next_attempt_at <= @now AND d.leased_until <= @now AND w.state = 'enabled') AS due " +
                    "WHERE place <= @perWebhook ORDER BY next_attempt_at LIMIT @limit",
                    new { now = Timestamps.ToStored(now), perWebhook = (long)perWebhook, limit = (long)limit });
                if (rows.Count == 0) return [];
                var webhooks = (await session.QueryAsync<WebhookStore.Row>("SELECT * FROM webhooks WHERE state = 'enabled'"))
                    .ToDictionary(row => row.Id, row => row.ToRecord());
                return [.. rows.Where(row => webhooks.ContainsKey(row.WebhookId)).Select(row => new DueDelivery(row.ToRecord(), webhooks[row.WebhookId]))];
            },
            cancellation);

    /// <summary>Takes a delivery for this server alone until then; false if another was faster.</summary>
    public async Task<bool> LeaseAsync(string id, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellation = default) =>
        await database.ExecuteAsync(
            "UPDATE webhook_deliveries SET leased_until = @until WHERE id = @id AND state = 'pending' AND leased_until <= @now",
            new { id, now = Timestamps.ToStored(now), until = Timestamps.ToStored(until) },
            cancellation) == 1;

    public Task ReleaseAsync(string id, CancellationToken cancellation = default) =>
        database.ExecuteAsync("UPDATE webhook_deliveries SET leased_until = 0 WHERE id = @id", new { id }, cancellation);

    /// <summary>What a killed server was at is free at once, where no other server can be at it.</summary>
    public async Task ReleaseAllAsync(CancellationToken cancellation = default)
    {
        if (!database.IsShared) await database.ExecuteAsync("UPDATE webhook_deliveries SET leased_until = 0 WHERE leased_until > 0", null, cancellation);
    }

    /// <summary>Notes an attempt and what follows from it.</summary>
    /// <param name="next">When to try again; null if it is delivered or given up.</param>
    /// <param name="disable">Why the webhook is not used any more; null if it is.</param>
    public Task NoteAsync(
        DueDelivery due, AttemptRecord attempt, DateTimeOffset? next, string? disable, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var delivered = attempt.Error is null;
                var settled = delivered || next is null;
                var done = await session.ExecuteAsync(
                    "UPDATE webhook_deliveries SET attempts = attempts + 1, leased_until = 0, state = @state, next_attempt_at = @next, settled_at = @settledAt " +
                    "WHERE id = @id",
                    new
                    {
                        id = due.Delivery.Id,
                        state = delivered ? DeliveryStates.Delivered : settled ? DeliveryStates.Failed : DeliveryStates.Pending,
                        next = Timestamps.ToStored(settled ? null : next),
                        settledAt = Timestamps.ToStored(settled ? attempt.At + attempt.Duration : null),
                    });
                // Its webhook was deleted meanwhile, and the log with it.
                if (done == 0) return false;
                await session.ExecuteAsync(
                    "INSERT INTO webhook_attempts (delivery_id, attempted_at, duration_ms, status, error, answer) " +
                    "VALUES (@id, @at, @duration, @status, @Error, @Answer)",
                    new
                    {
                        id = due.Delivery.Id, attempt.Error, attempt.Answer,
                        at = Timestamps.ToStored(attempt.At),
                        duration = (long)attempt.Duration.TotalMilliseconds,
                        status = (long?)attempt.Status,
                    });
                await session.ExecuteAsync(
                    delivered
                        ? "UPDATE webhooks SET failing_since = NULL WHERE id = @id AND failing_since IS NOT NULL"
                        : "UPDATE webhooks SET failing_since = COALESCE(failing_since, @at) WHERE id = @id",
                    new { id = due.Webhook.Id, at = Timestamps.ToStored(attempt.At) });
                if (disable is not null)
                {
                    await session.ExecuteAsync(
                        "UPDATE webhooks SET state = 'failed', state_reason = @disable WHERE id = @id AND state = 'enabled'",
                        new { id = due.Webhook.Id, disable });
                }
                return true;
            },
            cancellation);

    /// <summary>Gives up what could not even be tried in time: its webhook is disabled.</summary>
    public Task<int> GiveUpAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "UPDATE webhook_deliveries SET state = 'failed', settled_at = @now, next_attempt_at = NULL " +
            "WHERE state = 'pending' AND give_up_at <= @now AND leased_until <= @now " +
            "AND webhook_id IN (SELECT id FROM webhooks WHERE state <> 'enabled')",
            new { now = Timestamps.ToStored(now) },
            cancellation);

    /// <summary>Deletes the log of what was settled before a moment, and of meetings that were deleted.</summary>
    public Task<int> DeleteSettledAsync(DateTimeOffset before, CancellationToken cancellation = default)
    {
        const string Concerned = "state <> 'pending' AND (created_at < @before OR (event_type <> 'ping' AND event_id NOT IN (SELECT id FROM meeting_events)))";
        return database.WriteAsync(
            async session =>
            {
                var parameters = new { before = Timestamps.ToStored(before) };
                await session.ExecuteAsync($"DELETE FROM webhook_attempts WHERE delivery_id IN (SELECT id FROM webhook_deliveries WHERE {Concerned})", parameters);
                return await session.ExecuteAsync($"DELETE FROM webhook_deliveries WHERE {Concerned}", parameters);
            },
            cancellation);
    }

    private sealed class AttemptRow
    {
        public long AttemptedAt { get; init; }
        public long DurationMs { get; init; }
        public long? Status { get; init; }
        public string? Error { get; init; }
        public string? Answer { get; init; }

        public AttemptRecord ToRecord() => new(Timestamps.FromStored(AttemptedAt), TimeSpan.FromMilliseconds(DurationMs), (int?)Status, Error, Answer);
    }

    private sealed class Row
    {
        public long Position { get; init; }
        public string Id { get; init; } = "";
        public string WebhookId { get; init; } = "";
        public string EventId { get; init; } = "";
        public string EventType { get; init; } = "";
        public string Body { get; init; } = "";
        public string State { get; init; } = "";
        public long Attempts { get; init; }
        public long CreatedAt { get; init; }
        public long GiveUpAt { get; init; }
        public long? NextAttemptAt { get; init; }
        public long? SettledAt { get; init; }

        public DeliveryRecord ToRecord() => new(
            Id,
            WebhookId,
            EventId,
            EventType,
            Body,
            State,
            (int)Attempts,
            Timestamps.FromStored(CreatedAt),
            Timestamps.FromStored(GiveUpAt),
            Timestamps.FromStored(NextAttemptAt),
            Timestamps.FromStored(SettledAt));
    }
}
