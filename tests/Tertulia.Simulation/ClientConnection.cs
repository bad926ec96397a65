using Tertulia.Rtc;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;
using Tertulia.Rtc.Srtp;

namespace Tertulia.Simulation;

/// <summary>
/// A browser's RTCPeerConnection without its media: the RTC core in the client's roles, with its SDP. Simulated browsers and load clients
/// add what they send and what they do with what comes.
/// </summary>
public abstract class ClientConnection : IDisposable
{
    private static readonly string[] s_rids = ["q", "h", "f"];

    private readonly MediaPolicy _policy;
    private readonly LocalTransport _local;
    private readonly IceClientAgent _ice;
    private SessionDescription? _offer;
    private SessionDescription? _lastLocal;

    /// <param name="address">Where it is reached; stands in its descriptions if <paramref name="namesItsAddress"/>.</param>
    /// <param name="certificate">Its own.</param>
    /// <param name="agreedKeys">See <see cref="PeerConnectionOptions.AgreedKeys"/>.</param>
    /// <param name="entropy">For everything random.</param>
    /// <param name="policy">What it negotiates.</param>
    /// <param name="outbox">What it sends goes there.</param>
    /// <param name="namesItsAddress">A lite peer needs no candidates.</param>
    /// <param name="maxReceiveStreams">See <see cref="PeerConnectionOptions.MaxReceiveStreams"/>.</param>
    protected ClientConnection(
        TransportAddress address, DtlsCertificate certificate, SrtpKeyingMaterial? agreedKeys, SeededEntropy entropy, MediaPolicy policy, DatagramBatch outbox,
        bool namesItsAddress = false, int maxReceiveStreams = PeerConnectionOptions.DefaultMaxReceiveStreams)
    {
        _policy = policy;
        Address = address;
        Entropy = entropy;
        Outbox = outbox;
        var credentials = new IceCredentials(entropy.NextIceText(8), entropy.NextIceText(24));
        _ice = new IceClientAgent(credentials, entropy.NextUInt64(), entropy);
        _local = new LocalTransport(credentials, certificate.Sha256Fingerprint, namesItsAddress ? [IceCandidate.Host(address)] : []) { SessionId = entropy.NextUInt64() >> 2 };
        Peer = new PeerConnection(new PeerConnectionOptions
        {
            Ice = _ice, Certificate = certificate, Entropy = entropy, AgreedKeys = agreedKeys, MaxReceiveStreams = maxReceiveStreams,
        });
    }

    public TransportAddress Address { get; set; }

    public PeerConnection Peer { get; }

    public DatagramBatch Outbox { get; }

    /// <summary>The names of simulcast's encodings, the smallest picture first.</summary>
    protected static IReadOnlyList<string> Rids => s_rids;

    protected SeededEntropy Entropy { get; }

    /// <summary>How many sections our last description has.</summary>
    protected int LocalSections => _lastLocal?.MediaSections.Count ?? 0;

    /// <summary>Answers a server's offer as addTrack clients do: media goes where it is asked for.</summary>
    public string Answer(Instant now, string offerSdp)
    {
        var offer = Parse(offerSdp);
        var answer = SdpNegotiator.TryAnswer(offer, _local, _policy, AnswerSection, out var description, out var session, out var error, _lastLocal)
            ? description
            : throw new InvalidOperationException(error.ToString());
        _lastLocal = answer;
        Apply(now, session, offer, DtlsRole.Client);
        return SdpWriter.Write(AsClient(answer, DtlsSetup.Active));
    }

    public void ApplyAnswer(Instant now, string answerSdp)
    {
        var parsed = Parse(answerSdp);
        var answer = AsClient(parsed, DtlsSetup.Active);
        if (!SdpNegotiator.TryApplyAnswer(_offer!, answer, out var session, out var error)) throw new InvalidOperationException(error.ToString());
        var peerIsClient = parsed.MediaSections.Any(section => section.Setup == DtlsSetup.Active);
        Apply(now, session, answer, peerIsClient ? DtlsRole.Server : DtlsRole.Client);
    }

    /// <summary>Media and timers up to <paramref name="now"/>.</summary>
    public abstract void Service(Instant now);

