namespace Tertulia.Storage;

/// <param name="ToPeerId">Null: said to everyone.</param>
/// <param name="Offset">Seconds since the meeting's start.</param>
public sealed record ChatRecord(
    string Id, string MeetingId, string PeerId, string DisplayName, string? ToPeerId, string Text, DateTimeOffset Timestamp, double Offset);

public sealed class ChatStore(Database database)
{
    private const string Columns = "id, meeting_id, peer_id, display_name, to_peer_id, text, sent_at, offset_seconds";

    /// <summary>The message is on disk when this completes. Appending the same id again changes nothing.</summary>
    public Task AppendAsync(ChatRecord message, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            $"INSERT INTO chat_messages ({Columns}) " +
            "VALUES (@Id, @MeetingId, @PeerId, @DisplayName, @ToPeerId, @Text, @sentAt, @Offset) ON CONFLICT (id) DO NOTHING",
            new
            {
                message.Id,
                message.MeetingId,
                message.PeerId,
                message.DisplayName,
                message.ToPeerId,
                message.Text,
                sentAt = Timestamps.ToStored(message.Timestamp),
                message.Offset,
            },
            cancellation);

    /// <summary>Everything said in a meeting, in the order in which it was stored.</summary>
    public async Task<IReadOnlyList<ChatRecord>> ListAsync(string meetingId, CancellationToken cancellation = default) =>
        (await ListAsync(meetingId, null, int.MaxValue - 1, publicOnly: false, cancellation)).Items;

    /// <summary>The newest messages that this participant may read, in the order in which they were stored.</summary>
    public Task<IReadOnlyList<ChatRecord>> ListReadableAsync(
        string meetingId, string peerId, int newest, CancellationToken cancellation = default) =>
        database.ReadAsync<IReadOnlyList<ChatRecord>>(
            async session =>
            {
                var rows = await session.QueryAsync<Row>(
                    $"SELECT position, {Columns} FROM chat_messages WHERE meeting_id = @meetingId " +
                    "AND (to_peer_id IS NULL OR to_peer_id = @peerId OR peer_id = @peerId) ORDER BY position DESC LIMIT @rows",
                    new { meetingId, peerId, rows = (long)newest });
                return [.. rows.Reverse().Select(row => row.ToRecord())];
            },
            cancellation);

    /// <param name="publicOnly">Leave out what was said to one participant alone.</param>
    public Task<Slice<ChatRecord>> ListAsync(
        string meetingId, Cursor? after, int limit, bool publicOnly, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session =>
            {
                var rows = await session.QueryAsync<Row>(
                    $"SELECT position, {Columns} FROM chat_messages WHERE meeting_id = @meetingId AND position > @key " +
                    (publicOnly ? "AND to_peer_id IS NULL " : "") + "ORDER BY position LIMIT @rows",
                    new { meetingId, key = after?.Key ?? 0, rows = limit + 1L });
                var slice = Slice<Row>.Of(rows, limit, row => new Cursor(row.Position));
                return new Slice<ChatRecord>([.. slice.Items.Select(row => row.ToRecord())], slice.Next);
            },
            cancellation);

    private sealed class Row
    {
        public long Position { get; init; }
        public string Id { get; init; } = "";
        public string MeetingId { get; init; } = "";
        public string PeerId { get; init; } = "";
        public string DisplayName { get; init; } = "";
        public string? ToPeerId { get; init; }
        public string Text { get; init; } = "";
        public long SentAt { get; init; }
        public double OffsetSeconds { get; init; }

        public ChatRecord ToRecord() => new(
            Id, MeetingId, PeerId, DisplayName, ToPeerId, Text, Timestamps.FromStored(SentAt), OffsetSeconds);
    }
}
