using Tertulia.Rtc;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;
using Tertulia.Sfu.Allocation;
using Tertulia.Sfu.Forwarding;
using Tertulia.Sfu.Negotiation;
using Tertulia.Sfu.Quality;
using Tertulia.Sfu.Speakers;
using Tertulia.Sfu.Taps;
using Tertulia.Taps;

namespace Tertulia.Sfu;

/// <summary>
/// The media side of one meeting: participants, their connections, and the way of every packet from a publisher to its
/// receivers. Sans-IO and for one thread at a time: datagrams, commands and time come in; datagrams and events go out.
/// </summary>
public sealed class Room
{
    private readonly RoomOptions _options;
    private readonly ConnectionTable _table;
    private readonly Dictionary<ParticipantId, Participant> _participants = [];
    private readonly Queue<RoomEvent> _events = [];
    private readonly ConnectionSchedule _schedule = new();
    private readonly Queue<RoomConnection> _wantPoll = [];
    private readonly DominantSpeaker _speakers = new();
    private readonly AudibleMicrophones _audible = new();
    private readonly RoomNegotiator _negotiator;
    private readonly RoomQuality _quality;
    private readonly RoomTaps _taps = new();
    private DatagramBatch? _farewells;

    public Room(RoomOptions options, ConnectionTable table)
    {
        _options = options;
        _table = table;
        _negotiator = new RoomNegotiator(this, options);
        Allocation = new RoomAllocation(this);
        _quality = new RoomQuality(this);
    }

    public RoomStatistics Statistics { get; } = new();

    public int ParticipantCount => _participants.Count;

    public Instant NextDeadline => _wantPoll.Count > 0 || _farewells?.Count > 0 ? Instant.Zero : Instant.Min(Instant.Min(_schedule.NextDeadline, _speakers.NextDeadline), _participants.Count > 0 ? Instant.Min(Allocation.NextDeadline, _quality.NextDeadline) : Instant.Never);

    internal Dictionary<ParticipantId, Participant>.ValueCollection Participants => _participants.Values;

    internal RoomAllocation Allocation { get; }

    /// <exception cref="InvalidOperationException">The participant is there already.</exception>
    public void AddParticipant(Instant now, ParticipantId id)
    {
        if (!_participants.TryAdd(id, new Participant(id, _options.Entropy.NextIceText(16)))) throw new InvalidOperationException($"Participant {id} is in the room already.");
    }

    /// <summary>Closes the participant's connections, and those of others that stand in for it alone.</summary>
    public void RemoveParticipant(Instant now, ParticipantId id)
    {
        if (!_participants.Remove(id, out var leaving)) return;
        foreach (var source in leaving.Tracks.Keys.ToList()) Unpublish(now, leaving, source);
        foreach (var connection in leaving.Connections.Values.ToList()) Dispose(now, connection);
        foreach (var participant in _participants.Values) CloseConnection(now, participant.Id, ConnectionKey.DownlinkOf(id));
        _speakers.Remove(id);
    }

    /// <summary>Everybody leaves.</summary>
    public void Close(Instant now)
    {
        foreach (var id in _participants.Keys.ToList()) RemoveParticipant(now, id);
        _taps.Close(now);
    }

    /// <summary>From now on <paramref name="tap"/> hears what is published and not muted. It is called on the room's thread.</summary>
    public void AddTap(Instant now, IMediaTap tap, TapOptions options)
    {
        _taps.Add(now, tap, options, _participants.Values);
        foreach (var participant in _participants.Values)
        {
            foreach (var track in participant.Tracks.Values) Allocation.OnTrackChanged(now, track);
        }
    }

    /// <summary>What listens to this participant's pictures can only go on from key frames.</summary>
    public void RefreshTaps(Instant now, ParticipantId publisher)
    {
        if (!_participants.TryGetValue(publisher, out var participant)) return;
        foreach (var track in participant.Tracks.Values) track.RefreshTaps(now);
    }

