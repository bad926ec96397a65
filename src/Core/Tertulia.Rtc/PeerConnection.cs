using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;
using Tertulia.Rtc.Srtp;
using Tertulia.Rtc.Stun;

namespace Tertulia.Rtc;

/// <summary>What a connection is made of.</summary>
public sealed record PeerConnectionOptions
{
    /// <summary>Enough for what a browser publishes: a peer that sends under ever new SSRCs must not make us keep state for each.</summary>
    public const int DefaultMaxReceiveStreams = 64;

    public required IceAgent Ice { get; init; }

    public required DtlsCertificate Certificate { get; init; }

    public required EntropySource Entropy { get; init; }

    /// <summary>Wall-clock time at <see cref="Instant.Zero"/>, for sender reports.</summary>
    public NtpTime NtpAtZero { get; init; }

    /// <summary>Keys that both sides know already: no DTLS then. For simulated peers, whose runs must repeat exactly.</summary>
    public SrtpKeyingMaterial? AgreedKeys { get; init; }

    public BandwidthOptions Bandwidth { get; init; } = BandwidthOptions.Default;

    /// <summary>Most SSRCs that are received from the peer, retransmissions included.</summary>
    public int MaxReceiveStreams { get; init; } = DefaultMaxReceiveStreams;
}

/// <summary>
/// One browser's connection: ICE, DTLS, SRTP, RTP and RTCP over one UDP flow (BUNDLE, rtcp-mux). Sans-IO: datagrams and time
/// come in, datagrams and events go out; one thread at a time.
/// </summary>
public sealed class PeerConnection : IDisposable
{
    // A peer that is gone this long does not come back on this connection.
    private static readonly TimeSpan DisconnectedLimit = TimeSpan.FromSeconds(30);

    // A peer that has the description and never checks.
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(30);

    private readonly PeerConnectionOptions _options;
    private readonly PeerConnectionEvents _events = new();
    private readonly RtcpSession _rtcp;
    private readonly MediaReceiver _receiver;
    private DtlsTransport? _dtls;
    private SrtpSession? _srtp;
    private Instant _stateDeadline = Instant.Never;

    public PeerConnection(PeerConnectionOptions options)
    {
        _options = options;
        Drops = _events.Drops;
        _receiver = new MediaReceiver(_events, options.MaxReceiveStreams);
        Bandwidth = new SendSideBandwidthEstimator(options.Bandwidth);
        Sender = new MediaSender(options.Entropy, Drops, Bandwidth);
        _rtcp = new RtcpSession(options, _receiver, Sender, Bandwidth, _events);
        if (options.AgreedKeys is { } keys) _srtp = new SrtpSession(keys);
    }

    public PeerConnectionState State { get; private set; }

    public IceAgent Ice => _options.Ice;

    /// <summary>The streams that are sent, and the way RTP leaves.</summary>
    public MediaSender Sender { get; }

    /// <summary>How much may be sent.</summary>
    public SendSideBandwidthEstimator Bandwidth { get; }

    public IReadOnlyCollection<ReceiveStream> ReceiveStreams => _receiver.Streams;

    /// <summary>Media packets of all streams together, before any repair: how many should have come, and how many did.</summary>
    public void CountReceived(out long expected, out long received)
    {
        (expected, received) = (0, 0);
        foreach (var stream in _receiver.StreamValues)
        {
            if (stream.IsRetransmission) continue;
            expected += stream.Statistics.Expected;
            received += stream.Statistics.Packets;
        }
    }

    public DropCounters Drops { get; }

    /// <summary>Why DTLS failed; null while it did not.</summary>
    public DtlsFailure? DtlsFailure => _dtls?.Failure;

    public Instant NextDeadline
    {
        get
        {
            if (State is PeerConnectionState.Closed or PeerConnectionState.Failed) return Instant.Never;
            var deadline = Instant.Min(Instant.Min(Ice.NextDeadline, _stateDeadline), _dtls?.NextDeadline ?? Instant.Never);
            return State == PeerConnectionState.Connected ? Instant.Min(Instant.Min(deadline, Sender.NextDeadline), Instant.Min(_rtcp.NextDeadline, Bandwidth.NextDeadline)) : deadline;
        }
    }

