using Microsoft.Extensions.Logging;
using Tertulia.Contracts.Events;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Accounts;
using Tertulia.Control.Meetings.Dialects;
using Tertulia.Sfu.Quality;

namespace Tertulia.Control.Meetings;

/// <summary>Coming and going: who is let in, who takes up an earlier place, whose place is given up.</summary>
internal sealed class MeetingDoor(MeetingContext meeting, PeerRelay relay, Topology topology, MeetingChat chat, Action onEmpty)
{
    private static readonly TimeSpan s_betweenRoomLosses = TimeSpan.FromSeconds(10);

    private readonly HashSet<string> _removed = [];
    private readonly ConnectLimit _connects = new(meeting.Options);
    private DateTimeOffset _roomLostAt;

    /// <summary>Somebody who was removed does not come back with the same token.</summary>
    public void Ban(string peerId) => _removed.Add(peerId);

    public AdmissionResult Admit(Meeting owner, AdmissionRequest request)
    {
        if (_removed.Contains(request.PeerId)) return new(AdmissionOutcome.Removed);
        if (meeting.Record.Settings.RequirePostQuantum == true && request.Security is not { PostQuantum: true }) return new(AdmissionOutcome.NotPostQuantum);
        if (!_connects.TryCount(request.PeerId, meeting.Now)) return new(AdmissionOutcome.TooOften);
        var admission = new Admission(owner, request);
        if (!meeting.Roster.TryReserve(admission, meeting.Record.MaxParticipants)) return new(AdmissionOutcome.MeetingFull);
        admission.Expiring = meeting.Timers.After(meeting.Options.AdmissionWindow, () =>
        {
            Abandon(admission);
            return ValueTask.CompletedTask;
        });
        return new(AdmissionOutcome.Admitted, admission);
    }

    public void Abandon(Admission admission)
    {
        admission.Expiring?.Dispose();
        if (meeting.Roster.Release(admission)) NoticeEmpty();
    }

    /// <summary>Null when the place was given up meanwhile.</summary>
    public async ValueTask<ParticipantSession?> ConnectAsync(Admission admission, SignalingOutbox outbox)
    {
        admission.Expiring?.Dispose();
        if (!meeting.Roster.Release(admission) || _removed.Contains(admission.Request.PeerId))
        {
            outbox.Close(SignalingCloseCodes.Removed, "removed");
            return null;
        }
        if (meeting.Roster.Find(admission.Request.PeerId) is { } existing)
        {
            if (admission.Request.Resumes && existing.Dialect.CanResume)
            {
                await ResumeAsync(existing, admission.Request, outbox);
                return existing;
            }
            await LeaveAsync(existing, LeaveReasons.Replaced, SignalingCloseCodes.Replaced);
        }
        return await JoinAsync(admission.Request, outbox);
    }

    /// <summary>The socket broke: the place is kept for as long as the client may come back.</summary>
    public void KeepPlace(ParticipantSession session)
    {
        session.Outbox = null;
        session.GivingUp?.Dispose();
        var window = session.Dialect.CanResume ? meeting.Options.ResumeWindow : meeting.Options.BrokenWindow;
        session.GivingUp = meeting.Timers.After(window, () => LeaveAsync(session, LeaveReasons.Lost));
    }

    /// <param name="closeCode">How to close the socket, if one is in use.</param>
    public async ValueTask LeaveAsync(ParticipantSession session, string reason, int closeCode = SignalingCloseCodes.Normal)
    {
        if (meeting.Roster.Find(session.PeerId) != session) return;
        meeting.Roster.Remove(session);
        EndRelays(session);
        session.GivingUp?.Dispose();
        session.Dialect.Stop();
        session.CloseSocket(closeCode, reason);
        topology.OnLeft(session);
        if (meeting.ActiveSpeaker == session.PeerId) meeting.ActiveSpeaker = null;
        foreach (var other in meeting.Roster.Sessions) other.Dialect.PeerLeft(session, reason);
        await meeting.GuardAsync(session, () => meeting.Media.Room.RemoveParticipantAsync(session.Id));
        await NoteLeftAsync(session, reason);
        if (meeting.Roster.Sessions.Count == 0) await meeting.Media.CloseAsync();
        NoticeEmpty();
    }

    /// <summary>
    /// The room broke down. Clients that can come back are asked to, those that cannot are given new connections; if that does
    /// not hold either, everyone has to come again.
    /// </summary>
    public async ValueTask OnRoomLostAsync()
    {
        var again = meeting.Now - _roomLostAt < s_betweenRoomLosses;
        _roomLostAt = meeting.Now;
        if (again)
        {
            await DismissAsync(LeaveReasons.Lost, SignalingCloseCodes.Internal, "internal");
            NoticeEmpty();
            return;
        }
        foreach (var session in meeting.Roster.Sessions.Where(session => session.Dialect.CanResume).ToArray())
        {
            session.Send(new ReconnectMessage((int)meeting.Options.ReconnectAfter.TotalMilliseconds));
            await LeaveAsync(session, LeaveReasons.Lost, SignalingCloseCodes.GoingAway);
        }
        var staying = meeting.Roster.Sessions.ToArray();
        foreach (var session in staying) await meeting.GuardAsync(session, () => AddToRoomAsync(session));
        foreach (var session in staying) await meeting.GuardAsync(session, () => topology.RestartAsync(session));
    }

    /// <summary>Everyone goes at once, so nobody needs to be told who left.</summary>
    public async ValueTask DismissAsync(string reason, int closeCode, string closeReason)
    {
        foreach (var session in meeting.Roster.Sessions)
        {
            session.GivingUp?.Dispose();
            session.Dialect.Stop();
            session.CloseSocket(closeCode, closeReason);
        }
        foreach (var session in meeting.Roster.TakeAll())
        {
            EndRelays(session);
            await NoteLeftAsync(session, reason);
        }
    }

