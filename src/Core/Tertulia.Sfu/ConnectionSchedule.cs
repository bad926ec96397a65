using Tertulia.Rtc.Net;

namespace Tertulia.Sfu;

/// <summary>
/// When each connection wants to be looked at again. A heap with stale entries: one whose time has moved on is skipped when it
/// comes up, which is cheaper than taking it out.
/// </summary>
internal sealed class ConnectionSchedule
{
    private readonly PriorityQueue<RoomConnection, long> _queue = new();

    public Instant NextDeadline => _queue.TryPeek(out _, out var ticks) ? new Instant(ticks) : Instant.Never;

    public void Reschedule(RoomConnection connection, Instant deadline)
    {
        if (deadline == Instant.Never || connection.ScheduledAt <= deadline) return;
        connection.ScheduledAt = deadline;
        _queue.Enqueue(connection, deadline.Ticks);
    }

    public bool TryTakeDue(Instant now, out RoomConnection connection)
    {
        while (_queue.TryPeek(out connection!, out var ticks) && ticks <= now.Ticks)
        {
            _queue.Dequeue();
            if (connection.ScheduledAt.Ticks != ticks) continue;
            connection.ScheduledAt = Instant.Never;
            return true;
        }

        return false;
    }
}
