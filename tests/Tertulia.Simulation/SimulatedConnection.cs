using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;
using Tertulia.Rtc.Srtp;

namespace Tertulia.Simulation;

/// <summary>A browser's RTCPeerConnection: the RTC core in the client's roles, with its SDP.</summary>
public sealed class SimulatedConnection : IDisposable
{
    private readonly SeededEntropy _entropy;
    private readonly MediaPolicy _policy;
    private readonly LocalTransport _local;
    private readonly IceClientAgent _ice;
    private readonly Dictionary<ReceiveStream, SimulatedPlayer> _players = [];
    private SessionDescription? _offer;
    private SessionDescription? _lastLocal;
    private static readonly string[] Rids = ["q", "h", "f"];
    private readonly List<SimulatedCamera> _encodings = [];
    private LocalTrack[]? _ownTracks;

    public SimulatedConnection(TransportAddress address, DtlsCertificate certificate, SrtpKeyingMaterial? agreedKeys, SeededEntropy entropy, bool takesFlexFec = false, bool knowsRed = true, bool sendsLayers = false)
    {
        _policy = MediaPolicy.Default with { ReceivesFlexFec = takesFlexFec, AudioCodecs = knowsRed ? MediaPolicy.Default.AudioCodecs : [MediaPolicy.Opus] };
        if (sendsLayers) _policy = _policy with { VideoCodecs = [.. _policy.VideoCodecs.Where(codec => codec.Kind == CodecKind.Vp9)] };
        Address = address;
        _entropy = entropy;
        var credentials = new IceCredentials(entropy.NextIceText(8), entropy.NextIceText(24));
        _ice = new IceClientAgent(credentials, entropy.NextUInt64(), entropy);
        _local = new LocalTransport(credentials, certificate.Sha256Fingerprint, []) { SessionId = entropy.NextUInt64() >> 2 };
        Peer = new PeerConnection(new PeerConnectionOptions { Ice = _ice, Certificate = certificate, Entropy = entropy, AgreedKeys = agreedKeys });
    }

    public TransportAddress Address { get; set; }

    public PeerConnection Peer { get; }

    public DatagramBatch Outbox { get; } = new();

    /// <summary>The camera, of simulcast the largest encoding.</summary>
    public SimulatedCamera? Camera => _encodings.Count == 0 ? null : _encodings[^1];

    /// <summary>The camera's encodings, the smallest first.</summary>
    public IReadOnlyList<SimulatedCamera> Encodings => _encodings;

    public SimulatedCamera? Screen { get; private set; }

    public SimulatedMicrophone? Microphone { get; private set; }

    public IReadOnlyCollection<SimulatedPlayer> Players => _players.Values;

    public IEnumerable<SimulatedPlayer> VideoPlayers => _players.Values.Where(player => player.Stream.Kind == MediaKind.Video);

    public Instant NextDeadline
    {
        get
        {
            var deadline = Peer.NextDeadline;
            foreach (var encoding in _encodings) deadline = Instant.Min(deadline, encoding.NextFrameAt);
            if (Screen is not null) deadline = Instant.Min(deadline, Screen.NextFrameAt);
            if (Microphone is not null) deadline = Instant.Min(deadline, Microphone.NextPacketAt);
            return deadline;
        }
    }

    /// <summary>Answers a server's offer as addTrack clients do: media goes where it is asked for.</summary>
    public string Answer(Instant now, string offerSdp)
    {
        var offer = Parse(offerSdp);
        var answer = SdpNegotiator.TryAnswer(offer, _local, _policy, AnswerSection, out var description, out var session, out var error, _lastLocal)
            ? description
            : throw new InvalidOperationException(error.ToString());
        _lastLocal = answer;
        Apply(now, session, offer);
        return SdpWriter.Write(AsClient(answer, DtlsSetup.Active));
    }

