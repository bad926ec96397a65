namespace Tertulia.Storage;

/// <summary>States of a recording and of what is made of it, as they are stored.</summary>
public static class RecordingProgress
{
    public const string Recording = "recording";
    public const string Stopped = "stopped";

    public const string Waiting = "waiting";
    public const string Queued = "queued";
    public const string Composing = "composing";
    public const string Ready = "ready";
    public const string Failed = "failed";
}

/// <param name="Node">The server that has the log.</param>
/// <param name="State"><see cref="RecordingProgress.Recording"/> or <see cref="RecordingProgress.Stopped"/>.</param>
/// <param name="IsWhole">False if it was cut off by a crash.</param>
public sealed record RecordingRecord(
    string Id, string MeetingId, string AccountId, string Node, string State, DateTimeOffset StartedAt, DateTimeOffset? StoppedAt, double Duration, bool IsWhole);

/// <param name="PeerId">Of the one participant who is shown, for that layout.</param>
/// <param name="Reason">Why it failed, for people.</param>
public sealed record RenditionRecord(
    string Id,
    string RecordingId,
    string Layout,
    string? PeerId,
    string State,
    string? Reason,
    string ObjectKey,
    long Size,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt);

/// <summary>Recordings, and the files that are made of them.</summary>
public sealed class RecordingStore(Database database)
{
    private const string Columns = "id, meeting_id, account_id, node, state, started_at, stopped_at, duration_seconds, is_whole";
    private const string RenditionColumns = "id, recording_id, layout, peer_id, state, reason, object_key, size, attempts, created_at, finished_at";

