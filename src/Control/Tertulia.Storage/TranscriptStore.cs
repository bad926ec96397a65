using System.Globalization;
using Tertulia.Contracts.Events;

namespace Tertulia.Storage;

/// <summary>Transcripts: appended line by line while people speak, read in the order in which the lines began.</summary>
public sealed class TranscriptStore(Database database, TimeProvider time)
{
    private const int MostSearchWords = 10;

    private const string Columns =
        "meeting_id, segment_id, peer_id, speaker, spoken_as, start_ms, end_ms, spoken_at, text, confidence, language, revision";

    private const string Insert =
        "INSERT INTO transcript_segments (meeting_id, segment_id, peer_id, speaker, spoken_as, start_ms, end_ms, spoken_at, stored_at, text, search_text, " +
        "confidence, language, revision) VALUES (@meetingId, @segmentId, @peerId, @speaker, @spokenAs, @start, @end, @spokenAt, @storedAt, @text, @searchText, " +
        "@confidence, @language, 1) ON CONFLICT (meeting_id, segment_id) DO ";

    // A name that was corrected here stays, as long as the import brings the name that was corrected.
    private const string Replacement =
        "UPDATE SET speaker = CASE WHEN COALESCE(transcript_segments.spoken_as, transcript_segments.speaker) = excluded.speaker " +
        "THEN transcript_segments.speaker ELSE excluded.speaker END, " +
        "spoken_as = CASE WHEN transcript_segments.spoken_as = excluded.speaker THEN transcript_segments.spoken_as END, " +
        "start_ms = excluded.start_ms, end_ms = excluded.end_ms, text = excluded.text, search_text = excluded.search_text, " +
        "spoken_at = excluded.spoken_at, language = excluded.language, revision = transcript_segments.revision + 1 " +
        "WHERE COALESCE(transcript_segments.spoken_as, transcript_segments.speaker) <> excluded.speaker OR transcript_segments.text <> excluded.text " +
        "OR transcript_segments.start_ms <> excluded.start_ms OR transcript_segments.end_ms <> excluded.end_ms " +
        "OR transcript_segments.spoken_at <> excluded.spoken_at OR transcript_segments.language <> excluded.language";

