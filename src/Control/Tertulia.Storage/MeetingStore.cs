using System.Text.Json;
using Tertulia.Contracts;
using Tertulia.Contracts.Events;
using Tertulia.Contracts.Rest;
using Tertulia.Contracts.Signaling;

namespace Tertulia.Storage;

/// <param name="MaxParticipants">The effective limit: what was asked for, within the plan.</param>
public sealed record MeetingRecord(
    string Id,
    string AccountId,
    string Title,
    MeetingSettings Settings,
    int MaxParticipants,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt = null,
    DateTimeOffset? EndedAt = null,
    string? EndReason = null);

/// <summary>Meetings, past ones included.</summary>
public sealed class MeetingStore(Database database)
{
    private const string Columns = "id, account_id, title, settings, max_participants, created_at, started_at, ended_at, end_reason";

    /// <summary>Stores a new meeting; false if the id is taken.</summary>
    public async Task<bool> InsertAsync(MeetingRecord meeting, CancellationToken cancellation = default) =>
        await database.ExecuteAsync(
            $"INSERT INTO meetings ({Columns}) VALUES (@Id, @AccountId, @Title, @settings, @MaxParticipants, @createdAt, NULL, NULL, NULL) " +
            "ON CONFLICT (id) DO NOTHING",
            new
            {
                meeting.Id,
                meeting.AccountId,
                meeting.Title,
                settings = JsonSerializer.Serialize(meeting.Settings, RestJson.Default.MeetingSettings),
                MaxParticipants = (long)meeting.MaxParticipants,
                createdAt = Timestamps.ToStored(meeting.CreatedAt),
            },
            cancellation) == 1;

    public Task<MeetingRecord?> FindAsync(string id, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session => (await session.QueryFirstAsync<Row>($"SELECT {Columns} FROM meetings WHERE id = @id AND deleted_at IS NULL", new { id }))?.ToRecord(),
            cancellation);

    /// <summary>An account's meetings, the newest first.</summary>
    public Task<Slice<MeetingRecord>> ListAsync(string accountId, Cursor? after, int limit, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session =>
            {
                var rows = await session.QueryAsync<Row>(
                    $"SELECT {Columns} FROM meetings WHERE account_id = @accountId AND deleted_at IS NULL " +
                    (after is null ? "" : "AND (created_at < @key OR (created_at = @key AND id < @id)) ") +
                    "ORDER BY created_at DESC, id DESC LIMIT @rows",
                    new { accountId, key = after?.Key ?? 0, id = after?.Id ?? "", rows = limit + 1L });
                return Slice<MeetingRecord>.Of(
                    [.. rows.Select(row => row.ToRecord())], limit, meeting => new Cursor(Timestamps.ToStored(meeting.CreatedAt), meeting.Id));
            },
            cancellation);

    /// <summary>How many an account created from one moment on, and before another.</summary>
    public Task<long> CountAsync(string accountId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default) =>
        database.ReadAsync(
            session => session.QueryFirstAsync<long>(
                "SELECT COUNT(*) FROM meetings WHERE account_id = @accountId AND created_at >= @from AND created_at < @to",
                new { accountId, from = Timestamps.ToStored(from), to = Timestamps.ToStored(to) }),
            cancellation);

    /// <summary>Notes the first join, and with it its event; later calls change nothing.</summary>
    public Task MarkStartedAsync(string id, DateTimeOffset at, MeetingEvent? happened = null, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var first = await session.ExecuteAsync(
                    "UPDATE meetings SET started_at = @at WHERE id = @id AND started_at IS NULL", new { id, at = Timestamps.ToStored(at) }) == 1;
                if (first && happened is not null) await EventStore.AppendAsync(session, happened);
                return first;
            },
            cancellation);

    /// <summary>Ends a meeting for good, and every stay in it; true for the one call that did it.</summary>
    /// <param name="happened">Written with it: who leaves thereby, and the end itself.</param>
    public Task<bool> MarkEndedAsync(
        string id, DateTimeOffset at, string reason, IEnumerable<MeetingEvent>? happened = null, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var parameters = new { id, at = Timestamps.ToStored(at), reason, left = LeaveReasons.Ended };
                if (await session.ExecuteAsync("UPDATE meetings SET ended_at = @at, end_reason = @reason WHERE id = @id AND ended_at IS NULL", parameters) == 0)
                    return false;
                await session.ExecuteAsync("UPDATE attendance SET left_at = @at, reason = @left WHERE meeting_id = @id AND left_at IS NULL", parameters);
                foreach (var each in happened ?? []) await EventStore.AppendAsync(session, each);
                return true;
            },
            cancellation);

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string AccountId { get; init; } = "";
        public string Title { get; init; } = "";
        public string Settings { get; init; } = "";
        public long MaxParticipants { get; init; }
        public long CreatedAt { get; init; }
        public long? StartedAt { get; init; }
        public long? EndedAt { get; init; }
        public string? EndReason { get; init; }

        public MeetingRecord ToRecord() => new(
            Id,
            AccountId,
            Title,
            JsonSerializer.Deserialize(Settings, RestJson.Default.MeetingSettings)!,
            (int)MaxParticipants,
            Timestamps.FromStored(CreatedAt),
            Timestamps.FromStored(StartedAt),
            Timestamps.FromStored(EndedAt),
            EndReason);
    }
}