    public void Dispose()
    {
        Peer.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <param name="receive">Offers to receive too, as addTrack makes it.</param>
    /// <param name="simulcastMid">The section whose video is offered in three sizes; null for none.</param>
    protected string Offer(IReadOnlyList<OfferedSection> sections, bool receive, string? simulcastMid)
    {
        _offer = SdpNegotiator.CreateOffer(_local, sections, _policy, _lastLocal);
        if (receive) _offer = _offer with { MediaSections = [.. _offer.MediaSections.Select(section => section with { Direction = MediaDirection.SendReceive })] };
        if (simulcastMid is not null) _offer = _offer with { MediaSections = [.. _offer.MediaSections.Select(section => section.Mid == simulcastMid ? WithSimulcast(section) : section)] };
        _lastLocal = _offer;
        return SdpWriter.Write(AsClient(_offer, DtlsSetup.ActPass));
    }

    /// <summary>The section was offered with simulcast.</summary>
    protected bool IsSimulcast(NegotiatedMedia media) => _offer?.FindSection(media.Mid)?.Simulcast is not null;

    /// <summary>A section with rids names no SSRCs from which its track could be read back: this is the track offered there.</summary>
    protected abstract LocalTrack? OwnTrack(string mid);

    /// <summary>Called for every section that may be sent in, at every negotiation.</summary>
    protected abstract void Send(NegotiatedMedia media, LocalTrack track);

    protected virtual void OnNegotiated(NegotiatedSession session)
    {
    }

    protected LocalTrack NewTrack(MediaKind kind) => new(
        kind, new Msid("stream", kind.ToString()), new Ssrc(Entropy.NextUInt32() | 1), kind == MediaKind.Video ? new Ssrc(Entropy.NextUInt32() | 1) : null, "client");

    protected SendStream AddStream(NegotiatedMedia media, LocalTrack track, string? rid)
    {
        byte Id(string uri) => (byte)media.GetExtensionId(uri);
        var extensions = new SendExtensions(Id(HeaderExtensionUris.TransportSequenceNumber), Id(HeaderExtensionUris.AudioLevel), 0)
        {
            Mid = Id(HeaderExtensionUris.Mid),
            RtpStreamId = Id(HeaderExtensionUris.RtpStreamId),
            RepairedRtpStreamId = Id(HeaderExtensionUris.RepairedRtpStreamId),
        };
        return Peer.Sender.AddStream(media.Mid, track.Ssrc, track.RtxSsrc, track.Cname, extensions, rid);
    }

    private SectionAnswer AnswerSection(MediaSection section) =>
        section.Direction.Receives() ? SectionAnswer.Send(NewTrack(section.Kind)) : section.Direction.Sends() ? SectionAnswer.Receive : SectionAnswer.Inactive;

    private void Apply(Instant now, NegotiatedSession session, SessionDescription remote, DtlsRole role)
    {
        foreach (var section in remote.MediaSections)
        {
            foreach (var candidate in section.Candidates)
            {
                if (System.Net.IPAddress.TryParse(candidate.Address, out var ip)) _ice.AddRemoteCandidate(TransportAddress.From(ip, candidate.Port), Address);
            }
        }

        Peer.SetReceived([.. session.Media.Where(media => media.Direction.Receives())]);
        Peer.SetRemoteTransport(now, session.Transport, role);
        OnNegotiated(session);
        foreach (var media in session.Media.Where(media => media.Direction.Sends()))
        {
            if ((media.LocalTrack ?? OwnTrack(media.Mid)) is { } track) Send(media, track);
        }

        Service(now);
    }

    private static MediaSection WithSimulcast(MediaSection section) => section with
    {
        HeaderExtensions = [.. section.HeaderExtensions, new(10, HeaderExtensionUris.RtpStreamId), new(11, HeaderExtensionUris.RepairedRtpStreamId)],
        Rids = [.. s_rids.Select(rid => new RidDescription(rid, IsSend: true))],
        Simulcast = new SimulcastDescription([.. s_rids.Select(rid => new SimulcastStream([new SimulcastRid(rid)]))], []),
        Ssrcs = [],
        SsrcGroups = [],
    };

    private static SessionDescription Parse(string text) =>
        SdpParser.TryParse(text, out var description, out var error) ? description with { IceLite = false } : throw new InvalidOperationException(error.ToString());

    // The negotiator speaks as the server: lite, passive. A browser is neither.
    private static SessionDescription AsClient(SessionDescription description, DtlsSetup setup) => description with
    {
        IceLite = false,
        MediaSections = [.. description.MediaSections.Select(section => section with { Setup = section.Setup is null ? null : setup })],
    };
}
