using Tertulia.Rtc;

namespace Tertulia.Sfu;

/// <summary>What a room has to say to whoever runs the meeting.</summary>
public abstract record RoomEvent
{
    private RoomEvent()
    {
    }

    public sealed record ConnectionStateChanged(ParticipantId Participant, ConnectionKey Connection, PeerConnectionState State) : RoomEvent;

    /// <summary>The first media packet of that source has come.</summary>
    public sealed record TrackStarted(ParticipantId Participant, TrackSource Source) : RoomEvent;

    /// <summary>That source is not published any more.</summary>
    public sealed record TrackEnded(ParticipantId Participant, TrackSource Source) : RoomEvent;

    /// <summary>Only these simulcast encodings of that source are of use to anybody now.</summary>
    public sealed record LayersWanted(ParticipantId Participant, TrackSource Source, IReadOnlyList<string> Rids) : RoomEvent;

    /// <summary>
    /// Some receiver's line does not carry the only encoding of this participant's camera: offer it a
    /// <see cref="ConnectionKey.SmallUplink"/>. Or, later, nobody needs that any more: close it.
    /// </summary>
    public sealed record SmallUplinkWanted(ParticipantId Participant, bool IsWanted) : RoomEvent;

    /// <summary>Somebody else speaks; null when nobody has for a while.</summary>
    public sealed record ActiveSpeakerChanged(ParticipantId? Speaker) : RoomEvent;

    /// <summary>That participant's line has become better or worse.</summary>
    public sealed record QualityChanged(ParticipantId Participant, Quality.LineQuality Quality) : RoomEvent;

    /// <summary>
    /// For some seconds nothing at all has come from that participant, who sent media before: the way is dead, though consent still holds.
    /// Connections made anew may find another.
    /// </summary>
    public sealed record WentSilent(ParticipantId Participant) : RoomEvent;

    /// <summary>The tracks that this participant's shared downlink should carry have changed: offer it again.</summary>
    public sealed record DownlinkOutdated(ParticipantId Participant) : RoomEvent;
}
