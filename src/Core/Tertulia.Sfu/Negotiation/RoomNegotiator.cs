using System.Diagnostics.CodeAnalysis;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Sfu.Negotiation;

/// <summary>Turns descriptions into connections: which sections are accepted, what they carry, and what the client is told.</summary>
internal sealed class RoomNegotiator(Room room, RoomOptions options)
{
    private const string AudioMid = "0";
    private const string VideoMid = "1";

    // With this, Chromium sends a camera at 320x180 (tried).
    private const int SmallUplinkKilobitsPerSecond = 120;

    private readonly DownlinkComposer _downlinks = new(room, options);

    public NegotiationResult Answer(Instant now, Participant participant, ConnectionKey key, string offerSdp, IReadOnlyList<TrackAssignment>? tracks)
    {
        if (!SdpParser.TryParse(offerSdp, out var offer, out var error)) return BadSdp(error);
        if (key.Kind is ConnectionKind.Downlink or ConnectionKind.SmallUplink) return NegotiationResult.Refused("wrong-state", "The server makes the offers for this connection.");
        if (key.Kind == ConnectionKind.PeerDownlink && (key.Publisher is not { } publisher || room.Find(publisher) is null))
            return NegotiationResult.Refused("unknown-peer", "There is no such peer.");

        var connection = participant.Connections.GetValueOrDefault(key);
        if (connection is not null && !IsSameClientConnection(connection, offer))
        {
            room.CloseConnection(now, participant.Id, key);
            connection = null;
        }

        var isNew = connection is null;
        connection ??= room.Open(participant, key);
        if (!isNew && IsIceRestart(connection, offer)) RestartIce(connection);

        return key.Kind == ConnectionKind.Uplink
            ? AnswerUplink(now, connection, offer, tracks, isNew)
            : AnswerPeerDownlink(now, connection, offer, isNew);
    }

    public NegotiationResult Offer(Instant now, Participant participant, ConnectionKey key, bool fresh)
    {
        var connection = participant.Connections.GetValueOrDefault(key);
        if (connection is not null && (fresh || key.Kind != ConnectionKind.Downlink))
        {
            room.CloseConnection(now, participant.Id, key);
            connection = null;
        }

        if (key.Kind == ConnectionKind.PeerDownlink && (key.Publisher is not { } publisher || room.Find(publisher) is null))
            return NegotiationResult.Refused("unknown-peer", "There is no such peer.");

        if (key.Kind == ConnectionKind.Downlink) (participant.WantsDownlink, participant.DownlinkIsOutdated) = (true, false);
        var isFresh = connection is null;
        connection ??= room.Open(participant, key);
        IReadOnlyList<OfferedSection> sections = key.Kind switch
        {
            ConnectionKind.Uplink => [OfferedSection.Receive(AudioMid, MediaKind.Audio), OfferedSection.Receive(VideoMid, MediaKind.Video)],
            ConnectionKind.SmallUplink => [OfferedSection.Receive(AudioMid, MediaKind.Video) with { MaxKilobitsPerSecond = SmallUplinkKilobitsPerSecond }],
            ConnectionKind.PeerDownlink => _downlinks.OfferPeer(connection),
            _ => _downlinks.OfferAll(now, connection),
        };
        if (sections.Count == 0)
        {
            // Nobody publishes anything yet: there is nothing to describe.
            room.CloseConnection(now, participant.Id, key);
            return NegotiationResult.Of(null);
        }

        var offer = SdpNegotiator.CreateOffer(connection.Transport, sections, options.Policy, connection.LocalDescription);
        connection.LocalOffer = connection.LocalDescription = offer;
        return NegotiationResult.Of(SdpWriter.Write(offer), DownlinkComposer.Tracks(connection)) with { IsFresh = isFresh };
    }

    public NegotiationResult ApplyAnswer(Instant now, Participant participant, ConnectionKey key, string answerSdp)
    {
        if (!participant.Connections.TryGetValue(key, out var connection) || connection.LocalOffer is not { } offer)
            return NegotiationResult.Refused("wrong-state", "There is no offer to answer.");
        if (!SdpParser.TryParse(answerSdp, out var answer, out var error)) return BadSdp(error);
        if (!SdpNegotiator.TryApplyAnswer(offer, answer, out var session, out error)) return BadSdp(error);

        connection.LocalOffer = null;
        if (key.Kind == ConnectionKind.Uplink)
        {
            Receive(now, connection, session, media => media.Kind == MediaKind.Audio ? TrackSource.Microphone : TrackSource.Camera);
        }
        else if (key.Kind == ConnectionKind.SmallUplink)
        {
            ReceiveSmall(connection, session);
        }
        else
        {
            _downlinks.Apply(now, connection, session);
        }

        Connect(now, connection, session);
        return NegotiationResult.Of(null);
    }