    public void RemoveTap(Instant now, IMediaTap tap) => _taps.Remove(now, tap, _participants.Values);

    /// <summary>
    /// Answers a participant's offer: its uplink (transport dialect), or a connection on which it wants to see one peer. An
    /// offer for a connection that exists renegotiates it, unless it comes from a new connection of the client's.
    /// </summary>
    /// <param name="tracks">Uplink: what each section carries; without it audio is the microphone and video the camera.</param>
    public NegotiationResult Answer(Instant now, ParticipantId id, ConnectionKey connection, string offerSdp, IReadOnlyList<TrackAssignment>? tracks = null) =>
        _participants.TryGetValue(id, out var participant)
            ? _negotiator.Answer(now, participant, connection, offerSdp, tracks)
            : UnknownParticipant(id);

    /// <summary>
    /// Makes an offer: an uplink to receive on, or a downlink to send on. The shared downlink is renegotiated if it exists;
    /// the others, and it too with <paramref name="fresh"/>, are made anew.
    /// </summary>
    public NegotiationResult Offer(Instant now, ParticipantId id, ConnectionKey connection, bool fresh = false) =>
        _participants.TryGetValue(id, out var participant) ? _negotiator.Offer(now, participant, connection, fresh) : UnknownParticipant(id);

    /// <summary>Takes the answer to the last <see cref="Offer"/> for that connection.</summary>
    public NegotiationResult ApplyAnswer(Instant now, ParticipantId id, ConnectionKey connection, string answerSdp) =>
        _participants.TryGetValue(id, out var participant)
            ? _negotiator.ApplyAnswer(now, participant, connection, answerSdp)
            : UnknownParticipant(id);

    public void CloseConnection(Instant now, ParticipantId id, ConnectionKey connection)
    {
        if (!_participants.TryGetValue(id, out var participant) || !participant.Connections.Remove(connection, out var closing)) return;
        if (connection.Kind == ConnectionKind.Uplink)
        {
            foreach (var source in participant.Tracks.Keys.ToList()) Unpublish(now, participant, source);
        }

        Dispose(now, closing);
        if (connection.Kind == ConnectionKind.SmallUplink) RemoveSmallLayer(now, closing);
    }

    /// <summary>While muted, what that source sends is received but not forwarded.</summary>
    public void SetMuted(Instant now, ParticipantId id, TrackSource source, bool muted)
    {
        if (!_participants.TryGetValue(id, out var participant)) return;
        if (muted) participant.Muted.Add(source);
        else participant.Muted.Remove(source);
        if (!participant.Tracks.TryGetValue(source, out var track)) return;
        track.SetMuted(muted);
        OnMicrophonesChanged(muted ? track : null);
        Allocation.OnTrackChanged(now, track);
    }

    /// <summary>What the participant has on its screen, and how large; everything else is hidden from now on.</summary>
    public void SetView(Instant now, ParticipantId id, IReadOnlyList<ViewItem> items)
    {
        if (!_participants.TryGetValue(id, out var participant)) return;
        participant.SetView(items);
        Allocation.OnViewChanged(now, participant);
    }

    /// <summary>What the participant gets and why; null if there is no such participant.</summary>
    public QualityReport? DescribeQuality(Instant now, ParticipantId id) =>
        _participants.TryGetValue(id, out var participant) ? QualityReporter.Describe(now, participant) : null;

    /// <summary>What the participant publishes now.</summary>
    public IReadOnlyList<TrackSource> PublishedSources(ParticipantId id) =>
        _participants.TryGetValue(id, out var participant) ? [.. participant.Tracks.Keys] : [];