    /// <summary>The remote description's transport part. A repeated call with other ICE credentials is an ICE restart.</summary>
    public void SetRemoteTransport(Instant now, RemoteTransport remote, DtlsRole role)
    {
        Ice.Remote = remote.Ice;
        if (_options.AgreedKeys is null) _dtls ??= new DtlsTransport(role, _options.Certificate, remote.Fingerprints);
        if (State == PeerConnectionState.New)
        {
            _stateDeadline = now + ConnectLimit;
            ChangeState(PeerConnectionState.Connecting);
        }
    }

    /// <summary>What the remote side may send from now on.</summary>
    public void SetReceived(IReadOnlyList<NegotiatedMedia> sections) => _receiver.Configure(sections);

    /// <summary>
    /// Takes one datagram, decrypting it in place. True when it carried media: <paramref name="packet"/> then points into
    /// <paramref name="datagram"/>.
    /// </summary>
    public bool HandleDatagram(Instant now, in NetworkPath path, Span<byte> datagram, DatagramBatch outbox, out ReceivedRtp packet)
    {
        packet = default;
        if (State is PeerConnectionState.Closed or PeerConnectionState.Failed || datagram.IsEmpty) return false;

        // RFC 7983: the first byte tells the protocols apart.
        switch (datagram[0])
        {
            case >= 128 and < 192:
                return RtcpPacket.LooksLikeRtcp(datagram) ? HandleRtcp(now, path, datagram) : HandleRtp(now, datagram, out packet);
            case < 4:
                HandleStun(now, path, datagram, outbox);
                return false;
            case >= 20 and < 64:
                HandleDtls(now, datagram);
                return false;
            default:
                return Drop(DropReason.UnknownProtocol);
        }
    }

    /// <summary>
    /// Takes note of an RTP packet for feedback and reports, and authenticates and decrypts it only if <paramref name="open"/>: load
    /// clients have to cost less than the server. Nothing is repaired. False for what is no RTP of a known stream.
    /// </summary>
    internal bool TryObserve(Instant now, Span<byte> datagram, bool open, out ReceiveStream stream, out RtpPacket packet)
    {
        stream = null!;
        packet = default;
        if (_srtp is null) return Drop(DropReason.BeforeKeys);
        var length = datagram.Length;
        if (open && !_srtp.TryUnprotectRtp(datagram, out length, out var error)) return Drop(ReasonOf(error));
        return _receiver.TryObserve(now, datagram[..length], open, out stream, out packet);
    }

    /// <summary>
    /// After each datagram: the next packet that redundant audio (RFC 2198) gave back, or FlexFEC where it was agreed for what we
    /// receive (<see cref="MediaPolicy.ReceivesFlexFec"/>). They come before the datagram's own packet in time. Valid until the next call.
    /// </summary>
    public bool TryTakeRepaired(Instant now, out ReceivedRtp packet) => _receiver.TryTakeRepaired(now, out packet);

    /// <summary>True if a STUN datagram proved that its sender knows our credentials: its address may be mapped to us.</summary>
    public bool IsPathAuthenticated { get; private set; }

    /// <summary>The caller has taken note of <see cref="IsPathAuthenticated"/>.</summary>
    public void AcknowledgePath() => IsPathAuthenticated = false;

    public void HandleTimeout(Instant now)
    {
        Ice.HandleTimeout(now);
        _dtls?.HandleTimeout(now);
        UpdateState(now);
        if (State == PeerConnectionState.Connected) Bandwidth.HandleTimeout(now);
        TellBandwidth();
        if (now < _stateDeadline || State is PeerConnectionState.Connected) return;
        _stateDeadline = Instant.Never;
        ChangeState(PeerConnectionState.Failed);
    }

    /// <summary>Writes what is due: handshakes, feedback, reports, media held back, padding that probes the path.</summary>
    public void Poll(Instant now, DatagramBatch outbox)
    {
        Ice.Poll(now, outbox);
        if (Ice.SelectedPath is not { } path) return;
        _dtls?.Poll(now, path, outbox);
        UpdateState(now);
        if (State != PeerConnectionState.Connected) return;
        _rtcp.Poll(now, path, _srtp!, outbox);
        Sender.SendHeld(now, outbox);
        Sender.SendProbes(now, outbox);
    }

    public bool TryPollEvent(out PeerConnectionEvent connectionEvent) => _events.TryTake(out connectionEvent);

