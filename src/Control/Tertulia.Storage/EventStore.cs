using System.Security.Cryptography;
using Tertulia.Contracts.Events;

namespace Tertulia.Storage;

/// <param name="Body">The envelope as JSON.</param>
public sealed record EventRecord(string Id, string MeetingId, long Sequence, string Type, DateTimeOffset HappenedAt, string Body);

/// <summary>
/// The durable log of each meeting. An event is written in the transaction of what it tells, and with it goes one row into the
/// outbox of every webhook that wants it: so no crash separates a fact from its announcement.
/// </summary>
public sealed class EventStore(Database database)
{
    /// <summary>How long a webhook is tried.</summary>
    public static readonly TimeSpan DeliveredWithin = TimeSpan.FromHours(24);

    /// <summary>On disk, and in the outboxes, when it completes.</summary>
    public Task AppendAsync(MeetingEvent happened, CancellationToken cancellation = default) =>
        AppendAsync(happened, _ => Task.CompletedTask, cancellation);

    /// <summary>Appends the event unless the meeting has one of its type from <paramref name="since"/> on; false if it has.</summary>
    public Task<bool> AppendOnceAsync(MeetingEvent happened, DateTimeOffset since, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                // Two at once would both find none: the meeting's row is the lock that both engines know.
                await session.ExecuteAsync("UPDATE meetings SET event_sequence = event_sequence WHERE id = @MeetingId", new { happened.MeetingId });
                var before = await session.QueryFirstAsync<long>(
                    "SELECT COUNT(*) FROM meeting_events WHERE meeting_id = @MeetingId AND type = @Type AND happened_at >= @since",
                    new { happened.MeetingId, happened.Type, since = Timestamps.ToStored(since) });
                if (before > 0) return false;
                await AppendAsync(session, happened);
                return true;
            },
            cancellation);

    /// <summary>Does <paramref name="work"/> and appends the event in one transaction.</summary>
    public Task AppendAsync(MeetingEvent happened, Func<DatabaseSession, Task> work, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                await work(session);
                await AppendAsync(session, happened);
                return true;
            },
            cancellation);

    /// <summary>A meeting's events from one sequence number on.</summary>
    public Task<Slice<EventRecord>> ListAsync(string meetingId, Cursor? after, int limit, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session =>
            {
                var rows = await session.QueryAsync<Row>(
                    "SELECT id, meeting_id, sequence, type, happened_at, body FROM meeting_events " +
                    "WHERE meeting_id = @meetingId AND sequence > @after ORDER BY sequence LIMIT @rows",
                    new { meetingId, after = after?.Key ?? 0, rows = limit + 1L });
                return Slice<EventRecord>.Of([.. rows.Select(row => row.ToRecord())], limit, record => new Cursor(record.Sequence));
            },
            cancellation);

    /// <summary>Within the caller's transaction. A meeting that no longer exists has no events.</summary>
    internal static async Task AppendAsync(DatabaseSession session, MeetingEvent happened)
    {
        // The row of the meeting is locked until the transaction ends, so that numbers have no gaps and no doubles.
        var meeting = await session.QueryFirstAsync<Numbered>(
            "UPDATE meetings SET event_sequence = event_sequence + 1 WHERE id = @MeetingId AND deleted_at IS NULL " +
            "RETURNING event_sequence, account_id",
            new { happened.MeetingId });
        if (meeting is null) return;
        if (happened is RecordingReady ready) await CountAsync(session, meeting.AccountId, ready);
        var id = "evt_" + RandomNumberGenerator.GetHexString(24, lowercase: true);
        var body = EventJson.Write(id, meeting.EventSequence, happened);
        await session.ExecuteAsync(
            "INSERT INTO meeting_events (id, meeting_id, sequence, type, happened_at, body) VALUES (@id, @MeetingId, @sequence, @Type, @at, @body)",
            new { id, happened.MeetingId, sequence = meeting.EventSequence, happened.Type, at = Timestamps.ToStored(happened.Timestamp), body });
        await WebhookOutbox.EnqueueAsync(session, meeting.AccountId, id, happened, body);
    }

    // A recording counts once, however often it is composed anew.
    private static async Task CountAsync(DatabaseSession session, string accountId, RecordingReady ready)
    {
        var before = await session.QueryFirstAsync<long>(
            "SELECT COUNT(*) FROM meeting_events WHERE meeting_id = @MeetingId AND type = @Type AND body LIKE @pattern",
            new { ready.MeetingId, ready.Type, pattern = $"%\"recordingId\":\"{ready.RecordingId}\"%" });
        if (before == 0)
            await UsageStore.AddAsync(session, accountId, UsageStore.PeriodOf(ready.Timestamp), UsageStore.RecordedMilliseconds, (long)(ready.Duration * 1000));
    }

    private sealed class Numbered
    {
        public long EventSequence { get; init; }
        public string AccountId { get; init; } = "";
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string MeetingId { get; init; } = "";
        public long Sequence { get; init; }
        public string Type { get; init; } = "";
        public long HappenedAt { get; init; }
        public string Body { get; init; } = "";

        public EventRecord ToRecord() => new(Id, MeetingId, Sequence, Type, Timestamps.FromStored(HappenedAt), Body);
    }
}
