using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;
using Tertulia.Rtc.Srtp;

namespace Tertulia.Simulation;

/// <summary>A browser's RTCPeerConnection with a camera, a screen and a microphone, and players for what comes.</summary>
public sealed class SimulatedConnection : ClientConnection
{
    private readonly Dictionary<ReceiveStream, SimulatedPlayer> _players = [];
    private readonly List<SimulatedCamera> _encodings = [];
    private LocalTrack[]? _ownTracks;

    public SimulatedConnection(TransportAddress address, DtlsCertificate certificate, SrtpKeyingMaterial? agreedKeys, SeededEntropy entropy, bool takesFlexFec = false, bool knowsRed = true, bool sendsLayers = false)
        : base(address, certificate, agreedKeys, entropy, PolicyOf(takesFlexFec, knowsRed, sendsLayers), new DatagramBatch())
    {
    }

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

    /// <summary>Offers microphone and camera; with <paramref name="receive"/> also to receive, as addTrack makes it; and a screen.</summary>
    public string Offer(bool receive, bool withScreen = false, bool simulcast = false)
    {
        _ownTracks ??= [NewTrack(MediaKind.Audio), NewTrack(MediaKind.Video), NewTrack(MediaKind.Video)];
        List<OfferedSection> sections = [OfferedSection.Send("0", _ownTracks[0]), OfferedSection.Send("1", _ownTracks[1])];
        if (withScreen) sections.Add(OfferedSection.Send("2", _ownTracks[2]));
        else if (LocalSections > 2) sections.Add(OfferedSection.Inactive("2", MediaKind.Video));
        return Offer(sections, receive, simulcast ? "1" : null);
    }

    public void HandleDatagram(Instant now, in NetworkPath path, byte[] datagram)
    {
        if (Peer.HandleDatagram(now, path, datagram, Outbox, out var packet)) Play(now, packet);
        while (Peer.TryTakeRepaired(now, out packet)) Play(now, packet);
        Service(now);
    }

    /// <summary>Media and timers up to <paramref name="now"/>.</summary>
    public override void Service(Instant now)
    {
        Peer.HandleTimeout(now);
        HandleEvents(now);
        foreach (var encoding in _encodings) encoding.Tick(now, Outbox);
        Screen?.Tick(now, Outbox);
        Microphone?.Tick(now, Outbox);
        Peer.Poll(now, Outbox);
        HandleEvents(now);
    }

    // A section with rids names no SSRCs from which the track could be read back.
    protected override LocalTrack? OwnTrack(string mid) => mid == "1" ? _ownTracks?[1] : null;

    protected override void OnNegotiated(NegotiatedSession session)
    {
        if (Screen is not null) Screen.IsOn = session.Media.Any(media => media.LocalTrack?.Ssrc == Screen.Stream.Ssrc);
    }

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

    protected override void Send(NegotiatedMedia media, LocalTrack track)
    {
        if (Peer.Sender.Find(track.Ssrc) is not null) return;
        if (media.Kind == MediaKind.Audio)
        {
            // Browsers send what the other side named first.
            var red = media.Codecs[0].Kind == CodecKind.Red ? media.Codecs[0] : null;
            var opus = media.Codecs.First(codec => codec.Kind == CodecKind.Opus);
            Microphone = new SimulatedMicrophone(Peer.Sender, AddStream(media, track, null), opus.PayloadType, red?.PayloadType, Entropy);
        }
        else if (_encodings.Count > 0)
        {
            Screen = NewCamera(media, track, null);
            Screen.FramesPerSecond = 10;
        }
        else if (!IsSimulcast(media))
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
        for (var i = 0; i < Rids.Count; i++)
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
        var camera = new SimulatedCamera(Peer.Sender, AddStream(media, track, rid), codec.PayloadType, codec.RtxPayloadType, Entropy, codec.Kind);
        if (codec.Kind == CodecKind.Vp9) (camera.TemporalLayers, camera.BitsPerSecond) = (3, 2_000_000);
        return camera;
    }

    private static MediaPolicy PolicyOf(bool takesFlexFec, bool knowsRed, bool sendsLayers)
    {
        var policy = MediaPolicy.Default with { ReceivesFlexFec = takesFlexFec, AudioCodecs = knowsRed ? MediaPolicy.Default.AudioCodecs : [MediaPolicy.Opus] };
        return sendsLayers ? policy with { VideoCodecs = [.. policy.VideoCodecs.Where(codec => codec.Kind == CodecKind.Vp9)] } : policy;
    }
}
