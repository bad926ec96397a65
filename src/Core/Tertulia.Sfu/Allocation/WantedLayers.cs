using Tertulia.Rtc.Net;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Allocation;

/// <summary>
/// Which simulcast encodings of a track somebody can use, by the sizes on the receivers' screens. The publisher need not make the
/// larger ones; the smallest is always made, so that a newcomer sees something at once.
/// </summary>
internal sealed class WantedLayers(Room room)
{
    // Waking is at once, stopping takes its time: tiles come and go while people page through them.
    private static readonly TimeSpan StopDelay = TimeSpan.FromSeconds(4);

    public void Update(Instant now, PublishedTrack track)
    {
        var layers = track.LayersByIndex;
        if (layers.Count < 2 || layers[0].Stream.Rid is null) return;

        var wanted = HighestWanted(track);
        var announced = Math.Min(track.AnnouncedLayers, layers.Count - 1);
        if (wanted >= announced)
        {
            track.FewerWantedSince = Instant.Never;
            if (wanted > announced) Announce(track, wanted);
            return;
        }

        if (track.FewerWantedSince == Instant.Never) track.FewerWantedSince = now;
        else if (now - track.FewerWantedSince >= StopDelay) Announce(track, wanted);
    }

    private int HighestWanted(PublishedTrack track)
    {
        var highest = 0;
        for (var i = 0; i < track.Subscriptions.Count; i++)
        {
            var demand = room.Allocation.DemandOf(track.Subscriptions[i]);
            if (!demand.IsHidden) highest = Math.Max(highest, Needed(track, demand));
        }

        for (var i = 0; i < track.Taps.Count; i++) highest = Math.Max(highest, Needed(track, new VideoDemand(track.Taps[i].WantedHeight, VideoPriority.Tile)));

        return highest;
    }

    private static int Needed(PublishedTrack track, in VideoDemand demand)
    {
        var layers = track.LayersByIndex;
        for (var i = 0; i < layers.Count; i++)
        {
            if (demand.IsFilledBy(layers[i].PictureHeight)) return i;
        }

        return layers.Count - 1;
    }

    private void Announce(PublishedTrack track, int highest)
    {
        track.AnnouncedLayers = highest;
        track.FewerWantedSince = Instant.Never;
        var rids = new List<string>();
        for (var i = 0; i <= highest && i < track.LayersByIndex.Count; i++) rids.Add(track.LayersByIndex[i].Stream.Rid!);
        room.Emit(new RoomEvent.LayersWanted(track.Publisher.Id, track.Source, rids));
    }
}
