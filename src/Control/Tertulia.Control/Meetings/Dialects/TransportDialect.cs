using Tertulia.Contracts.Signaling;
using Tertulia.Control.Accounts;
using Tertulia.Rtc;
using Tertulia.Sfu;

namespace Tertulia.Control.Meetings.Dialects;

/// <summary>
/// The dialect of our own clients: two connections to the SFU, each with one offerer for ever, so that offers never cross.
/// The client offers <c>up</c>, the server offers <c>down</c>.
/// </summary>
internal sealed class TransportDialect : ParticipantDialect
{
    private readonly Rebuilds _rebuilds;
    private OfferMessage? _unanswered;
    private bool _outdated;

    public TransportDialect(MeetingContext meeting, PeerRelay relay, ParticipantSession self)
        : base(meeting, relay, self) => _rebuilds = new Rebuilds(meeting, _ => OfferDownAsync(fresh: true));

    public override string Name => SignalingDialects.Transport;

    public override bool CanResume => true;

    // Also when nobody is there yet: from the first offer on, the room reports when there is something to show.
    public override ValueTask StartAsync(IReadOnlyList<ParticipantSession> present) => OfferDownAsync();

    public override ValueTask StartMovingAsync(IReadOnlyList<ParticipantSession> present) => StartAsync(present);

    public override ValueTask RestartAsync(IReadOnlyList<ParticipantSession> present) => OfferDownAsync(fresh: true);

    public override ValueTask RenewAsync(IReadOnlyList<ParticipantSession> present)
    {
        Self.Send(new RestartMessage(ConnectionNames.Up));
        return OfferDownAsync(fresh: true);
    }

    // The client takes its direct connection down by itself when the peer's tracks have come over the SFU.
    public override ValueTask MovedAsync(ParticipantSession peer) => ValueTask.CompletedTask;

    public override void TopologyChanged(string topology) => Self.Send(new TopologyMessage(topology));

    public override ValueTask ResumedAsync()
    {
        // The offer, or its answer, may have been lost with the socket: applying the same offer twice does no harm.
        if (_unanswered is not null) Self.Send(_unanswered);
        else if (_outdated) return OfferDownAsync();
        return ValueTask.CompletedTask;
    }

    public override async ValueTask OfferAsync(ClientOffer offer)
    {
        if (offer.Connection == ConnectionNames.Peer)
        {
            RelayToPeer(offer, offer.To, peer => PeerRelay.Pass(Self, peer, offer));
            return;
        }
        if (!IsToSfu(offer, offer.To, offer.Connection, ConnectionNames.Up) || !MayPublish(offer)) return;
        var tracks = offer.Tracks?.Select(track => new TrackAssignment(track.Mid, TrackSources.Parse(track.Source))).ToArray();
        var result = await Room.AnswerAsync(ConnectionKey.Uplink, offer.Sdp, tracks);
        if (Accepted(offer, result)) Self.Send(new AnswerMessage(ReservedPeerIds.Sfu, Answer(result.Sdp!), ConnectionNames.Up));
    }

    public override async ValueTask AnswerAsync(ClientAnswer answer)
    {
        if (answer.Connection == ConnectionNames.Peer)
        {
            RelayToPeer(answer, answer.To, peer => PeerRelay.Pass(Self, peer, answer));
            return;
        }
        if (!IsToSfu(answer, answer.To, answer.Connection, ConnectionNames.Down)) return;
        if (_unanswered is null)
        {
            Refuse(answer, SignalingErrors.WrongState, "There is no offer to answer.");
            return;
        }
        if (!Accepted(answer, await Room.ApplyAnswerAsync(ConnectionKey.Downlink, answer.Sdp))) return;
        _unanswered = null;
        if (_outdated) await OfferDownAsync();
    }

    public override void Candidate(ClientCandidate candidate)
    {
        if (candidate.To == ReservedPeerIds.Sfu) return;
        if (FindPeer(candidate.To) is not { } peer) RefuseUnknownPeer(candidate, candidate.To);
        else if (Relay.AreDirect(Self, peer)) PeerRelay.Pass(Self, peer, candidate);
    }

    public override ValueTask ReconnectAsync(ClientReconnect reconnect)
    {
        // "up" needs nothing from here: its offerer is the client.
        if (reconnect.Connection == ConnectionNames.Down) return _rebuilds.AskAsync(ConnectionKey.Downlink);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ConnectionChangedAsync(ConnectionKey connection, PeerConnectionState state) =>
        connection == ConnectionKey.Downlink ? _rebuilds.OnStateAsync(connection, state) : ValueTask.CompletedTask;

    public override ValueTask DownlinkOutdatedAsync() => OfferDownAsync();

    public override void Stop() => _rebuilds.Stop();

    private async ValueTask OfferDownAsync(bool fresh = false)
    {
        // While the client is away nobody could answer; while an answer is due, changes are folded into the next offer.
        if (Self.Outbox is null || (_unanswered is not null && !fresh))
        {
            _outdated = true;
            return;
        }
        if (!Self.Grants.Contains(MeetingGrants.Subscribe)) return;
        _outdated = false;
        _unanswered = null;
        var result = await Room.OfferAsync(ConnectionKey.Downlink, fresh);
        if (!result.Succeeded) throw new InvalidOperationException($"The room made no offer for {Self.PeerId}: {result.ErrorMessage}");
        // No text: nobody publishes anything yet.
        if (result.Sdp is null) return;
        var tracks = result.Tracks.Select(track => new RemoteTrackInfo(track.Mid, track.Publisher.Value, TrackSources.NameOf(track.Source)));
        _unanswered = new OfferMessage(
            ReservedPeerIds.Sfu, Offer(result.Sdp), ConnectionNames.Down, [.. tracks], result.IsFresh ? true : null);
        Self.Send(_unanswered);
    }

    private bool IsToSfu(ClientMessage message, string to, string? connection, string expected)
    {
        if (to != ReservedPeerIds.Sfu)
        {
            if (FindPeer(to) is null) RefuseUnknownPeer(message, to);
            else Refuse(message, SignalingErrors.InvalidField, "Descriptions for a peer have \"connection\":\"peer\", all others go to \"sfu\".");
            return false;
        }
        if (connection == expected) return true;
        Refuse(message, SignalingErrors.InvalidField, $"\"connection\" of this message to the SFU is \"{expected}\".");
        return false;
    }

    private void RelayToPeer(ClientMessage message, string to, Action<ParticipantSession> pass)
    {
        if (FindPeer(to) is not { } peer) RefuseUnknownPeer(message, to);
        else if (Relay.AreDirect(Self, peer)) pass(peer);
        else Refuse(message, SignalingErrors.WrongState, "There are no direct connections in this meeting now.");
    }
}