    /// <summary>Takes one datagram that the <see cref="ConnectionTable"/> routed to <paramref name="connection"/> of this room.</summary>
    /// <exception cref="ConnectionFaultException">Broken is not this connection but one of those it is forwarded to.</exception>
    public void HandleDatagram(Instant now, RoomConnection connection, in NetworkPath path, Span<byte> datagram, DatagramBatch outbox)
    {
        if (connection.IsDisposed) return;
        var peer = connection.Connection;
        connection.HeardAt = now;
        connection.HeardDatagrams++;
        Statistics.DatagramsReceived++;
        var isMedia = peer.HandleDatagram(now, path, datagram, outbox, out var packet);
        while (peer.TryTakeRepaired(now, out var repaired)) HandleRtp(now, connection, repaired, outbox);
        if (isMedia)
        {
            HandleRtp(now, connection, packet, outbox);
        }
        else if (peer.IsPathAuthenticated)
        {
            connection.ClaimAddress(path.Remote);
            peer.AcknowledgePath();
        }

        HandleEvents(now, connection, outbox);
        if (!connection.IsDisposed) Service(now, connection, outbox);
    }

    /// <exception cref="ConnectionFaultException">One connection is broken; the call can be repeated for the others.</exception>
    public void HandleTimeout(Instant now)
    {
        while (_schedule.TryTakeDue(now, out var connection))
        {
            if (connection.IsDisposed) continue;
            try
            {
                connection.Connection.HandleTimeout(now);
            }
            catch (Exception e)
            {
                throw new ConnectionFaultException(connection, e);
            }

            connection.WantsPoll();
        }

        if (now >= _speakers.NextDeadline) DecideSpeaker(now);
        if (now >= Allocation.NextDeadline) Allocation.HandleTimeout(now);
        if (now >= _quality.NextDeadline) _quality.HandleTimeout(now);
    }

    /// <summary>Writes what commands and timeouts left to send. What packets caused is written while they are handled.</summary>
    /// <exception cref="ConnectionFaultException">One connection is broken; the call can be repeated for the others.</exception>
    public void Poll(Instant now, DatagramBatch outbox)
    {
        for (var i = 0; i < _farewells?.Count; i++) outbox.Add(_farewells[i].Path, _farewells.Datagram(i));
        _farewells?.Clear();
        while (_wantPoll.TryDequeue(out var connection))
        {
            connection.PollTaken();
            if (connection.IsDisposed) continue;
            try
            {
                HandleEvents(now, connection, outbox);
                if (!connection.IsDisposed) Service(now, connection, outbox);
            }
            catch (Exception e)
            {
                throw new ConnectionFaultException(connection, e);
            }
        }
    }

    public bool TryPollEvent(out RoomEvent roomEvent) => _events.TryDequeue(out roomEvent!);

    internal void EnqueuePoll(RoomConnection connection) => _wantPoll.Enqueue(connection);

    internal void Emit(RoomEvent roomEvent) => _events.Enqueue(roomEvent);

    internal Participant? Find(ParticipantId id) => _participants.GetValueOrDefault(id);

    internal RoomConnection Open(Participant participant, ConnectionKey key)
    {
        var ice = IceLiteAgent.NewCredentials(_options.Entropy, _options.UsernameFragmentPrefix);
        var connection = new PeerConnection(new PeerConnectionOptions
        {
            Ice = new IceLiteAgent(ice, _options.Entropy, _options.ConsentTimeout, _options.UsernameFragmentPrefix),
            Certificate = _options.Certificate,
            Entropy = _options.Entropy,
            NtpAtZero = _options.NtpAtZero,
            AgreedKeys = _options.AgreedKeys?.Invoke(participant.Id, key),
        });
        var transport = new LocalTransport(ice, _options.Certificate.Sha256Fingerprint, _options.Candidates)
        {
            SessionId = _options.Entropy.NextUInt64() >> 2,
        };
        var opened = new RoomConnection(this, participant, key, connection, transport, _table);
        participant.Connections[key] = opened;
        Statistics.ConnectionsOpened++;
        return opened;
    }

