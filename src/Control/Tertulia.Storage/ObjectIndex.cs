namespace Tertulia.Storage;

public static class ObjectStates
{
    /// <summary>Its link is valid, its bytes are still to come.</summary>
    public const string Announced = "announced";

    /// <summary>In the folder of one server; for good, or until it is uploaded.</summary>
    public const string Local = "local";

    /// <summary>In the bucket.</summary>
    public const string Stored = "stored";

    /// <summary>It will not come.</summary>
    public const string Failed = "failed";

    public const string Deleting = "deleting";
}

/// <param name="Key">Its name in the folder or bucket: <c>mtg_…/rec_…/grid.mp4</c>.</param>
/// <param name="FileName">What people get to see when they save it.</param>
/// <param name="State">One of <see cref="ObjectStates"/>.</param>
/// <param name="Node">The server whose folder has it, or will have it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hex; null before it is there.</param>
/// <param name="UploadId">The multipart upload that was begun, if one was.</param>
/// <param name="Attempts">How often in a row the work on it failed.</param>
/// <param name="Error">Why it failed, for its owner or operator.</param>
public sealed record ObjectRecord(
    string Key,
    string MeetingId,
    string ContentType,
    string FileName,
    string State,
    string Node,
    long Size,
    string? Sha256,
    DateTimeOffset CreatedAt,
    string? UploadId = null,
    int Attempts = 0,
    string? Error = null);

/// <summary>Which files there are, where they are, and what is still to be done with them. The bytes are not here.</summary>
public sealed class ObjectIndex(Database database)
{
    private const string Columns = "key, meeting_id, content_type, file_name, state, node, size, sha256, created_at, upload_id, attempts, error";

    public Task<ObjectRecord?> FindAsync(string key, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session => (await session.QueryFirstAsync<Row>($"SELECT {Columns} FROM objects WHERE key = @key", new { key }))?.ToRecord(),
            cancellation);

    public Task<IReadOnlyList<ObjectRecord>> ListAsync(string meetingId, CancellationToken cancellation = default) =>
        QueryAsync("WHERE meeting_id = @meetingId AND state <> 'deleting' ORDER BY key", new { meetingId }, cancellation);

    /// <summary>Announces a file; one that was announced or failed before may be announced anew. False if there is one already.</summary>
    public async Task<bool> AnnounceAsync(
        string key, string meetingId, string contentType, string fileName, string node, DateTimeOffset now, CancellationToken cancellation = default) =>
        await database.ExecuteAsync(
            "INSERT INTO objects (key, meeting_id, content_type, file_name, state, node, created_at) " +
            "VALUES (@key, @meetingId, @contentType, @fileName, 'announced', @node, @now) " +
            "ON CONFLICT (key) DO UPDATE SET state = 'announced', content_type = excluded.content_type, file_name = excluded.file_name, " +
            "node = excluded.node, error = NULL WHERE objects.state IN ('announced', 'failed')",
            new { key, meetingId, contentType, fileName, node, now = Timestamps.ToStored(now) },
            cancellation) == 1;

    /// <summary>The bytes are in this server's folder. False if it was not awaited, or is no longer.</summary>
    /// <param name="uploadAt">When to upload them; null if they stay.</param>
    public async Task<bool> MarkLocalAsync(string key, long size, string sha256, DateTimeOffset? uploadAt, CancellationToken cancellation = default) =>
        await database.ExecuteAsync(
            "UPDATE objects SET state = 'local', size = @size, sha256 = @sha256, next_attempt_at = @uploadAt, attempts = 0, error = NULL " +
            "WHERE key = @key AND state = 'announced'",
            new { key, size, sha256, uploadAt = Timestamps.ToStored(uploadAt) },
            cancellation) == 1;

    public Task MarkFailedAsync(string key, string error, CancellationToken cancellation = default) =>
        database.ExecuteAsync("UPDATE objects SET state = 'failed', error = @error WHERE key = @key AND state = 'announced'", new { key, error }, cancellation);

