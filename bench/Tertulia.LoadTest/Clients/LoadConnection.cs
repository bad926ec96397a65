using Tertulia.LoadTest.Measures;
using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;
using Tertulia.Simulation;

namespace Tertulia.LoadTest.Clients;

/// <summary>
/// One connection of a load client: publishes by <see cref="MediaProfile"/>, and receives as cheaply as can be: every packet is counted by its
/// header and acknowledged in feedback, one of <see cref="SampleEvery"/> is authenticated, decrypted and timed.
/// </summary>
internal sealed class LoadConnection : ClientConnection
{
    private const int SampleEvery = 16;
    private const int MaxReceiveStreams = 1024;

    // Plain Opus, the codec that both sides of a comparison forward as it is; no repair, which a local network has no use for.
    private static readonly MediaPolicy s_policy = MediaPolicy.Default with
    {
        AudioCodecs = [MediaPolicy.Opus],
        VideoCodecs = [.. MediaPolicy.Default.VideoCodecs.Where(codec => codec.Kind == CodecKind.Vp8)],
        FlexFec = null,
        VideoExtensions = [.. MediaPolicy.Default.VideoExtensions.Where(extension => extension.Uri != HeaderExtensionUris.DependencyDescriptor)],
    };

    private readonly ClientStatistics _statistics;
    private readonly MediaProfile _profile;
    private readonly MediaPublisher _publisher;
    private LocalTrack? _audioTrack;
    private LocalTrack? _videoTrack;
    private int _sinceSample;

    public LoadConnection(TransportAddress address, DtlsCertificate certificate, SeededEntropy entropy, DatagramBatch outbox, MediaProfile profile, ClientStatistics statistics)
        : base(address, certificate, null, entropy, s_policy, outbox, namesItsAddress: true, MaxReceiveStreams)
    {
        _profile = profile;
        _statistics = statistics;
        _publisher = new(profile, entropy.NextUInt32());
    }

    public Instant NextMediaAt => _publisher.NextAt;

    public bool Publishes => _profile.HasAudio || _profile.HasVideo;

    /// <summary>Set by whoever waits for it: called once, with the first media packet.</summary>
    public Action<Instant>? FirstMedia { get; set; }

    /// <summary>Media packets received.</summary>
    public long Packets { get; private set; }

    /// <summary>Offers what the profile publishes.</summary>
    public string Offer()
    {
        List<OfferedSection> sections = [];
        if (_profile.HasAudio) sections.Add(OfferedSection.Send("0", _audioTrack ??= NewTrack(MediaKind.Audio)));
        if (_profile.HasVideo) sections.Add(OfferedSection.Send("1", _videoTrack ??= NewTrack(MediaKind.Video)));
        return Offer(sections, receive: false, _profile.IsSimulcast ? "1" : null);
    }

    public void HandleDatagram(Instant now, in NetworkPath path, Span<byte> datagram)
    {
        if (datagram.Length >= RtpPacket.FixedHeaderLength && datagram[0] >> 6 == 2 && !RtcpPacket.LooksLikeRtcp(datagram)) Receive(now, datagram);
        else
        {
            Peer.HandleDatagram(now, path, datagram, Outbox, out _);
            HandleEvents();
            Peer.Poll(now, Outbox);
        }
    }

    public override void Service(Instant now)
    {
        if (Peer.NextDeadline > now) return;
        Peer.HandleTimeout(now);
        Peer.Poll(now, Outbox);
        HandleEvents();
    }

    public void Publish(Instant now) => _publisher.Tick(now, Outbox);

    protected override LocalTrack? OwnTrack(string mid) => mid == "1" ? _videoTrack : _audioTrack;

    protected override void Send(NegotiatedMedia media, LocalTrack track)
    {
        if (Peer.Sender.Find(track.Ssrc) is not null) return;
        var payloadType = media.Codecs[0].PayloadType;
        if (media.Kind == MediaKind.Audio)
        {
            _publisher.Add(new AudioSource(Peer.Sender, AddStream(media, track, null), payloadType, _profile, Entropy.NextUInt32()));
            return;
        }

        for (var i = 0; i < _profile.Encodings.Count; i++)
        {
            // The largest has the track's own SSRC; with simulcast names and not SSRCs tell the encodings apart.
            var own = i == _profile.Encodings.Count - 1 ? track : NewTrack(MediaKind.Video);
            var stream = AddStream(media, own, _profile.IsSimulcast ? Rids[i] : null);
            _publisher.Add(new VideoSource(Peer.Sender, stream, payloadType, _profile.Encodings[i], _profile, Entropy.NextUInt32()));
        }
    }

    private void Receive(Instant now, Span<byte> datagram)
    {
        var isSample = ++_sinceSample >= SampleEvery || Packets == 0;
        if (!Peer.TryObserve(now, datagram, isSample, out var stream, out var packet))
        {
            _statistics.Refused++;
            return;
        }

        if (stream.IsRetransmission) return; // padding that probes the path
        Packets++;
        _statistics.Packets++;
        _statistics.Bytes += datagram.Length;
        if (FirstMedia is { } first)
        {
            FirstMedia = null;
            first(now);
        }

        if (!isSample) return;
        _sinceSample = 0;
        var offset = stream.Kind == MediaKind.Video ? Stamp.VideoOffset : Stamp.AudioOffset;
        if (packet.Payload.Length >= offset + Stamp.Length) _statistics.Latency.Add(now - Stamp.Read(packet.Payload[offset..]));
    }

    private void HandleEvents()
    {
        while (Peer.TryPollEvent(out var happened))
        {
            if (happened.Kind == PeerConnectionEventKind.KeyFrameRequested) _publisher.OnKeyFrameRequested(happened.SendStream!);
        }
    }
}
