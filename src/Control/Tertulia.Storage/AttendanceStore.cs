using Tertulia.Contracts;
using Tertulia.Contracts.Events;

namespace Tertulia.Storage;

/// <summary>One stay of a participant in a meeting; <see cref="LeftAt"/> is null while it lasts.</summary>
public sealed record AttendanceRecord(
    string MeetingId, string PeerId, string DisplayName, string Role, DateTimeOffset JoinedAt, DateTimeOffset? LeftAt, string? Reason,
    SignalingSecurity? Security = null, long RelayedBytes = 0);

/// <summary>Who was in which meeting, and how long: the base of participant lists and of usage.</summary>
public sealed class AttendanceStore(Database database)
{
    /// <summary>Opens a stay; one that is still open for that peer id goes on instead.</summary>
    /// <param name="happened">Written with it, if a stay was opened.</param>
    /// <param name="security">Of the connection; null where nobody can tell.</param>
    public Task JoinedAsync(
        string meetingId, string peerId, string displayName, string role, DateTimeOffset at, MeetingEvent? happened = null,
        SignalingSecurity? security = null, CancellationToken cancellation = default) =>
        WriteAsync(
            "INSERT INTO attendance (meeting_id, peer_id, display_name, role, joined_at, tls, key_exchange) " +
            "SELECT @meetingId, @peerId, @displayName, @role, @at, @tls, @group WHERE NOT EXISTS " +
            "(SELECT 1 FROM attendance WHERE meeting_id = @meetingId AND peer_id = @peerId AND left_at IS NULL)",
            new { meetingId, peerId, displayName, role, at = Timestamps.ToStored(at), tls = security?.Tls, group = security?.Group },
            happened,
            cancellation);

    /// <summary>The open stay goes on over another connection.</summary>
    public Task ReconnectedAsync(string meetingId, string peerId, SignalingSecurity? security, CancellationToken cancellation = default) =>
        WriteAsync(
            "UPDATE attendance SET tls = @tls, key_exchange = @group WHERE meeting_id = @meetingId AND peer_id = @peerId AND left_at IS NULL",
            new { meetingId, peerId, tls = security?.Tls, group = security?.Group },
            happened: null,
            cancellation);

    /// <param name="happened">Written with it, if there was a stay to close.</param>
    public Task LeftAsync(
        string meetingId, string peerId, DateTimeOffset at, string reason, MeetingEvent? happened = null, CancellationToken cancellation = default) =>
        WriteAsync(
            "UPDATE attendance SET left_at = @at, reason = @reason WHERE meeting_id = @meetingId AND peer_id = @peerId AND left_at IS NULL",
            new { meetingId, peerId, at = Timestamps.ToStored(at), reason },
            happened,
            cancellation);

    /// <summary>Adds what TURN carried for a participant to its last stay.</summary>
    public Task AddRelayedAsync(string meetingId, string peerId, long bytes, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "UPDATE attendance SET relayed_bytes = relayed_bytes + @bytes WHERE position = " +
            "(SELECT MAX(position) FROM attendance WHERE meeting_id = @meetingId AND peer_id = @peerId)",
            new { meetingId, peerId, bytes },
            cancellation);

    /// <summary>What was relayed in an account's stays that began between two moments.</summary>
    public Task<long> RelayedBytesAsync(string accountId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default) =>
        database.ReadAsync(
            session => session.QueryFirstAsync<long>(
                "SELECT CAST(COALESCE(SUM(a.relayed_bytes), 0) AS BIGINT) FROM attendance a JOIN meetings m ON m.id = a.meeting_id " +
                "WHERE m.account_id = @accountId AND a.joined_at >= @from AND a.joined_at < @to",
                new { accountId, from = Timestamps.ToStored(from), to = Timestamps.ToStored(to) }),
            cancellation);

    /// <summary>Every stay in a meeting, in order of joining.</summary>
    public Task<Slice<AttendanceRecord>> ListAsync(string meetingId, Cursor? after, int limit, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session =>
            {
                var rows = await session.QueryAsync<Row>(
                    "SELECT position, meeting_id, peer_id, display_name, role, joined_at, left_at, reason, tls, key_exchange, relayed_bytes FROM attendance " +
                    "WHERE meeting_id = @meetingId AND position > @key ORDER BY position LIMIT @rows",
                    new { meetingId, key = after?.Key ?? 0, rows = limit + 1L });
                var slice = Slice<Row>.Of(rows, limit, row => new Cursor(row.Position));
                return new Slice<AttendanceRecord>([.. slice.Items.Select(row => row.ToRecord())], slice.Next);
            },
            cancellation);

