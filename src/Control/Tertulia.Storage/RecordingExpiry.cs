namespace Tertulia.Storage;

/// <summary>Deletes recordings that a plan no longer keeps: their rows at once, their files and logs by those who look after them.</summary>
public sealed class RecordingExpiry(Database database)
{
    private const string OfPlan = "SELECT m.id FROM meetings m JOIN accounts a ON a.id = m.account_id WHERE a.plan = @plan";
    private const string Expired = $"SELECT id FROM recordings WHERE state = 'stopped' AND stopped_at < @before AND meeting_id IN ({OfPlan})";

    /// <summary>Returns the number of files that are to be deleted.</summary>
    public Task<int> ExpireAsync(string plan, DateTimeOffset before, DateTimeOffset now, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var parameters = new { plan, before = Timestamps.ToStored(before), now = Timestamps.ToStored(now) };
                // A file that was made of an old recording of late is as old as the recording.
                var files = await session.ExecuteAsync(
                    "UPDATE objects SET state = 'deleting', attempts = 0, next_attempt_at = @now WHERE state <> 'deleting' AND " +
                    $"(key IN (SELECT object_key FROM renditions WHERE recording_id IN ({Expired})) " +
                    $"OR (state <> 'announced' AND created_at < @before AND meeting_id IN ({OfPlan})))",
                    parameters);
                await session.ExecuteAsync($"DELETE FROM renditions WHERE recording_id IN ({Expired})", parameters);
                await session.ExecuteAsync($"DELETE FROM recordings WHERE id IN ({Expired})", parameters);
                return files;
            },
            cancellation);
}