    /// <summary>Offers microphone and camera; with <paramref name="receive"/> also to receive, as addTrack makes it; and a screen.</summary>
    public string Offer(bool receive, bool withScreen = false, bool simulcast = false)
    {
        _ownTracks ??= [NewTrack(MediaKind.Audio), NewTrack(MediaKind.Video), NewTrack(MediaKind.Video)];
        List<OfferedSection> sections = [OfferedSection.Send("0", _ownTracks[0]), OfferedSection.Send("1", _ownTracks[1])];
        if (withScreen) sections.Add(OfferedSection.Send("2", _ownTracks[2]));
        else if (_lastLocal?.MediaSections.Count > 2) sections.Add(OfferedSection.Inactive("2", MediaKind.Video));
        _offer = SdpNegotiator.CreateOffer(_local, sections, _policy, _lastLocal);
        if (receive) _offer = _offer with { MediaSections = [.. _offer.MediaSections.Select(section => section with { Direction = MediaDirection.SendReceive })] };
        if (simulcast) _offer = _offer with { MediaSections = [.. _offer.MediaSections.Select(section => section.Mid == "1" ? WithSimulcast(section) : section)] };
        _lastLocal = _offer;
        return SdpWriter.Write(AsClient(_offer, DtlsSetup.ActPass));
    }

    public void ApplyAnswer(Instant now, string answerSdp)
    {
        var answer = AsClient(Parse(answerSdp), DtlsSetup.Active);
        if (!SdpNegotiator.TryApplyAnswer(_offer!, answer, out var session, out var error)) throw new InvalidOperationException(error.ToString());
        Apply(now, session, answer);
    }

    public void HandleDatagram(Instant now, in NetworkPath path, byte[] datagram)
    {
        if (Peer.HandleDatagram(now, path, datagram, Outbox, out var packet)) Play(now, packet);
        while (Peer.TryTakeRepaired(now, out packet)) Play(now, packet);
        Service(now);
    }

    /// <summary>Media and timers up to <paramref name="now"/>.</summary>
    public void Service(Instant now)
    {
        Peer.HandleTimeout(now);
        HandleEvents(now);
        foreach (var encoding in _encodings) encoding.Tick(now, Outbox);
        Screen?.Tick(now, Outbox);
        Microphone?.Tick(now, Outbox);
        Peer.Poll(now, Outbox);
        HandleEvents(now);
    }

    public void Dispose() => Peer.Dispose();

    private void Play(Instant now, in ReceivedRtp packet)
    {
        if (!_players.TryGetValue(packet.Stream, out var player)) _players[packet.Stream] = player = new SimulatedPlayer(packet.Stream);
        player.OnPacket(now, packet);
        if (player.NeedsKeyFrame) Peer.RequestKeyFrame(packet.Stream);
    }

    private void HandleEvents(Instant now)
    {
        while (Peer.TryPollEvent(out var happened))
        {
            switch (happened.Kind)
            {
                case PeerConnectionEventKind.KeyFrameRequested when CameraOf(happened.SendStream) is { } camera:
                    camera.KeyFrameRequested = true;
                    break;
                case PeerConnectionEventKind.PacketMissing:
                    CameraOf(happened.SendStream)?.Resend(now, happened.PacketId, Outbox);
                    break;
                // A decoder of layers knows better which losses do harm.
                case PeerConnectionEventKind.KeyFrameNeeded when !_players.TryGetValue(happened.ReceiveStream!, out var player) || !player.IsLayered:
                    Peer.RequestKeyFrame(happened.ReceiveStream!);
                    break;
            }
        }
    }

    private SimulatedCamera? CameraOf(SendStream? stream) => _encodings.Find(encoding => encoding.Stream == stream) ?? (Screen?.Stream == stream ? Screen : null);

    private SectionAnswer AnswerSection(MediaSection section) =>
        section.Direction.Receives() ? SectionAnswer.Send(NewTrack(section.Kind)) : section.Direction.Sends() ? SectionAnswer.Receive : SectionAnswer.Inactive;

