using Tertulia.Contracts.Signaling;
using Tertulia.Control.Meetings.Media;
using Tertulia.Rtc;
using Tertulia.Sfu;

namespace Tertulia.Control.Meetings.Dialects;

/// <summary>How one participant's client negotiates its media: the two dialects of the wire contract differ in nothing else.</summary>
internal abstract class ParticipantDialect(MeetingContext meeting, PeerRelay relay, ParticipantSession self)
{
    /// <summary>One of <see cref="SignalingDialects"/>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a client whose socket broke can return to its place.</summary>
    public abstract bool CanResume { get; }

    protected MeetingContext Meeting { get; } = meeting;

    protected PeerRelay Relay { get; } = relay;

    protected ParticipantSession Self { get; } = self;

    /// <summary>Connects this participant to the SFU.</summary>
    public abstract ValueTask StartAsync(IReadOnlyList<ParticipantSession> present);

    /// <summary>Connects this participant to the SFU while it still talks to the others directly.</summary>
    public abstract ValueTask StartMovingAsync(IReadOnlyList<ParticipantSession> present);

    /// <summary>Replaces every connection to the SFU by a new one.</summary>
    public abstract ValueTask RestartAsync(IReadOnlyList<ParticipantSession> present);

    /// <summary>Nothing comes from the client any more: makes it look for another way to the SFU.</summary>
    public abstract ValueTask RenewAsync(IReadOnlyList<ParticipantSession> present);

    /// <summary>The direct connection to that peer has had its time.</summary>
    public abstract ValueTask MovedAsync(ParticipantSession peer);

    public virtual void TopologyChanged(string topology)
    {
    }

    /// <summary>A newer socket goes on where an earlier one broke.</summary>
    public virtual ValueTask ResumedAsync() => ValueTask.CompletedTask;

    public void PeerJoined(ParticipantSession peer) =>
        Self.Send(new PeerJoinedMessage(peer.PeerId, peer.DisplayName, peer.Role, peer.Metadata));

    public virtual void PeerLeft(ParticipantSession peer, string reason) => Self.Send(new PeerLeftMessage(peer.PeerId, reason));

    /// <summary>How <c>active-speaker</c> and <c>quality</c> name that peer to this participant.</summary>
    public virtual string? AsSeen(string? peerId) => peerId;

    public abstract ValueTask OfferAsync(ClientOffer offer);

    public abstract ValueTask AnswerAsync(ClientAnswer answer);

    public abstract void Candidate(ClientCandidate candidate);

    public abstract ValueTask ReconnectAsync(ClientReconnect reconnect);

    public abstract ValueTask ConnectionChangedAsync(ConnectionKey connection, PeerConnectionState state);

    /// <summary>The shared downlink no longer shows what there is.</summary>
    public virtual ValueTask DownlinkOutdatedAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// The participant's camera is wanted, or no longer wanted, a second time and small. Clients that choose their encodings themselves
    /// are not asked.
    /// </summary>
    public virtual ValueTask SmallUplinkWantedAsync(bool isWanted) => ValueTask.CompletedTask;

    /// <summary>The participant is gone: nothing that was put off is to happen.</summary>
    public abstract void Stop();

    protected OwnConnections Room => new(Meeting.Media.Room, Self.Id);

    protected void Refuse(ClientMessage message, string code, string text) => Self.Send(new ErrorMessage(code, text, message.Type));

    protected void RefuseUnknownPeer(ClientMessage message, string peerId) =>
        Refuse(message, SignalingErrors.UnknownPeer, $"There is no peer '{peerId}' in this meeting.");

    /// <summary>False, after telling the client, when the room did not take what it sent.</summary>
    protected bool Accepted(ClientMessage message, NegotiationResult result)
    {
        if (result.Succeeded) return true;
        Refuse(message, result.ErrorCode!, result.ErrorMessage ?? "The description was not accepted.");
        return false;
    }

    protected ParticipantSession? FindPeer(string peerId) =>
        Meeting.Roster.Find(peerId) is { } peer && peer != Self ? peer : null;

    protected bool MayPublish(ClientMessage message) => May(message, Accounts.MeetingGrants.Publish);

    protected bool MaySubscribe(ClientMessage message) => May(message, Accounts.MeetingGrants.Subscribe);

    private bool May(ClientMessage message, string grant)
    {
        if (Self.Grants.Contains(grant)) return true;
        Refuse(message, SignalingErrors.NotAllowed, $"This participant's token does not grant '{grant}'.");
        return false;
    }

    protected static SessionDescriptionInit Offer(string sdp) => new("offer", sdp);

    protected static SessionDescriptionInit Answer(string sdp) => new("answer", sdp);
}

/// <summary>The room as one participant's dialect sees it: its own connections.</summary>
internal readonly struct OwnConnections(IMeetingMedia room, ParticipantId self)
{
    public ValueTask<NegotiationResult> AnswerAsync(ConnectionKey connection, string sdp, IReadOnlyList<TrackAssignment>? tracks = null) =>
        room.AnswerAsync(self, connection, sdp, tracks);

    public ValueTask<NegotiationResult> OfferAsync(ConnectionKey connection, bool fresh = false) => room.OfferAsync(self, connection, fresh);

    public ValueTask<NegotiationResult> ApplyAnswerAsync(ConnectionKey connection, string sdp) => room.ApplyAnswerAsync(self, connection, sdp);

    public ValueTask CloseConnectionAsync(ConnectionKey connection) => room.CloseConnectionAsync(self, connection);
}
