using System.Collections.Concurrent;
using Tertulia.Control.Meetings;
using Tertulia.Storage;
using Tertulia.Turn;

namespace Tertulia.Server.Hosting;

/// <summary>Sums up what was relayed for whom between two writes to the database.</summary>
internal sealed class RelayUsage(AttendanceStore attendance)
{
    private readonly ConcurrentDictionary<string, long> _bytes = [];

    /// <summary>From any thread, without waiting.</summary>
    public void Add(TurnUsage usage) => _bytes.AddOrUpdate(usage.UserId, static (_, added) => added, static (_, sum, added) => sum + added, usage.Bytes);

    public async Task WriteAsync(CancellationToken cancellation)
    {
        foreach (var id in _bytes.Keys)
        {
            if (!_bytes.TryRemove(id, out var bytes) || !RelayIdentity.TryParse(id, out var meetingId, out var peerId)) continue;
            try
            {
                await attendance.AddRelayedAsync(meetingId, peerId, bytes, cancellation);
            }
            catch
            {
                Add(new(id, bytes)); // the next write takes it along
                throw;
            }
        }
    }
}