    internal void Publish(Instant now, Participant participant, TrackSource source, MediaKind kind)
    {
        if (participant.Tracks.ContainsKey(source)) return;
        var track = new PublishedTrack(participant, source, kind);
        participant.AddTrack(track);
        track.SetMuted(participant.Muted.Contains(source));
        _taps.OnPublished(now, track);
        OnMicrophonesChanged(gone: null);
        OnTracksChanged(now, participant);
    }

    internal void Unpublish(Instant now, Participant participant, TrackSource source)
    {
        if (!participant.RemoveTrack(source, out var track)) return;
        foreach (var layer in track!.LayersByIndex) layer.Stream.Owner = null;
        track.StopTaps(now);
        OnMicrophonesChanged(track);
        OnTracksChanged(now, participant);
        Emit(new RoomEvent.TrackEnded(participant.Id, source));
    }

    private void RemoveSmallLayer(Instant now, RoomConnection closed)
    {
        if (!closed.Participant.Tracks.TryGetValue(TrackSource.Camera, out var camera)) return;
        camera.RemoveLayersOf(closed);
        if (camera.TakeLayersChanged()) Allocation.OnTrackChanged(now, camera);
    }

    /// <summary>Ties everyone's subscriptions to what the participant publishes now.</summary>
    private void OnTracksChanged(Instant now, Participant publisher)
    {
        foreach (var participant in _participants.Values)
        {
            if (participant == publisher) continue;
            if (participant is { WantsDownlink: true, DownlinkIsOutdated: false })
            {
                participant.DownlinkIsOutdated = true;
                Emit(new RoomEvent.DownlinkOutdated(participant.Id));
            }

            foreach (var connection in participant.Connections.Values)
            {
                foreach (var section in connection.Sections)
                {
                    if (section.Publisher == publisher.Id) section.Subscription?.Attach(TrackFor(connection, section, publisher));
                }

                Allocation.Allocate(now, connection);
            }
        }
    }

    /// <summary>What a section carries: on a peer's own connection its microphone and its main picture, else one named source.</summary>
    internal static PublishedTrack? TrackFor(RoomConnection connection, DownlinkSection section, Participant publisher) =>
        connection.Key.Kind != ConnectionKind.PeerDownlink ? publisher.Tracks.GetValueOrDefault(section.Source)
        : section.Kind == MediaKind.Audio ? publisher.Microphone
        : publisher.MainVideo;

    private void HandleRtp(Instant now, RoomConnection connection, in ReceivedRtp packet, DatagramBatch outbox)
    {
        Statistics.PacketsReceived++;
        if (packet.Stream.Owner is not PublishedLayer layer && !TryAdopt(connection, packet.Stream, out layer))
        {
            connection.Connection.Drops.Add(DropReason.NoTrack);
            return;
        }

        var track = layer.Track;
        if (!track.HasStarted) Emit(new RoomEvent.TrackStarted(track.Publisher.Id, track.Source));
        var isAudible = track.Source != TrackSource.Microphone || track.IsMuted || Listen(now, track, packet);
        track.NoteFlow(now, layer, packet.Timestamp);
        var frame = layer.OnPacket(now, packet);
        if (track.TakeLayersChanged()) Allocation.OnTrackChanged(now, track);
        if (track.IsMuted)
        {
            connection.Connection.Drops.Add(DropReason.Muted);
        }
        else if (!isAudible)
        {
            track.Withhold(now, layer, packet, frame);
            connection.Connection.Drops.Add(DropReason.NotAudible);
        }
        else
        {
            track.Forward(now, layer, packet, frame, outbox);
        }
    }

