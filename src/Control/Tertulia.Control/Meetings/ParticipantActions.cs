using Tertulia.Contracts.Events;
using Tertulia.Contracts.Signaling;
using Tertulia.Sfu;
using Tertulia.Sfu.Quality;

namespace Tertulia.Control.Meetings;

/// <summary>What participants do that the others see: mute states, raised hands, reactions.</summary>
internal sealed class ParticipantActions(MeetingContext meeting)
{
    public async ValueTask SetTrackAsync(ParticipantSession session, ClientTrack message)
    {
        var source = TrackSources.Parse(message.Source);
        if (message.Removed)
        {
            Unpublished(session, source);
            return;
        }
        var appeared = session.AddTrack(source);
        var changed = appeared;
        if (session.SetMuted(source, message.Muted))
        {
            changed = true;
            await meeting.Media.Room.SetMutedAsync(session.Id, source, message.Muted);
        }
        if (changed) TellOthers(session, source, appeared);
    }

    /// <summary>What is on the participant's screen decides what is sent to it. Peers that it does not know yet, or no more, are passed over.</summary>
    public ValueTask SetViewAsync(ParticipantSession session, ClientView message) =>
        meeting.Media.Room.SetViewAsync(session.Id, [.. message.Items.Select(item =>
            new Sfu.Allocation.ViewItem(new ParticipantId(item.PeerId), TrackSources.Parse(item.Source), item.Width, item.Height))]);

    /// <summary>Mutes somebody at the server, so that it does not depend on that client's goodwill.</summary>
    /// <param name="by">The host who asked, or null for the REST interface.</param>
    public async ValueTask MuteAsync(ParticipantSession session, TrackSource source, ParticipantSession? by)
    {
        session.SetMuted(source, true);
        var appeared = session.AddTrack(source);
        await meeting.Media.Room.SetMutedAsync(session.Id, source, muted: true);
        session.Send(new MuteRequestMessage(by?.PeerId, TrackSources.NameOf(source)));
        TellOthers(session, source, appeared);
    }

    /// <summary>The first media of that source has arrived.</summary>
    public void Published(ParticipantSession session, TrackSource source)
    {
        if (session.AddTrack(source)) TellOthers(session, source, appeared: true);
    }

    public void Unpublished(ParticipantSession session, TrackSource source)
    {
        if (!session.RemoveTrack(source)) return;
        meeting.Roster.Broadcast(
            new TrackMessage(session.PeerId, TrackSources.NameOf(source), session.IsMuted(source), Removed: true), except: session);
        meeting.Tell(new TrackRemoved(meeting.Moment(), session.PeerId, TrackSources.NameOf(source)));
    }

    public void RaiseHand(ParticipantSession session, bool raised)
    {
        if (session.HandRaised == raised) return;
        session.HandRaised = raised;
        meeting.Roster.Broadcast(new HandMessage(session.PeerId, raised));
    }

    public void React(ParticipantSession session, string emoji) =>
        meeting.Roster.Broadcast(new ReactionMessage(session.PeerId, emoji));

    public void Speaks(string? peerId)
    {
        if (meeting.ActiveSpeaker == peerId) return;
        meeting.ActiveSpeaker = peerId;
        foreach (var session in meeting.Roster.Sessions)
            session.Send(new ActiveSpeakerMessage(session.Dialect.AsSeen(peerId)));
        meeting.Tell(new ActiveSpeakerChanged(meeting.Moment(), peerId));
    }

    /// <summary>A participant's line has become better or worse; it is told that too.</summary>
    public void LineChanged(ParticipantSession session, LineQuality quality)
    {
        session.Quality = quality;
        foreach (var receiver in meeting.Roster.Sessions)
            receiver.Send(new QualityMessage(receiver.Dialect.AsSeen(session.PeerId)!, QualityViews.NameOf(quality)));
    }

    private void TellOthers(ParticipantSession session, TrackSource source, bool appeared)
    {
        var (name, muted) = (TrackSources.NameOf(source), session.IsMuted(source));
        meeting.Roster.Broadcast(new TrackMessage(session.PeerId, name, muted), except: session);
        meeting.Tell(appeared
            ? new TrackPublished(meeting.Moment(), session.PeerId, name, muted)
            : new TrackMuted(meeting.Moment(), session.PeerId, name, muted));
    }
}