    public Task NoteUploadAsync(string key, string? uploadId, CancellationToken cancellation = default) =>
        database.ExecuteAsync("UPDATE objects SET upload_id = @uploadId WHERE key = @key", new { key, uploadId }, cancellation);

    /// <summary>The bucket has it, verified. False if it was to be deleted meanwhile.</summary>
    public async Task<bool> MarkStoredAsync(string key, CancellationToken cancellation = default) =>
        await database.ExecuteAsync(
            "UPDATE objects SET state = 'stored', upload_id = NULL, attempts = 0, next_attempt_at = NULL, error = NULL WHERE key = @key AND state = 'local'",
            new { key },
            cancellation) == 1;

    /// <summary>The work on it failed and is to be tried again.</summary>
    public Task PostponeAsync(string key, DateTimeOffset until, string error, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "UPDATE objects SET attempts = attempts + 1, next_attempt_at = @until, error = @error WHERE key = @key",
            new { key, until = Timestamps.ToStored(until), error },
            cancellation);

    /// <summary>Nobody gets it any more; the bytes follow. Returns how many files that are.</summary>
    public Task<int> MarkDeletingAsync(string key, DateTimeOffset now, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "UPDATE objects SET state = 'deleting', attempts = 0, next_attempt_at = @now WHERE key = @key AND state <> 'deleting'",
            new { key, now = Timestamps.ToStored(now) },
            cancellation);

    public Task<int> MarkMeetingDeletingAsync(string meetingId, DateTimeOffset now, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "UPDATE objects SET state = 'deleting', attempts = 0, next_attempt_at = @now WHERE meeting_id = @meetingId AND state <> 'deleting'",
            new { meetingId, now = Timestamps.ToStored(now) },
            cancellation);

    public Task RemoveAsync(string key, CancellationToken cancellation = default) =>
        database.ExecuteAsync("DELETE FROM objects WHERE key = @key AND state = 'deleting'", new { key }, cancellation);

    /// <summary>What is to be uploaded or deleted now, by this server, the longest waiting first.</summary>
    public Task<IReadOnlyList<ObjectRecord>> DueAsync(string node, DateTimeOffset now, int limit, CancellationToken cancellation = default) =>
        QueryAsync(
            "WHERE next_attempt_at <= @now AND node = @node ORDER BY next_attempt_at LIMIT @rows",
            new { node, now = Timestamps.ToStored(now), rows = (long)limit },
            cancellation);

    /// <summary>What was left local by a server that had no bucket, and is to go into one now.</summary>
    public Task<int> QueueLocalAsync(string node, DateTimeOffset now, CancellationToken cancellation = default) =>
        database.ExecuteAsync(
            "UPDATE objects SET next_attempt_at = @now WHERE node = @node AND state = 'local' AND next_attempt_at IS NULL",
            new { node, now = Timestamps.ToStored(now) },
            cancellation);

    private Task<IReadOnlyList<ObjectRecord>> QueryAsync(string condition, object parameters, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<ObjectRecord>>(
            async session => [.. (await session.QueryAsync<Row>($"SELECT {Columns} FROM objects {condition}", parameters)).Select(row => row.ToRecord())],
            cancellation);

    private sealed class Row
    {
        public string Key { get; init; } = "";
        public string MeetingId { get; init; } = "";
        public string ContentType { get; init; } = "";
        public string FileName { get; init; } = "";
        public string State { get; init; } = "";
        public string Node { get; init; } = "";
        public long Size { get; init; }
        public string? Sha256 { get; init; }
        public long CreatedAt { get; init; }
        public string? UploadId { get; init; }
        public long Attempts { get; init; }
        public string? Error { get; init; }

        public ObjectRecord ToRecord() => new(
            Key, MeetingId, ContentType, FileName, State, Node, Size, Sha256, Timestamps.FromStored(CreatedAt), UploadId, (int)Attempts, Error);
    }
}
