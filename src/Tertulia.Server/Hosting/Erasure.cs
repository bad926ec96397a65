using Tertulia.Contracts;
using Tertulia.Objects;
using Tertulia.Server.Api;
using Tertulia.Storage;

namespace Tertulia.Server.Hosting;

/// <summary>Deletes meetings, wherever something of them is kept.</summary>
internal sealed class Erasure(
    MeetingEraser eraser, LiveMeetings live, ObjectStore objects, IEnumerable<EraseMeeting> services, TimeProvider time)
{
    private static readonly TimeSpan s_again = TimeSpan.FromDays(1);

    /// <summary>A running meeting ends first. False if there is none.</summary>
    public async Task<bool> EraseAsync(string meetingId)
    {
        await live.EndAsync(meetingId, "deleted");
        if (!await eraser.EraseAsync(meetingId, time.GetUtcNow())) return false;
        objects.Wake();
        foreach (var erase in services) await erase(meetingId, CancellationToken.None);
        return true;
    }

    /// <summary>Once more for what was deleted of late: a crash may have come between, or something have been written since.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        foreach (var meetingId in await eraser.SweepAsync(now - s_again, now, cancellation))
        {
            foreach (var erase in services) await erase(meetingId, cancellation);
        }
    }
}