    private void EndRelays(ParticipantSession session) => meeting.Services.Turn?.Leave(RelayIdentity.Of(meeting.Id, session.PeerId));

    private async ValueTask<ParticipantSession> JoinAsync(AdmissionRequest request, SignalingOutbox outbox)
    {
        var present = meeting.Roster.Sessions.ToArray();
        var session = new ParticipantSession(request, DisplayNames.Distinct(request.Claims.DisplayName, present), meeting.Now);
        session.Dialect = request.Dialect == SignalingDialects.Transport
            ? new TransportDialect(meeting, relay, session)
            : new PerPeerDialect(meeting, relay, session);

        meeting.Scribe?.Meet(session);
        await AddToRoomAsync(session);
        await topology.OnArrivalAsync(session);
        meeting.Roster.Add(session);
        meeting.Services.Turn?.Enter(RelayIdentity.Of(meeting.Id, session.PeerId));
        session.Outbox = outbox;
        try
        {
            await NoteStartAsync(session.JoinedAt);
            await NoteJoinedAsync(session);
            Welcome(session, request, resumed: false);
            if (meeting.Recording is { } recording) session.Send(recording);
            if (meeting.Broadcast is { } broadcast) session.Send(broadcast);
            await chat.SendHistoryAsync(session);
            foreach (var other in present) other.Dialect.PeerJoined(session);
            await topology.ConnectAsync(session, present);
        }
        catch (Exception error)
        {
            meeting.Log.LogError(error, "Meeting {MeetingId}: participant {PeerId} could not join", meeting.Id, session.PeerId);
            await LeaveAsync(session, LeaveReasons.Lost, SignalingCloseCodes.Internal);
        }
        return session;
    }

    private async ValueTask AddToRoomAsync(ParticipantSession session)
    {
        await meeting.Media.Room.AddParticipantAsync(session.Id);
        foreach (var source in session.MutedSources) await meeting.Media.Room.SetMutedAsync(session.Id, source, muted: true);
    }

    private async ValueTask ResumeAsync(ParticipantSession session, AdmissionRequest request, SignalingOutbox outbox)
    {
        session.GivingUp?.Dispose();
        session.GivingUp = null;
        session.CloseSocket(SignalingCloseCodes.Replaced, LeaveReasons.Replaced);
        session.Outbox = outbox;
        await meeting.GuardAsync(session, () => new ValueTask(
            meeting.Services.Attendance.ReconnectedAsync(meeting.Id, session.PeerId, request.Security)));
        Welcome(session, request, resumed: true);
        if (meeting.Recording is { } recording) session.Send(recording);
        if (meeting.Broadcast is { } broadcast) session.Send(broadcast);
        if (session.Quality != LineQuality.Excellent) session.Send(new QualityMessage(session.Dialect.AsSeen(session.PeerId)!, QualityViews.NameOf(session.Quality)));
        await chat.SendHistoryAsync(session);
        await session.Dialect.ResumedAsync();
    }

    private void Welcome(ParticipantSession session, AdmissionRequest request, bool resumed)
    {
        var record = meeting.Record;
        session.Send(new WelcomeMessage(
            session.PeerId,
            session.DisplayName,
            session.Role,
            record.Id,
            record.Title,
            session.Dialect.Name,
            topology.Name,
            [.. meeting.Roster.Except(session).Select(other => other.Describe())],
            record.Settings,
            new MeetingStateInfo(
                meeting.StartedAt, Recording: meeting.Recording is not null, session.Dialect.AsSeen(meeting.ActiveSpeaker), meeting.Scribe?.InfoFor(session),
                Broadcast: meeting.Broadcast is not null),
            meeting.Now,
            resumed,
            session.Dialect.CanResume ? ResumeToken(session) : null,
            request.IceServers));
    }

    private string ResumeToken(ParticipantSession session) => meeting.Services.Tokens.Issue(session.Request.Claims with
    {
        Purpose = MeetingTokenPurpose.Resume,
        DisplayName = session.DisplayName,
        ExpiresAt = meeting.Now + meeting.Options.ResumeTokenLifetime,
    });

    private async ValueTask NoteStartAsync(DateTimeOffset at)
    {
        if (meeting.StartedAt is not null) return;
        meeting.StartedAt = at;
        var started = new MeetingStarted(meeting.Moment(at), meeting.Record.Title);
        await meeting.Services.Meetings.MarkStartedAsync(meeting.Id, at, started);
        meeting.Tell(started);
    }

    // Before anybody is told: whoever was welcomed has been in the meeting, whatever happens to this server.
    private async ValueTask NoteJoinedAsync(ParticipantSession session)
    {
        var joined = new ParticipantJoined(meeting.Moment(session.JoinedAt), session.PeerId, session.DisplayName, session.Role);
        await meeting.Services.Attendance.JoinedAsync(meeting.Id, session.PeerId, session.DisplayName, session.Role, session.JoinedAt, joined, session.Request.Security);
        meeting.Tell(joined);
    }

    private async ValueTask NoteLeftAsync(ParticipantSession session, string reason)
    {
        var left = session.Left(meeting.Moment(), reason);
        await meeting.GuardAsync(session, () => new ValueTask(
            meeting.Services.Attendance.LeftAsync(meeting.Id, session.PeerId, left.Timestamp, reason, left)));
        meeting.Tell(left);
    }

    private void NoticeEmpty()
    {
        if (meeting.Roster.IsEmpty) onEmpty();
    }
}