    /// <summary>
    /// The line is on disk when this completes; true if it was new. The same segment again changes nothing. A speaker whose name was
    /// corrected before for the whole meeting is stored under the corrected one.
    /// </summary>
    public Task<bool> AppendAsync(TranscriptRecord line, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var corrected = line.PeerId is null ? null : await session.QueryFirstAsync<string>(
                    "SELECT name FROM transcript_speakers WHERE meeting_id = @MeetingId AND peer_id = @PeerId", new { line.MeetingId, line.PeerId });
                if (corrected is not null && corrected != line.Speaker) line = line with { Speaker = corrected, SpokenAs = line.Speaker };
                if (await session.ExecuteAsync(Insert + "NOTHING", ParametersOf(line)) == 0) return false;
                await TouchAsync(session, line.MeetingId);
                return true;
            },
            cancellation);

    /// <summary>Stores lines all together; those of a known segment id replace what is there if they differ.</summary>
    public Task<TranscriptImport> ImportAsync(string meetingId, IReadOnlyList<TranscriptRecord> lines, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var (added, changed) = (0, 0);
                foreach (var line in lines)
                {
                    var parameters = ParametersOf(line);
                    if (await session.ExecuteAsync(Insert + "NOTHING", parameters) == 1) added++;
                    else changed += await session.ExecuteAsync(Insert + Replacement, parameters);
                }
                if (added + changed > 0) await TouchAsync(session, meetingId);
                return new TranscriptImport(added, changed);
            },
            cancellation);

    public async Task<TranscriptState> StateAsync(string meetingId, CancellationToken cancellation = default) =>
        (await database.ReadAsync(
            session => session.QueryFirstAsync<StateRow>(
                "SELECT revision, changed_at, deleted_at FROM transcripts WHERE meeting_id = @meetingId", new { meetingId }),
            cancellation))?.ToState() ?? TranscriptState.None;

    /// <summary>The whole transcript as it is now.</summary>
    public async Task<IReadOnlyList<TranscriptRecord>> ListAsync(string meetingId, CancellationToken cancellation = default) =>
        (await ListAsync(meetingId, null, int.MaxValue - 1, null, cancellation)).Items;

    /// <param name="search">Words that all have to occur in a line, in whatever case; null or blank: every line.</param>
    public Task<Slice<TranscriptRecord>> ListAsync(
        string meetingId, Cursor? after, int limit, string? search, CancellationToken cancellation = default)
    {
        var parameters = new Dictionary<string, object?>
        {
            ["meetingId"] = meetingId,
            ["key"] = after?.Key ?? -1,
            ["position"] = long.TryParse(after?.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : 0L,
            ["rows"] = limit + 1L,
        };
        var condition = "";
        foreach (var (word, i) in Words(search).Select((word, i) => (word, i)))
        {
            condition += $"AND search_text LIKE @word{i} ESCAPE '!' ";
            parameters[$"word{i}"] = $"%{word.Replace("!", "!!").Replace("%", "!%").Replace("_", "!_")}%";
        }
        return database.ReadAsync(
            async session =>
            {
                var rows = await session.QueryAsync<Row>(
                    $"SELECT position, {Columns} FROM transcript_segments WHERE meeting_id = @meetingId " +
                    $"AND (start_ms > @key OR (start_ms = @key AND position > @position)) {condition}ORDER BY start_ms, position LIMIT @rows",
                    parameters);
                var slice = Slice<Row>.Of(rows, limit, row => new Cursor(row.StartMs, row.Position.ToString(CultureInfo.InvariantCulture)));
                return new Slice<TranscriptRecord>([.. slice.Items.Select(row => row.ToRecord())], slice.Next);
            },
            cancellation);
    }

    /// <summary>Meetings that ended in that time, with lines, of which nobody was told that the transcript is ready.</summary>
    public Task<IReadOnlyList<string>> ListUnannouncedAsync(DateTimeOffset endedFrom, DateTimeOffset endedBefore, CancellationToken cancellation = default) =>
        database.ReadAsync(
            session => session.QueryAsync<string>(
                "SELECT id FROM meetings WHERE deleted_at IS NULL AND ended_at >= @endedFrom AND ended_at < @endedBefore " +
                "AND EXISTS (SELECT 1 FROM transcript_segments WHERE meeting_id = meetings.id) " +
                "AND NOT EXISTS (SELECT 1 FROM meeting_events WHERE meeting_id = meetings.id AND type = @type AND happened_at >= meetings.ended_at)",
                new { endedFrom = Timestamps.ToStored(endedFrom), endedBefore = Timestamps.ToStored(endedBefore), type = EventTypes.TranscriptReady }),
            cancellation);

    public Task<TranscriptRecord?> FindAsync(string meetingId, string segmentId, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session => (await session.QueryFirstAsync<Row>(
                $"SELECT position, {Columns} FROM transcript_segments WHERE meeting_id = @meetingId AND segment_id = @segmentId",
                new { meetingId, segmentId }))?.ToRecord(),
            cancellation);

    /// <summary>Corrects the name on every line of a speaker, and on what they say from now on. Returns how many lines there are.</summary>
    /// <param name="speaker">The name that the lines bear now.</param>
    public Task<int> RenameSpeakerAsync(string meetingId, string speaker, string name, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var parameters = new { meetingId, speaker, name };
                await session.ExecuteAsync(
                    "INSERT INTO transcript_speakers (meeting_id, peer_id, name) " +
                    "SELECT DISTINCT meeting_id, peer_id, @name FROM transcript_segments WHERE meeting_id = @meetingId AND speaker = @speaker " +
                    "AND peer_id IS NOT NULL ON CONFLICT (meeting_id, peer_id) DO UPDATE SET name = excluded.name",
                    parameters);
                return await RenameAsync(session, meetingId, "speaker = @speaker", parameters);
            },
            cancellation);

    /// <summary>Corrects the name on one line. False if there is no such line.</summary>
    public async Task<bool> RenameLineAsync(string meetingId, string segmentId, string name, CancellationToken cancellation = default) =>
        await database.WriteAsync(
            session => RenameAsync(session, meetingId, "segment_id = @segmentId", new { meetingId, segmentId, name }), cancellation) == 1;

    /// <summary>Deletes a meeting's transcript, and with it the quotes in its summaries.</summary>
    public Task<int> DeleteAsync(string meetingId, CancellationToken cancellation = default) =>
        database.WriteAsync(session => DeleteAsync(session, "meeting_id = @meetingId", new { meetingId, now = Now }), cancellation);

    /// <summary>Deletes what accounts on a plan stored longer ago than the plan keeps it. Returns the number of lines.</summary>
    public Task<int> DeleteExpiredAsync(string plan, DateTimeOffset before, CancellationToken cancellation = default) =>
        database.WriteAsync(
            session => DeleteAsync(
                session,
                "stored_at < @before AND meeting_id IN (SELECT m.id FROM meetings m JOIN accounts a ON a.id = m.account_id WHERE a.plan = @plan)",
                new { plan, before = Timestamps.ToStored(before), now = Now }),
            cancellation);

    private static async Task<int> DeleteAsync(DatabaseSession session, string condition, object parameters)
    {
        var concerned = $"(SELECT DISTINCT meeting_id FROM transcript_segments WHERE {condition})";
        await session.ExecuteAsync($"UPDATE summaries SET evidence = NULL WHERE meeting_id IN {concerned}", parameters);
        await session.ExecuteAsync($"UPDATE transcripts SET deleted_at = @now, changed_at = @now, revision = revision + 1 WHERE meeting_id IN {concerned}", parameters);
        return await session.ExecuteAsync($"DELETE FROM transcript_segments WHERE {condition}", parameters);
    }

    private async Task<int> RenameAsync(DatabaseSession session, string meetingId, string condition, object parameters)
    {
        var renamed = await session.ExecuteAsync(
            "UPDATE transcript_segments SET spoken_as = CASE WHEN COALESCE(spoken_as, speaker) = @name THEN NULL ELSE COALESCE(spoken_as, speaker) END, " +
            $"speaker = @name, revision = revision + 1 WHERE meeting_id = @meetingId AND {condition}",
            parameters);
        if (renamed > 0) await TouchAsync(session, meetingId);
        return renamed;
    }

    private Task<int> TouchAsync(DatabaseSession session, string meetingId) =>
        session.ExecuteAsync(
            "INSERT INTO transcripts (meeting_id, revision, changed_at) VALUES (@meetingId, 1, @now) " +
            "ON CONFLICT (meeting_id) DO UPDATE SET revision = transcripts.revision + 1, changed_at = excluded.changed_at",
            new { meetingId, now = Now });

    private long Now => Timestamps.ToStored(time.GetUtcNow());

    private object ParametersOf(TranscriptRecord line) => new
    {
        meetingId = line.MeetingId,
        segmentId = line.SegmentId,
        peerId = line.PeerId,
        speaker = line.Speaker,
        spokenAs = line.SpokenAs,
        start = Milliseconds(line.Start),
        end = Milliseconds(line.End),
        spokenAt = Timestamps.ToStored(line.Timestamp),
        storedAt = Now,
        text = line.Text,
        searchText = line.Text.ToLowerInvariant(),
        confidence = line.Confidence,
        language = line.Language,
    };

    private static long Milliseconds(double seconds) => (long)Math.Round(seconds * 1000);

    private static IEnumerable<string> Words(string? search) =>
        (search ?? "").ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(MostSearchWords);

    private sealed class Row
    {
        public long Position { get; init; }
        public string MeetingId { get; init; } = "";
        public string SegmentId { get; init; } = "";
        public string? PeerId { get; init; }
        public string Speaker { get; init; } = "";
        public string? SpokenAs { get; init; }
        public long StartMs { get; init; }
        public long EndMs { get; init; }
        public long SpokenAt { get; init; }
        public string Text { get; init; } = "";
        public double? Confidence { get; init; }
        public string Language { get; init; } = "";
        public long Revision { get; init; }

        public TranscriptRecord ToRecord() => new(
            MeetingId, SegmentId, PeerId, Speaker, StartMs / 1000.0, EndMs / 1000.0, Timestamps.FromStored(SpokenAt), Text, Confidence, Language, Revision, SpokenAs);
    }

    private sealed class StateRow
    {
        public long Revision { get; init; }
        public long ChangedAt { get; init; }
        public long? DeletedAt { get; init; }

        public TranscriptState ToState() => new(Revision, Timestamps.FromStored(ChangedAt), Timestamps.FromStored(DeletedAt));
    }
}