    /// <summary>Asks the sender of that stream for a key frame with the next feedback.</summary>
    public void RequestKeyFrame(ReceiveStream stream)
    {
        stream.KeyFrameRequested = true;
        _rtcp.FeedbackIsUrgent();
    }

    public void Close()
    {
        if (State == PeerConnectionState.Closed) return;
        _dtls?.Close();
        ChangeState(PeerConnectionState.Closed);
    }

    public void Dispose()
    {
        Close();
        Sender.Disconnect();
        _srtp?.Dispose();
        _srtp = null;
        _dtls?.Dispose();
        _dtls = null;
    }

    private void HandleStun(Instant now, in NetworkPath path, ReadOnlySpan<byte> datagram, DatagramBatch outbox)
    {
        IsPathAuthenticated = Ice.HandleStun(now, path, datagram, outbox);
        if (!IsPathAuthenticated) Drop(DropReason.StunRejected);
        UpdateState(now);
    }

    private void HandleDtls(Instant now, ReadOnlySpan<byte> datagram)
    {
        if (_dtls is null)
        {
            Drop(DropReason.DtlsBeforeSession);
            return;
        }

        _dtls.HandleDatagram(now, datagram);
        UpdateState(now);
    }

    private bool HandleRtcp(Instant now, in NetworkPath path, Span<byte> datagram)
    {
        if (_srtp is null) return Drop(DropReason.BeforeKeys);
        if (!_srtp.TryUnprotectRtcp(datagram, out var length, out var error)) return Drop(ReasonOf(error));
        Ice.OnAuthenticatedRtcp(now, path);
        _rtcp.HandleCompound(now, datagram[..length]);
        TellBandwidth();
        return false;
    }

    private bool HandleRtp(Instant now, Span<byte> datagram, out ReceivedRtp packet)
    {
        packet = default;
        if (_srtp is null) return Drop(DropReason.BeforeKeys);
        if (!_srtp.TryUnprotectRtp(datagram, out var length, out var error)) return Drop(ReasonOf(error));
        return _receiver.Receive(now, datagram[..length], out packet);
    }

    private void UpdateState(Instant now)
    {
        if (State is PeerConnectionState.Closed or PeerConnectionState.Failed) return;
        if (_dtls?.State == DtlsState.Failed)
        {
            ChangeState(PeerConnectionState.Failed);
            return;
        }

        if (_dtls?.State == DtlsState.Closed)
        {
            ChangeState(PeerConnectionState.Closed);
            return;
        }

        if (_srtp is null && _dtls?.Keys is { } keys) _srtp = new SrtpSession(keys);

        // The path can move while connected (a phone from Wi-Fi to mobile).
        if (State == PeerConnectionState.Connected && Ice.SelectedPath is { } selected) Sender.Move(selected);

        switch (State)
        {
            case PeerConnectionState.Connecting or PeerConnectionState.Disconnected when Ice.SelectedPath is { } path && _srtp is not null:
                _stateDeadline = Instant.Never;
                Sender.Connect(path, _srtp);
                _rtcp.Start(now);
                ChangeState(PeerConnectionState.Connected);
                break;
            case PeerConnectionState.Connected when Ice.SelectedPath is null:
                _stateDeadline = now + DisconnectedLimit;
                Sender.Disconnect();
                ChangeState(PeerConnectionState.Disconnected);
                break;
        }
    }

    private void ChangeState(PeerConnectionState state)
    {
        if (State == state) return;
        State = state;
        if (state is PeerConnectionState.Failed or PeerConnectionState.Closed) Sender.Disconnect();
        _events.Add(new PeerConnectionEvent(PeerConnectionEventKind.StateChanged) { State = state });
    }

    private void TellBandwidth()
    {
        if (Bandwidth.TryTakeChange()) _events.Add(new PeerConnectionEvent(PeerConnectionEventKind.BandwidthChanged));
    }

    private bool Drop(DropReason reason)
    {
        Drops.Add(reason);
        return false;
    }

    private static DropReason ReasonOf(SrtpError error) => error switch
    {
        SrtpError.Replayed => DropReason.SrtpReplay,
        SrtpError.AuthenticationFailed => DropReason.SrtpAuthentication,
        _ => DropReason.SrtpMalformed,
    };
}