    private NegotiationResult AnswerUplink(Instant now, RoomConnection connection, SessionDescription offer, IReadOnlyList<TrackAssignment>? tracks, bool isNew)
    {
        TrackSource? SourceOf(string mid, MediaKind kind)
        {
            if (tracks is null) return kind == MediaKind.Audio ? TrackSource.Microphone : TrackSource.Camera;
            var source = tracks.FirstOrDefault(track => track.Mid == mid)?.Source;
            return source is { } known && KindOf(known) == kind ? known : null;
        }

        var taken = new HashSet<TrackSource>();
        SectionAnswer Choose(MediaSection section) =>
            !section.Direction.Sends() ? SectionAnswer.Inactive
            : SourceOf(section.Mid, section.Kind) is { } source && taken.Add(source) ? SectionAnswer.Receive
            : SectionAnswer.Inactive;

        if (!TryAnswer(connection, offer, Choose, isNew, now, out var session, out var answer, out var refusal)) return refusal;
        Receive(now, connection, session, media => SourceOf(media.Mid, media.Kind)!.Value);
        Connect(now, connection, session);
        return answer;
    }

    private NegotiationResult AnswerPeerDownlink(Instant now, RoomConnection connection, SessionDescription offer, bool isNew)
    {
        SectionAnswer Choose(MediaSection section) =>
            section.Direction.Receives() && _downlinks.SectionForPeer(connection, section.Mid, section.Kind) is { } track
                ? SectionAnswer.Send(track)
                : SectionAnswer.Inactive;

        if (!TryAnswer(connection, offer, Choose, isNew, now, out var session, out var answer, out var refusal)) return refusal;
        _downlinks.Apply(now, connection, session);
        Connect(now, connection, session);
        return answer;
    }

    private bool TryAnswer(
        RoomConnection connection, SessionDescription offer, Func<MediaSection, SectionAnswer> choose, bool isNew, Instant now,
        [NotNullWhen(true)] out NegotiatedSession? session, out NegotiationResult answer, out NegotiationResult refusal)
    {
        answer = refusal = null!;
        if (!SdpNegotiator.TryAnswer(offer, connection.Transport, options.Policy, choose, out var description, out session, out var error, connection.LocalDescription))
        {
            if (isNew) room.CloseConnection(now, connection.ParticipantId, connection.Key);
            refusal = BadSdp(error);
            return false;
        }

        connection.LocalDescription = description;
        connection.RemoteOrigin = offer.Origin;
        answer = NegotiationResult.Of(SdpWriter.Write(description)) with { IsFresh = isNew };
        return true;
    }

    /// <summary>What the client sends from now on, published; what it no longer sends, withdrawn.</summary>
    private void Receive(Instant now, RoomConnection connection, NegotiatedSession session, Func<NegotiatedMedia, TrackSource> sourceOf)
    {
        var received = session.Media.Where(media => media.Direction.Receives()).ToList();
        connection.Connection.SetReceived(received);
        connection.Assignments.Clear();
        foreach (var media in received) connection.Assignments[media.Mid] = sourceOf(media);

        var participant = connection.Participant;
        foreach (var source in participant.Tracks.Keys.Except(connection.Assignments.Values).ToList()) room.Unpublish(now, participant, source);
        foreach (var media in received) room.Publish(now, participant, connection.Assignments[media.Mid], media.Kind);
    }

    /// <summary>The camera once more. That it is published is for the uplink proper to say.</summary>
    private static void ReceiveSmall(RoomConnection connection, NegotiatedSession session)
    {
        var received = session.Media.Where(media => media.Direction.Receives()).ToList();
        connection.Connection.SetReceived(received);
        foreach (var media in received) connection.Assignments[media.Mid] = TrackSource.Camera;
    }

    private static void Connect(Instant now, RoomConnection connection, NegotiatedSession session)
    {
        connection.Remote = session.Transport;
        connection.Connection.SetRemoteTransport(now, session.Transport, DtlsRole.Server);
        connection.WantsPoll();
    }

    private void RestartIce(RoomConnection connection)
    {
        if (connection.Connection.Ice is not IceLiteAgent ice) return;
        connection.Transport = connection.Transport with { Ice = ice.Restart() };
        connection.AddFragment(connection.Transport.Ice.UsernameFragment);
    }

    // A client that made a new RTCPeerConnection has another session id, and usually another certificate.
    private static bool IsSameClientConnection(RoomConnection connection, SessionDescription offer) =>
        connection.RemoteOrigin?.SessionId == offer.Origin.SessionId
        && connection.Remote is { } remote
        && offer.MediaSections.Any(section => section.Fingerprints.Any(remote.Fingerprints.Contains));

    private static bool IsIceRestart(RoomConnection connection, SessionDescription offer) =>
        connection.Remote is { } remote && offer.MediaSections.FirstOrDefault(section => section.Ice is not null)?.Ice is { } ice && ice != remote.Ice;

    private static MediaKind KindOf(TrackSource source) => source is TrackSource.Microphone or TrackSource.ScreenAudio ? MediaKind.Audio : MediaKind.Video;

    private static NegotiationResult BadSdp(SdpError error) => NegotiationResult.Refused("bad-sdp", error.ToString());
}