    /// <summary>Seconds that participants spent in an account's meetings between two moments; open stays count up to <paramref name="now"/>.</summary>
    public Task<double> SecondsAsync(
        string accountId, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, CancellationToken cancellation = default)
    {
        const string Begin = "CASE WHEN a.joined_at > @from THEN a.joined_at ELSE @from END";
        const string End = "CASE WHEN COALESCE(a.left_at, @now) < @to THEN COALESCE(a.left_at, @now) ELSE @to END";
        return database.ReadAsync(
            async session => await session.QueryFirstAsync<double>(
                $"SELECT CAST(COALESCE(SUM({End} - {Begin}), 0) AS DOUBLE PRECISION) / 1000 FROM attendance a JOIN meetings m ON m.id = a.meeting_id " +
                "WHERE m.account_id = @accountId AND a.joined_at < @to AND COALESCE(a.left_at, @now) > @from",
                new { accountId, from = Timestamps.ToStored(from), to = Timestamps.ToStored(to), now = Timestamps.ToStored(now) }),
            cancellation);
    }

    /// <summary>Notes that this server is alive, so that a crash can be dated.</summary>
    public Task BeatAsync(string node, DateTimeOffset at, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "INSERT INTO heartbeats (node, beat_at) VALUES (@node, @at) ON CONFLICT (node) DO UPDATE SET beat_at = excluded.beat_at",
            new { node, at = Timestamps.ToStored(at) },
            cancellation);

    /// <summary>
    /// Closes the stays that a crashed server left open, as of its last heartbeat, and says so in the meetings' events. Called before
    /// the first join after a start. Returns how many there were.
    /// </summary>
    public Task<int> CloseOpenAsync(string node, string reason, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var beat = await session.QueryFirstAsync<long>("SELECT beat_at FROM heartbeats WHERE node = @node", new { node });
                var open = await session.QueryAsync<OpenRow>(
                    "SELECT a.position, a.meeting_id, a.peer_id, a.display_name, a.role, a.joined_at, m.started_at " +
                    "FROM attendance a JOIN meetings m ON m.id = a.meeting_id WHERE a.left_at IS NULL ORDER BY a.position");
                foreach (var stay in open)
                {
                    var leftAt = Math.Max(beat, stay.JoinedAt);
                    await session.ExecuteAsync(
                        "UPDATE attendance SET reason = @reason, left_at = @leftAt WHERE position = @Position", new { stay.Position, reason, leftAt });
                    await EventStore.AppendAsync(session, stay.Left(leftAt, reason));
                }
                return open.Count;
            },
            cancellation);

    private Task WriteAsync(string sql, object parameters, MeetingEvent? happened, CancellationToken cancellation) =>
        database.WriteAsync(
            async session =>
            {
                var changed = await session.ExecuteAsync(sql, parameters) > 0;
                if (changed && happened is not null) await EventStore.AppendAsync(session, happened);
                return changed;
            },
            cancellation);

    private sealed class OpenRow
    {
        public long Position { get; init; }
        public string MeetingId { get; init; } = "";
        public string PeerId { get; init; } = "";
        public string DisplayName { get; init; } = "";
        public string Role { get; init; } = "";
        public long JoinedAt { get; init; }
        public long? StartedAt { get; init; }

        public ParticipantLeft Left(long leftAt, string reason)
        {
            var offset = Math.Max(0, leftAt - (StartedAt ?? leftAt)) / 1000.0;
            return new(new EventMoment(MeetingId, Timestamps.FromStored(leftAt), offset), PeerId, DisplayName, Role, reason, (leftAt - JoinedAt) / 1000.0);
        }
    }

    private sealed class Row
    {
        public long Position { get; init; }
        public string MeetingId { get; init; } = "";
        public string PeerId { get; init; } = "";
        public string DisplayName { get; init; } = "";
        public string Role { get; init; } = "";
        public long JoinedAt { get; init; }
        public long? LeftAt { get; init; }
        public string? Reason { get; init; }
        public string? Tls { get; init; }
        public string? KeyExchange { get; init; }
        public long RelayedBytes { get; init; }

        public AttendanceRecord ToRecord() => new(
            MeetingId, PeerId, DisplayName, Role, Timestamps.FromStored(JoinedAt), Timestamps.FromStored(LeftAt), Reason,
            Tls is null ? null : new SignalingSecurity(Tls, KeyExchange), RelayedBytes);
    }
}