    private LocalTrack NewTrack(MediaKind kind) => new(
        kind, new Msid("stream", kind.ToString()), new Ssrc(_entropy.NextUInt32() | 1), kind == MediaKind.Video ? new Ssrc(_entropy.NextUInt32() | 1) : null, "client");

    private void Apply(Instant now, NegotiatedSession session, SessionDescription remote)
    {
        foreach (var section in remote.MediaSections)
        {
            foreach (var candidate in section.Candidates)
            {
                if (System.Net.IPAddress.TryParse(candidate.Address, out var ip)) _ice.AddRemoteCandidate(TransportAddress.From(ip, candidate.Port), Address);
            }
        }

        Peer.SetReceived([.. session.Media.Where(media => media.Direction.Receives())]);
        Peer.SetRemoteTransport(now, session.Transport, DtlsRole.Client);
        if (Screen is not null) Screen.IsOn = session.Media.Any(media => media.LocalTrack?.Ssrc == Screen.Stream.Ssrc);
        foreach (var media in session.Media.Where(media => media.Direction.Sends()))
        {
            // A section with rids names no SSRCs from which the track could be read back.
            if ((media.LocalTrack ?? (media.Mid == "1" ? _ownTracks?[1] : null)) is { } track) Send(media, track);
        }
        Service(now);
    }

    private void Send(NegotiatedMedia media, LocalTrack track)
    {
        if (Peer.Sender.Find(track.Ssrc) is not null) return;
        if (media.Kind == MediaKind.Audio)
        {
            // Browsers send what the other side named first.
            var red = media.Codecs[0].Kind == CodecKind.Red ? media.Codecs[0] : null;
            var opus = media.Codecs.First(codec => codec.Kind == CodecKind.Opus);
            Microphone = new SimulatedMicrophone(Peer.Sender, AddStream(media, track, null), opus.PayloadType, red?.PayloadType, _entropy);
        }
        else if (_encodings.Count > 0)
        {
            Screen = NewCamera(media, track, null);
            Screen.FramesPerSecond = 10;
        }
        else if (_offer?.FindSection(media.Mid)?.Simulcast is null)
        {
            _encodings.Add(NewCamera(media, track, null));
        }
        else
        {
            AddSimulcast(media, track);
        }
    }

    // The rates that browsers choose for 720p (browsers differ little here).
    private void AddSimulcast(NegotiatedMedia media, LocalTrack track)
    {
        for (var i = 0; i < Rids.Length; i++)
        {
            var encoding = NewCamera(media, i == 2 ? track : NewTrack(MediaKind.Video), Rids[i]);
            encoding.TemporalLayers = 3;
            (encoding.Width, encoding.Height) = (320 << i, 180 << i);
            encoding.BitsPerSecond = i == 0 ? 150_000 : i == 1 ? 500_000 : 1_700_000;
            _encodings.Add(encoding);
        }
    }

    private SimulatedCamera NewCamera(NegotiatedMedia media, LocalTrack track, string? rid)
    {
        var codec = media.Codecs[0];
        var camera = new SimulatedCamera(Peer.Sender, AddStream(media, track, rid), codec.PayloadType, codec.RtxPayloadType, _entropy, codec.Kind);
        if (codec.Kind == CodecKind.Vp9) (camera.TemporalLayers, camera.BitsPerSecond) = (3, 2_000_000);
        return camera;
    }

    private SendStream AddStream(NegotiatedMedia media, LocalTrack track, string? rid)
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

    private static MediaSection WithSimulcast(MediaSection section) => section with
    {
        HeaderExtensions = [.. section.HeaderExtensions, new(10, HeaderExtensionUris.RtpStreamId), new(11, HeaderExtensionUris.RepairedRtpStreamId)],
        Rids = [.. Rids.Select(rid => new RidDescription(rid, IsSend: true))],
        Simulcast = new SimulcastDescription([.. Rids.Select(rid => new SimulcastStream([new SimulcastRid(rid)]))], []),
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
