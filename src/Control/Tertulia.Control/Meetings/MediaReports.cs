using Tertulia.Contracts.Signaling;
using Tertulia.Sfu;

namespace Tertulia.Control.Meetings;

/// <summary>What the meeting makes of the room's events.</summary>
internal sealed class MediaReports(MeetingContext meeting, Topology topology, ParticipantActions actions)
{
    public async ValueTask TakeAsync(IReadOnlyList<RoomEvent> batch)
    {
        // One command can outdate a downlink several times over; one offer shows all of it.
        var outdated = new HashSet<ParticipantId>();
        foreach (var happened in batch)
        {
            if (happened is RoomEvent.DownlinkOutdated downlink) outdated.Add(downlink.Participant);
            else await TakeAsync(happened);
        }
        foreach (var id in outdated)
        {
            if (Find(id) is { } session) await meeting.GuardAsync(session, session.Dialect.DownlinkOutdatedAsync);
        }
    }

    private async ValueTask TakeAsync(RoomEvent happened)
    {
        switch (happened)
        {
            case RoomEvent.ConnectionStateChanged changed when Find(changed.Participant) is { } session:
                await meeting.GuardAsync(session, () => session.Dialect.ConnectionChangedAsync(changed.Connection, changed.State));
                break;
            case RoomEvent.TrackStarted started when Find(started.Participant) is { } session:
                actions.Published(session, started.Source);
                session.HasUplinkMedia = true;
                await topology.OnUplinkMediaAsync(session);
                break;
            case RoomEvent.TrackEnded ended when Find(ended.Participant) is { } session:
                actions.Unpublished(session, ended.Source);
                break;
            case RoomEvent.LayersWanted wanted when Find(wanted.Participant) is { } session:
                session.Send(new LayersMessage(TrackSources.NameOf(wanted.Source), wanted.Rids));
                break;
            case RoomEvent.QualityChanged changed when Find(changed.Participant) is { } session:
                actions.LineChanged(session, changed.Quality);
                break;
            case RoomEvent.WentSilent silent when Find(silent.Participant) is { } session:
                await meeting.GuardAsync(session, () => topology.RenewAsync(session));
                break;
            case RoomEvent.SmallUplinkWanted wanted when Find(wanted.Participant) is { } session:
                await meeting.GuardAsync(session, () => session.Dialect.SmallUplinkWantedAsync(wanted.IsWanted));
                break;
            case RoomEvent.ActiveSpeakerChanged { Speaker: null }:
                actions.Speaks(null);
                break;
            case RoomEvent.ActiveSpeakerChanged { Speaker: { } speaker } when Find(speaker) is not null:
                actions.Speaks(speaker.Value);
                break;
        }
    }

    private ParticipantSession? Find(ParticipantId id) => meeting.Roster.Find(id.Value);
}
