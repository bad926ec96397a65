namespace Tertulia.Storage;

/// <summary>
/// Deletes meetings for good: what was said, written, summed up and told of them, and the names of who was there. What remains is
/// how many were in a meeting and how long, since usage is made of that.
/// </summary>
public sealed class MeetingEraser(Database database)
{
    private static readonly string[] s_steps =
    [
        "DELETE FROM chat_messages WHERE meeting_id IN {0}",
        "DELETE FROM transcript_segments WHERE meeting_id IN {0}",
        "DELETE FROM transcript_speakers WHERE meeting_id IN {0}",
        "DELETE FROM transcripts WHERE meeting_id IN {0}",
        "DELETE FROM summaries WHERE meeting_id IN {0}",
        "DELETE FROM renditions WHERE recording_id IN (SELECT id FROM recordings WHERE meeting_id IN {0})",
        "DELETE FROM recordings WHERE meeting_id IN {0}",
        // What webhooks have not been told yet, they are told; then that goes as well (DeliveryStore.DeleteSettledAsync).
        "DELETE FROM webhook_attempts WHERE delivery_id IN (SELECT d.id FROM webhook_deliveries d JOIN meeting_events e ON e.id = d.event_id " +
            "WHERE e.meeting_id IN {0} AND d.state <> 'pending')",
        "DELETE FROM webhook_deliveries WHERE state <> 'pending' AND event_id IN (SELECT id FROM meeting_events WHERE meeting_id IN {0})",
        "DELETE FROM meeting_events WHERE meeting_id IN {0}",
        "UPDATE attendance SET peer_id = '', display_name = '' WHERE meeting_id IN {0} AND display_name <> ''",
        "UPDATE objects SET state = 'deleting', attempts = 0, next_attempt_at = @now WHERE meeting_id IN {0} AND state <> 'deleting'",
    ];

    /// <summary>From now on there is no such meeting. Its files are left to the worker on files. False if there was none.</summary>
    public Task<bool> EraseAsync(string meetingId, DateTimeOffset now, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var parameters = new { meetingId, now = Timestamps.ToStored(now) };
                var erased = await session.ExecuteAsync(
                    "UPDATE meetings SET title = '', settings = '{}', deleted_at = @now, ended_at = COALESCE(ended_at, @now) " +
                    "WHERE id = @meetingId AND deleted_at IS NULL",
                    parameters);
                if (erased == 0) return false;
                await DeleteAsync(session, "(SELECT id FROM meetings WHERE id = @meetingId)", parameters);
                return true;
            },
            cancellation);

    /// <summary>Deletes what came to meetings after they were erased: late lines of a transcript, for example. Returns those meetings.</summary>
    public Task<IReadOnlyList<string>> SweepAsync(DateTimeOffset erasedSince, DateTimeOffset now, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var parameters = new { since = Timestamps.ToStored(erasedSince), now = Timestamps.ToStored(now) };
                await DeleteAsync(session, "(SELECT id FROM meetings WHERE deleted_at >= @since)", parameters);
                return await session.QueryAsync<string>("SELECT id FROM meetings WHERE deleted_at >= @since", parameters);
            },
            cancellation);

    private static async Task DeleteAsync(DatabaseSession session, string meetings, object parameters)
    {
        foreach (var step in s_steps) await session.ExecuteAsync(step.Replace("{0}", meetings, StringComparison.Ordinal), parameters);
    }
}