    /// <summary>Stores a recording that begins, and the file that is to be made of it.</summary>
    public Task InsertAsync(RecordingRecord recording, RenditionRecord rendition, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    $"INSERT INTO recordings ({Columns}) VALUES (@Id, @MeetingId, @AccountId, @Node, @State, @startedAt, NULL, 0, 1)",
                    new { recording.Id, recording.MeetingId, recording.AccountId, recording.Node, recording.State, startedAt = Timestamps.ToStored(recording.StartedAt) });
                return await InsertAsync(session, rendition);
            },
            cancellation);

    public Task AddRenditionAsync(RenditionRecord rendition, CancellationToken cancellation = default) =>
        database.WriteAsync(session => InsertAsync(session, rendition), cancellation);

    /// <summary>The log is closed: what waits for it can be made. False if that was known.</summary>
    public Task<bool> MarkStoppedAsync(string id, DateTimeOffset at, double duration, bool isWhole, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var changed = await session.ExecuteAsync(
                    "UPDATE recordings SET state = 'stopped', stopped_at = @at, duration_seconds = @duration, is_whole = @whole WHERE id = @id AND state = 'recording'",
                    new { id, at = Timestamps.ToStored(at), duration, whole = isWhole ? 1L : 0L });
                await session.ExecuteAsync("UPDATE renditions SET state = 'queued' WHERE recording_id = @id AND state = 'waiting'", new { id });
                return changed == 1;
            },
            cancellation);

    /// <summary>Composing told more precisely.</summary>
    public Task SetDurationAsync(string id, double duration, bool isWhole, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "UPDATE recordings SET duration_seconds = @duration, is_whole = @whole WHERE id = @id", new { id, duration, whole = isWhole ? 1L : 0L }, cancellation);

    public Task<RecordingRecord?> FindAsync(string id, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session => (await session.QueryFirstAsync<Row>($"SELECT {Columns} FROM recordings WHERE id = @id", new { id }))?.ToRecord(), cancellation);

    /// <summary>A meeting's recordings, the first first.</summary>
    public Task<IReadOnlyList<RecordingRecord>> ListAsync(string meetingId, CancellationToken cancellation = default) =>
        QueryAsync("WHERE meeting_id = @meetingId ORDER BY started_at, id", new { meetingId }, cancellation);

    /// <summary>Recordings of this server whose log was never closed.</summary>
    public Task<IReadOnlyList<RecordingRecord>> ListOpenAsync(string node, CancellationToken cancellation = default) =>
        QueryAsync("WHERE node = @node AND state = 'recording' ORDER BY started_at", new { node }, cancellation);

    /// <summary>Recordings of this server that are over.</summary>
    public Task<IReadOnlyList<RecordingRecord>> ListStoppedAsync(string node, CancellationToken cancellation = default) =>
        QueryAsync("WHERE node = @node AND state = 'stopped' ORDER BY started_at", new { node }, cancellation);

    public Task<RenditionRecord?> FindRenditionAsync(string id, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session => (await session.QueryFirstAsync<RenditionRow>($"SELECT {RenditionColumns} FROM renditions WHERE id = @id", new { id }))?.ToRecord(),
            cancellation);

    /// <summary>What was or is to be made of a recording, the first first.</summary>
    public Task<IReadOnlyList<RenditionRecord>> RenditionsAsync(string recordingId, CancellationToken cancellation = default) =>
        QueryRenditionsAsync("WHERE recording_id = @recordingId ORDER BY created_at, id", new { recordingId }, cancellation);

    /// <summary>What is to be made by this server, the longest waiting first.</summary>
    public Task<IReadOnlyList<RenditionRecord>> QueuedAsync(string node, CancellationToken cancellation = default) =>
        QueryRenditionsAsync(
            "WHERE state = 'queued' AND recording_id IN (SELECT id FROM recordings WHERE node = @node) ORDER BY created_at, id", new { node }, cancellation);

    /// <summary>What a server that died was about to make is to be made anew.</summary>
    public Task<int> RequeueAsync(string node, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "UPDATE renditions SET state = 'queued' WHERE state = 'composing' AND recording_id IN (SELECT id FROM recordings WHERE node = @node)", new { node }, cancellation);

    /// <summary>One attempt begins; false if there is nothing to begin any more.</summary>
    public async Task<bool> MarkComposingAsync(string id, CancellationToken cancellation = default) =>
        await database.ExecuteAsync(
            "UPDATE renditions SET state = 'composing', attempts = attempts + 1, reason = NULL WHERE id = @id AND state = 'queued'", new { id }, cancellation) == 1;

    public Task MarkReadyAsync(string id, long size, DateTimeOffset at, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "UPDATE renditions SET state = 'ready', size = @size, finished_at = @at WHERE id = @id", new { id, size, at = Timestamps.ToStored(at) }, cancellation);

    public Task MarkFailedAsync(string id, string reason, DateTimeOffset at, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "UPDATE renditions SET state = 'failed', reason = @reason, finished_at = @at WHERE id = @id", new { id, reason, at = Timestamps.ToStored(at) }, cancellation);

    /// <summary>Another attempt at what failed; false if it did not.</summary>
    public async Task<bool> RetryAsync(string id, CancellationToken cancellation = default) =>
        await database.ExecuteAsync("UPDATE renditions SET state = 'queued', reason = NULL, finished_at = NULL WHERE id = @id AND state = 'failed'", new { id }, cancellation) == 1;

    public Task DeleteAsync(string id, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("DELETE FROM renditions WHERE recording_id = @id", new { id });
                return await session.ExecuteAsync("DELETE FROM recordings WHERE id = @id", new { id });
            },
            cancellation);

    private static Task<int> InsertAsync(DatabaseSession session, RenditionRecord rendition) => session.ExecuteAsync(
        $"INSERT INTO renditions ({RenditionColumns}) VALUES (@Id, @RecordingId, @Layout, @PeerId, @State, NULL, @ObjectKey, 0, 0, @createdAt, NULL)",
        new
        {
            rendition.Id,
            rendition.RecordingId,
            rendition.Layout,
            rendition.PeerId,
            rendition.State,
            rendition.ObjectKey,
            createdAt = Timestamps.ToStored(rendition.CreatedAt),
        });

    private Task<IReadOnlyList<RecordingRecord>> QueryAsync(string condition, object parameters, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<RecordingRecord>>(
            async session => [.. (await session.QueryAsync<Row>($"SELECT {Columns} FROM recordings {condition}", parameters)).Select(row => row.ToRecord())], cancellation);

    private Task<IReadOnlyList<RenditionRecord>> QueryRenditionsAsync(string condition, object parameters, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<RenditionRecord>>(
            async session => [.. (await session.QueryAsync<RenditionRow>($"SELECT {RenditionColumns} FROM renditions {condition}", parameters)).Select(row => row.ToRecord())],
            cancellation);

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string MeetingId { get; init; } = "";
        public string AccountId { get; init; } = "";
        public string Node { get; init; } = "";
        public string State { get; init; } = "";
        public long StartedAt { get; init; }
        public long? StoppedAt { get; init; }
        public double DurationSeconds { get; init; }
        public long IsWhole { get; init; }

        public RecordingRecord ToRecord() => new(
            Id, MeetingId, AccountId, Node, State, Timestamps.FromStored(StartedAt), Timestamps.FromStored(StoppedAt), DurationSeconds, IsWhole != 0);
    }

    private sealed class RenditionRow
    {
        public string Id { get; init; } = "";
        public string RecordingId { get; init; } = "";
        public string Layout { get; init; } = "";
        public string? PeerId { get; init; }
        public string State { get; init; } = "";
        public string? Reason { get; init; }
        public string ObjectKey { get; init; } = "";
        public long Size { get; init; }
        public long Attempts { get; init; }
        public long CreatedAt { get; init; }
        public long? FinishedAt { get; init; }

        public RenditionRecord ToRecord() => new(
            Id, RecordingId, Layout, PeerId, State, Reason, ObjectKey, Size, (int)Attempts, Timestamps.FromStored(CreatedAt), Timestamps.FromStored(FinishedAt));
    }
}
