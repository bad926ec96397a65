namespace Tertulia.Storage;

/// <summary>One version of a meeting's summary.</summary>
/// <param name="Version">1, 2, 3 … within the meeting.</param>
/// <param name="Origin"><c>generated</c> or <c>edited</c>.</param>
/// <param name="TranscriptRevision">Of the transcript that it was made from.</param>
/// <param name="Content">JSON; free of quotes.</param>
/// <param name="Evidence">JSON; null once the transcript is deleted.</param>
public sealed record SummaryRecord(
    string Id,
    string MeetingId,
    int Version,
    string Origin,
    string Engine,
    long TranscriptRevision,
    DateTimeOffset CreatedAt,
    string Content,
    string? Evidence);

/// <summary>Summaries: every version is kept until the meeting's summaries are deleted.</summary>
public sealed class SummaryStore(Database database)
{
    private const string Columns = "id, meeting_id, version, origin, engine, transcript_revision, created_at, content, evidence";

    /// <summary>Stores the next version; the number in <paramref name="summary"/> is of no account. Returns it as stored.</summary>
    /// <param name="summary">What to store.</param>
    /// <param name="follows">The version that must be the newest, else nothing is stored and the answer is null; null: whatever it is.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<SummaryRecord?> InsertAsync(SummaryRecord summary, int? follows = null, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                // Two at once would count the same: the meeting's row is the lock that both engines know.
                await session.ExecuteAsync("UPDATE meetings SET title = title WHERE id = @MeetingId", new { summary.MeetingId });
                var newest = await session.QueryFirstAsync<long>(
                    "SELECT COALESCE(MAX(version), 0) FROM summaries WHERE meeting_id = @MeetingId", new { summary.MeetingId });
                if (follows is { } expected && expected != newest) return null;
                var stored = summary with { Version = (int)newest + 1 };
                await session.ExecuteAsync(
                    $"INSERT INTO summaries ({Columns}) VALUES (@Id, @MeetingId, @version, @Origin, @Engine, @TranscriptRevision, @createdAt, @Content, @Evidence)",
                    new
                    {
                        stored.Id,
                        stored.MeetingId,
                        version = (long)stored.Version,
                        stored.Origin,
                        stored.Engine,
                        stored.TranscriptRevision,
                        createdAt = Timestamps.ToStored(stored.CreatedAt),
                        stored.Content,
                        stored.Evidence,
                    });
                return stored;
            },
            cancellation);

    /// <param name="version">Null: the newest.</param>
    public Task<SummaryRecord?> FindAsync(string meetingId, int? version = null, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session => (await session.QueryFirstAsync<Row>(
                $"SELECT {Columns} FROM summaries WHERE meeting_id = @meetingId {(version is null ? "" : "AND version = @version ")}" +
                "ORDER BY version DESC LIMIT 1",
                new { meetingId, version = (long)(version ?? 0) }))?.ToRecord(),
            cancellation);

    /// <summary>The versions, the oldest first.</summary>
    public Task<Slice<SummaryRecord>> ListAsync(string meetingId, Cursor? after, int limit, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session =>
            {
                var rows = await session.QueryAsync<Row>(
                    $"SELECT {Columns} FROM summaries WHERE meeting_id = @meetingId AND version > @key ORDER BY version LIMIT @rows",
                    new { meetingId, key = after?.Key ?? 0, rows = limit + 1L });
                var slice = Slice<Row>.Of(rows, limit, row => new Cursor(row.Version));
                return new Slice<SummaryRecord>([.. slice.Items.Select(row => row.ToRecord())], slice.Next);
            },
            cancellation);

    public Task<int> DeleteAsync(string meetingId, CancellationToken cancellation = default) =>
        database.ExecuteAsync("DELETE FROM summaries WHERE meeting_id = @meetingId", new { meetingId }, cancellation);

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string MeetingId { get; init; } = "";
        public long Version { get; init; }
        public string Origin { get; init; } = "";
        public string Engine { get; init; } = "";
        public long TranscriptRevision { get; init; }
        public long CreatedAt { get; init; }
        public string Content { get; init; } = "";
        public string? Evidence { get; init; }

        public SummaryRecord ToRecord() => new(
            Id, MeetingId, (int)Version, Origin, Engine, TranscriptRevision, Timestamps.FromStored(CreatedAt), Content, Evidence);
    }
}
