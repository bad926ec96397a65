using Tertulia.Contracts.Signaling;
using Tertulia.Control.Accounts;
using Tertulia.Rtc;
using Tertulia.Sfu;

namespace Tertulia.Control.Meetings.Dialects;

/// <summary>
/// The dialect of the public tutorial: the client has a connection per peer, and the server stands in for each of them. What
/// the client sends, it sends once: on the uplink that the reserved id <c>sfu</c> offers it.
/// </summary>
internal sealed class PerPeerDialect : ParticipantDialect
{
    private readonly Rebuilds _rebuilds;

    // To the client the small uplink is one more peer, of which it never gets a picture.
    private string? _smallUplinkId;

    public PerPeerDialect(MeetingContext meeting, PeerRelay relay, ParticipantSession self)
        : base(meeting, relay, self) => _rebuilds = new Rebuilds(meeting, RebuildAsync);

    public override string Name => SignalingDialects.PerPeer;

    public override bool CanResume => false;

    public override async ValueTask StartAsync(IReadOnlyList<ParticipantSession> present)
    {
        await OfferUplinkAsync();
        foreach (var peer in present) await OfferPeerAsync(peer);
        // This client does not read the welcome, so nothing else would tell it who speaks right now.
        if (Meeting.ActiveSpeaker is { } speaker) Self.Send(new ActiveSpeakerMessage(AsSeen(speaker)));
    }

    // The pairs follow one by one, when the media of both sides has arrived.
    public override ValueTask StartMovingAsync(IReadOnlyList<ParticipantSession> present) => OfferUplinkAsync();

    public override async ValueTask RestartAsync(IReadOnlyList<ParticipantSession> present)
    {
        _rebuilds.Stop();
        if (_smallUplinkId is not null) await CloseSmallUplinkAsync();
        await RebuildAsync(ConnectionKey.Uplink);
        foreach (var peer in present) await RebuildAsync(ConnectionKey.DownlinkOf(peer.Id));
    }

    // This client restarts no ICE; in new connections it gathers and tries all ways again.
    public override ValueTask RenewAsync(IReadOnlyList<ParticipantSession> present) => RestartAsync(present);

    public override ValueTask MovedAsync(ParticipantSession peer) => RebuildAsync(ConnectionKey.DownlinkOf(peer.Id));

    public override void PeerLeft(ParticipantSession peer, string reason)
    {
        _rebuilds.Forget(ConnectionKey.DownlinkOf(peer.Id));
        base.PeerLeft(peer, reason);
    }

    // The tutorial's grid compares with "local" to mark its own tile.
    public override string? AsSeen(string? peerId) => peerId == Self.PeerId ? ReservedPeerIds.Local : peerId;

    public override async ValueTask OfferAsync(ClientOffer offer)
    {
        if (offer.To == ReservedPeerIds.Sfu)
        {
            Refuse(offer, SignalingErrors.WrongState, "The server makes the offer for the uplink.");
        }
        else if (FindPeer(offer.To) is not { } peer)
        {
            RefuseUnknownPeer(offer, offer.To);
        }
        else if (Relay.AreDirect(Self, peer))
        {
            PeerRelay.Pass(Self, peer, offer);
        }
        else if (MaySubscribe(offer))
        {
            var result = await Room.AnswerAsync(ConnectionKey.DownlinkOf(peer.Id), offer.Sdp);
            if (Accepted(offer, result)) Self.Send(new AnswerMessage(peer.PeerId, Answer(result.Sdp!)));
        }
    }

    public override async ValueTask AnswerAsync(ClientAnswer answer)
    {
        if (answer.To == ReservedPeerIds.Sfu)
        {
            Accepted(answer, await Room.ApplyAnswerAsync(ConnectionKey.Uplink, answer.Sdp));
        }
        else if (answer.To == _smallUplinkId)
        {
            Accepted(answer, await Room.ApplyAnswerAsync(ConnectionKey.SmallUplink, answer.Sdp));
        }
        else if (FindPeer(answer.To) is not { } peer)
        {
            RefuseUnknownPeer(answer, answer.To);
        }
        else if (Relay.AreDirect(Self, peer))
        {
            PeerRelay.Pass(Self, peer, answer);
        }
        else
        {
            Accepted(answer, await Room.ApplyAnswerAsync(ConnectionKey.DownlinkOf(peer.Id), answer.Sdp));
        }
    }

