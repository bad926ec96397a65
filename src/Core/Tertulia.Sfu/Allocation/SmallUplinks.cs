using Tertulia.Rtc.Net;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Allocation;

/// <summary>
/// Which publishers of a plain camera should send it a second time, small: those whose camera some receiver's line does not carry, and
/// only as long as that is so.
/// </summary>
internal sealed class SmallUplinks(Room room)
{
    // Lines waver: making the second encoding costs its sender less than making it again and again.
    private static readonly TimeSpan StopDelay = TimeSpan.FromSeconds(20);

    public void Update(Instant now, Participant publisher)
    {
        if (IsNeeded(publisher))
        {
            publisher.SmallUplinkNeededAt = now;
            Want(publisher, true);
        }
        else if (publisher.SmallUplinkIsWanted && now - publisher.SmallUplinkNeededAt >= StopDelay)
        {
            Want(publisher, false);
        }
    }

    private void Want(Participant publisher, bool isWanted)
    {
        if (publisher.SmallUplinkIsWanted == isWanted) return;
        publisher.SmallUplinkIsWanted = isWanted;
        room.Emit(new RoomEvent.SmallUplinkWanted(publisher.Id, isWanted));
    }

    private static bool IsNeeded(Participant publisher)
    {
        if (!publisher.Tracks.TryGetValue(TrackSource.Camera, out var camera) || !camera.IsPlain) return false;
        for (var i = 0; i < camera.Subscriptions.Count; i++)
        {
            var subscription = camera.Subscriptions[i];
            if (subscription.Reason != SelectionReason.Bandwidth) continue;
            if (subscription.Target is not { } target || target.Layer.Index == PublishedLayer.SmallUplinkIndex) return true;
        }

        return false;
    }
}
