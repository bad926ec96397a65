using Microsoft.Extensions.Logging;
using Tertulia.Contracts.Signaling;

namespace Tertulia.Control.Meetings;

/// <summary>The one switch over message types: who deals with what a client says, and whether it may say it.</summary>
internal sealed class MessageDispatcher(
    MeetingContext meeting, MeetingDoor door, Topology topology, MeetingChat chat, ParticipantActions actions, Func<string, ValueTask> end)
{
    public ValueTask DispatchAsync(ParticipantSession from, ClientMessage message) => message switch
    {
        ClientOffer offer => from.Dialect.OfferAsync(offer),
        ClientAnswer answer => from.Dialect.AnswerAsync(answer),
        ClientCandidate candidate => Done(() => from.Dialect.Candidate(candidate)),
        ClientReconnect { Connection: ConnectionNames.Peer } => topology.OnDirectFailureAsync(),
        ClientReconnect reconnect => from.Dialect.ReconnectAsync(reconnect),
        ClientChat said => chat.SayAsync(from, said),
        ClientTrack track => actions.SetTrackAsync(from, track),
        ClientView view => actions.SetViewAsync(from, view),
        ClientCaptions wish => Done(() => meeting.Scribe?.Take(from, wish)),
        ClientHand hand => Done(() => actions.RaiseHand(from, hand.Raised)),
        ClientReaction reaction => Done(() => actions.React(from, reaction.Emoji)),
        ClientLeave => door.LeaveAsync(from, LeaveReasons.Left),
        ClientMuteRequest mute => ForHostAsync(from, mute, mute.PeerId, target =>
            actions.MuteAsync(target, TrackSources.Parse(mute.Source), by: from)),
        ClientRemove remove => ForHostAsync(from, remove, remove.PeerId, RemoveAsync),
        ClientRecording recording => from.MayModerate ? Done(() => _ = RecordAsync(from, recording)) : NotAllowed(from, recording),
        ClientBroadcast broadcast => from.MayModerate ? Done(() => _ = BroadcastAsync(from, broadcast)) : NotAllowed(from, broadcast),
        ClientEnd ended => from.MayModerate ? end("host") : NotAllowed(from, ended),
        // Pings are answered at the socket.
        _ => ValueTask.CompletedTask,
    };

    public async ValueTask RemoveAsync(ParticipantSession target)
    {
        door.Ban(target.PeerId);
        await door.LeaveAsync(target, LeaveReasons.Removed, SignalingCloseCodes.Removed);
    }

    private Task RecordAsync(ParticipantSession from, ClientRecording wanted) => AskDeskAsync(from, wanted, () =>
        meeting.Services.Recordings is not { } desk ? Task.FromResult<string?>("Recordings are not available.")
        : wanted.Start ? desk.StartAsync(meeting.Id, from.DisplayName)
        : desk.StopAsync(meeting.Id, from.DisplayName));

    private Task BroadcastAsync(ParticipantSession from, ClientBroadcast wanted) => AskDeskAsync(from, wanted, () =>
        meeting.Services.Broadcasts is not { } desk ? Task.FromResult<string?>("Broadcasts are not available.")
        : wanted.Start ? desk.StartAsync(meeting.Id, from.DisplayName)
        : desk.StopAsync(meeting.Id, from.DisplayName));

    // Recording and broadcasting take their time and ask the meeting for this and that, so they must not be waited for here.
    private async Task AskDeskAsync(ParticipantSession from, ClientMessage wanted, Func<Task<string?>> ask)
    {
        string? problem;
        try
        {
            problem = await ask();
        }
        catch (Exception error)
        {
            meeting.Log.LogError(error, "Meeting {MeetingId}: what was asked for by {Message} could not be done", meeting.Id, wanted);
            problem = "The server could not do it. Its log has the details.";
        }

        if (problem is not null) from.Send(new ErrorMessage(SignalingErrors.WrongState, problem, wanted.Type));
    }

    private ValueTask ForHostAsync(
        ParticipantSession from, ClientMessage message, string peerId, Func<ParticipantSession, ValueTask> action)
    {
        if (!from.MayModerate) return NotAllowed(from, message);
        if (meeting.Roster.Find(peerId) is { } target) return action(target);
        from.Send(new ErrorMessage(SignalingErrors.UnknownPeer, $"There is no peer '{peerId}' in this meeting.", message.Type));
        return ValueTask.CompletedTask;
    }

    private static ValueTask NotAllowed(ParticipantSession from, ClientMessage message) =>
        Done(() => from.Send(new ErrorMessage(SignalingErrors.NotAllowed, "Only a host may do that.", message.Type)));

    private static ValueTask Done(Action action)
    {
        action();
        return ValueTask.CompletedTask;
    }
}