    // An ICE-lite server learns the client's addresses from its checks (RFC 8445 section 7.3.1.3): candidates need no keeping.
    public override void Candidate(ClientCandidate candidate)
    {
        if (candidate.To == ReservedPeerIds.Sfu || candidate.To == _smallUplinkId) return;
        if (FindPeer(candidate.To) is not { } peer) RefuseUnknownPeer(candidate, candidate.To);
        else if (Relay.AreDirect(Self, peer)) PeerRelay.Pass(Self, peer, candidate);
    }

    public override ValueTask ReconnectAsync(ClientReconnect reconnect)
    {
        Refuse(reconnect, SignalingErrors.WrongState, "Connections are rebuilt by the server in this dialect.");
        return ValueTask.CompletedTask;
    }

    public override ValueTask ConnectionChangedAsync(ConnectionKey connection, PeerConnectionState state) =>
        _rebuilds.OnStateAsync(connection, state);

    public override async ValueTask SmallUplinkWantedAsync(bool isWanted)
    {
        if (_smallUplinkId is not null) await CloseSmallUplinkAsync();
        if (!isWanted) _rebuilds.Forget(ConnectionKey.SmallUplink);
        if (!isWanted || !Self.Grants.Contains(MeetingGrants.Publish)) return;
        _smallUplinkId = Secrets.NewPeerId();
        await SendOfferAsync(_smallUplinkId, ConnectionKey.SmallUplink);
    }

    public override void Stop() => _rebuilds.Stop();

    private async ValueTask OfferUplinkAsync()
    {
        if (!Self.Grants.Contains(MeetingGrants.Publish)) return;
        await SendOfferAsync(ReservedPeerIds.Sfu, ConnectionKey.Uplink);
    }

    private async ValueTask OfferPeerAsync(ParticipantSession peer)
    {
        if (!Self.Grants.Contains(MeetingGrants.Subscribe)) return;
        await SendOfferAsync(peer.PeerId, ConnectionKey.DownlinkOf(peer.Id));
    }

    private async ValueTask SendOfferAsync(string from, ConnectionKey connection)
    {
        var result = await Room.OfferAsync(connection);
        if (!result.Succeeded) throw new InvalidOperationException($"The room made no offer for {connection}: {result.ErrorMessage}");
        if (result.Sdp is not null) Self.Send(new OfferMessage(from, Offer(result.Sdp)));
    }

    private ValueTask CloseSmallUplinkAsync()
    {
        Self.Send(new PeerLeftMessage(_smallUplinkId!, LeaveReasons.Moved));
        _smallUplinkId = null;
        return Room.CloseConnectionAsync(ConnectionKey.SmallUplink);
    }

    /// <summary>A second offer alone would leave the client with two connections to this peer: the first is taken down before.</summary>
    private async ValueTask RebuildAsync(ConnectionKey connection)
    {
        if (connection == ConnectionKey.SmallUplink)
        {
            await SmallUplinkWantedAsync(_smallUplinkId is not null);
            return;
        }

        var from = connection.Publisher?.Value ?? ReservedPeerIds.Sfu;
        if (connection.Publisher is not null && FindPeer(from) is null) return;
        Self.Send(new PeerLeftMessage(from, LeaveReasons.Moved));
        if (connection == ConnectionKey.Uplink) Self.HasUplinkMedia = false;
        await Room.CloseConnectionAsync(connection);
        if (FindPeer(from) is { } peer) await OfferPeerAsync(peer);
        else await OfferUplinkAsync();
    }
}