    /// <summary>Who speaks, by one packet's level; and whether that packet is among those that receivers get.</summary>
    private bool Listen(Instant now, PublishedTrack microphone, in ReceivedRtp packet)
    {
        // What redundancy brought again has no level of its own.
        if (packet.AudioLevel is not { } level) return !packet.IsRecovered || !microphone.IsWithheld;
        var loudness = (byte)(127 - (level & 0x7f));
        var speaks = _speakers.OnAudioLevel(now, microphone.Publisher.Id, (byte)(level & 0x7f), (level & 0x80) != 0);
        if (now >= _speakers.NextDeadline) DecideSpeaker(now);
        return _audible.Admit(now, microphone, loudness, speaks);
    }

    private void OnMicrophonesChanged(PublishedTrack? gone)
    {
        if (gone is not null) _audible.Remove(gone);
        var open = 0;
        foreach (var participant in _participants.Values)
        {
            if (participant.Microphone is { IsMuted: false }) open++;
        }

        _audible.SetCount(open);
    }

    /// <summary>The first packet of a stream: which track, and which layer of it?</summary>
    private static bool TryAdopt(RoomConnection connection, ReceiveStream stream, out PublishedLayer layer)
    {
        layer = null!;
        if (!connection.Assignments.TryGetValue(stream.Mid, out var source)) return false;
        if (!connection.Participant.Tracks.TryGetValue(source, out var track)) return false;
        layer = track.AddLayer(connection, stream, connection.Key.Kind == ConnectionKind.SmallUplink ? PublishedLayer.SmallUplinkIndex : stream.RidIndex);
        stream.Owner = layer;
        return true;
    }

    private void HandleEvents(Instant now, RoomConnection connection, DatagramBatch outbox)
    {
        while (connection.Connection.TryPollEvent(out var happened))
        {
            switch (happened.Kind)
            {
                case PeerConnectionEventKind.StateChanged:
                    OnStateChanged(now, connection, happened.State);
                    break;
                case PeerConnectionEventKind.BandwidthChanged:
                    Allocation.Allocate(now, connection);
                    break;
                case PeerConnectionEventKind.KeyFrameRequested:
                    connection.FindSubscription(happened.SendStream!)?.OnKeyFrameRequested(now);
                    break;
                case PeerConnectionEventKind.PacketMissing:
                    connection.FindSubscription(happened.SendStream!)?.Retransmit(now, happened.PacketId, outbox);
                    break;
                case PeerConnectionEventKind.SenderReport when happened.ReceiveStream!.Owner is PublishedLayer layer:
                    connection.Participant.OnSenderReport(now, layer);
                    break;
                case PeerConnectionEventKind.KeyFrameNeeded when happened.ReceiveStream!.Owner is PublishedLayer layer:
                    layer.OnLostForGood(now);
                    break;
            }
        }
    }

    private void OnStateChanged(Instant now, RoomConnection connection, PeerConnectionState state)
    {
        if (state == PeerConnectionState.Connected)
        {
            Statistics.ConnectionsEstablished++;
            foreach (var section in connection.Sections) section.Subscription?.OnKeyFrameRequested(now);
        }

        Emit(new RoomEvent.ConnectionStateChanged(connection.ParticipantId, connection.Key, state));
    }

    private void Service(Instant now, RoomConnection connection, DatagramBatch outbox)
    {
        connection.Connection.Poll(now, outbox);
        _schedule.Reschedule(connection, connection.Connection.NextDeadline);
    }

    private void Dispose(Instant now, RoomConnection connection)
    {
        // The peer is told (close_notify) with the next poll: commands have no outbox.
        connection.Connection.Close();
        connection.Connection.Poll(now, _farewells ??= new DatagramBatch(16));
        connection.Dispose(now);
        Statistics.Add(connection.Connection);
    }

    private void DecideSpeaker(Instant now)
    {
        if (!_speakers.TryDecide(now, out var speaker)) return;
        Allocation.ActiveSpeaker = speaker;
        Emit(new RoomEvent.ActiveSpeakerChanged(speaker));
    }

    private static NegotiationResult UnknownParticipant(ParticipantId id) => NegotiationResult.Refused("unknown-peer", $"There is no participant {id}.");
}
