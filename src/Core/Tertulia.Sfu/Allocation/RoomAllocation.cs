using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Allocation;

/// <summary>
/// Gives every receiver of a room the best that its line and its screen can use, and finds out which encodings nobody can use.
/// Runs when something changes that matters at once, and for everybody every second, since bitrates wander.
/// </summary>
internal sealed class RoomAllocation
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly DownlinkAllocator _allocator = new();
    private readonly Room _room;
    private readonly WantedLayers _wanted;
    private readonly SmallUplinks _smallUplinks;
    private readonly Func<Subscription, VideoDemand> _demandOf;

    public RoomAllocation(Room room)
    {
        _room = room;
        _wanted = new WantedLayers(room);
        _smallUplinks = new SmallUplinks(room);
        _demandOf = DemandOf;
    }

    public Instant NextDeadline { get; private set; } = Instant.Zero;

    /// <summary>Who is promoted to a larger share.</summary>
    public ParticipantId? ActiveSpeaker { get; set; }

    public void HandleTimeout(Instant now)
    {
        NextDeadline = now + Interval;
        foreach (var participant in _room.Participants)
        {
            foreach (var connection in participant.Connections.Values) Allocate(now, connection);
            foreach (var track in participant.Tracks.Values) _wanted.Update(now, track);
        }

        // Only now is it known what every receiver gets.
        foreach (var participant in _room.Participants) _smallUplinks.Update(now, participant);
    }

    /// <summary>The encodings of a track that flow have changed, or who receives it.</summary>
    public void OnTrackChanged(Instant now, PublishedTrack track)
    {
        // Allocating moves no subscription to another track, so the list stays as it is.
        for (var i = 0; i < track.Subscriptions.Count; i++) Allocate(now, track.Subscriptions[i].Downlink);
        _wanted.Update(now, track);
    }

    /// <summary>What the participant has on its screen has changed.</summary>
    public void OnViewChanged(Instant now, Participant participant)
    {
        foreach (var connection in participant.Connections.Values) Allocate(now, connection);
        foreach (var publisher in _room.Participants)
        {
            foreach (var track in publisher.Tracks.Values) _wanted.Update(now, track);
        }
    }

    public void Allocate(Instant now, RoomConnection connection)
    {
        if (connection.Sections.Count == 0 || connection.IsDisposed) return;
        var bandwidth = connection.Connection.Bandwidth;
        bandwidth.Demand = new Bitrate(_allocator.Allocate(now, bandwidth, connection.Sections, _demandOf));
        foreach (var section in connection.Sections)
        {
            if (section.Subscription is { IsPausedForBandwidth: true, Track.Publisher: { } publisher }) _smallUplinks.Update(now, publisher);
        }
    }

    internal VideoDemand DemandOf(Subscription subscription)
    {
        if (subscription.Track is not { } track) return default;
        var priority = track.Source == TrackSource.Screen ? VideoPriority.Screen
            : track.Publisher.Id == ActiveSpeaker ? VideoPriority.ActiveSpeaker
            : VideoPriority.Tile;
        return new VideoDemand(subscription.Downlink.Participant.HeightOnScreen(track.Publisher.Id, track.Source), priority);
    }
}
