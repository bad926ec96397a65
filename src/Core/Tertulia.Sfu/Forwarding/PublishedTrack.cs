using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Sdp;
using Tertulia.Sfu.Taps;

namespace Tertulia.Sfu.Forwarding;

/// <summary>One source of one participant, with everyone who receives it.</summary>
internal sealed class PublishedTrack(Participant publisher, TrackSource source, MediaKind kind)
{
    private readonly List<PublishedLayer> _layers = [];
    private readonly List<Subscription> _subscriptions = [];
    private readonly List<TrackTap> _taps = [];
    private bool _layersChanged;

    public Participant Publisher { get; } = publisher;

    public TrackSource Source { get; } = source;

    public MediaKind Kind { get; } = kind;

    public bool IsMuted { get; private set; }

    /// <summary>Its packets come and are kept from all receivers; with the next one that is forwarded their streams go on without a gap.</summary>
    public bool IsWithheld { get; private set; }

    /// <summary>At least one packet has come.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Its encodings, the smallest picture first.</summary>
    public IReadOnlyList<PublishedLayer> LayersByIndex => _layers;

    /// <summary>The encoding of a source that has but one; of several SSRCs the last, which took the others' place.</summary>
    public PublishedLayer? OnlyLayer => _layers.Count == 0 ? null : _layers[^1];

    /// <summary>Index of the largest encoding that the publisher was last told to make; all of them at first.</summary>
    public int AnnouncedLayers { get; set; } = int.MaxValue;

    public Instant FewerWantedSince { get; set; } = Instant.Never;

    public IReadOnlyList<Subscription> Subscriptions => _subscriptions;

    /// <summary>Who listens without a connection: recordings, captions.</summary>
    public IReadOnlyList<TrackTap> Taps => _taps;

    /// <summary>The encodings that flow have changed since this was last read: receivers may want another one.</summary>
    public bool TakeLayersChanged()
    {
        var changed = _layersChanged;
        _layersChanged = false;
        return changed;
    }

    /// <summary>The publisher makes but one encoding of it by itself; it may have been asked for a second, small one.</summary>
    public bool IsPlain => _layers.Count > 0 && _layers[^1].Stream.Rid is null;

    public PublishedLayer AddLayer(RoomConnection uplink, ReceiveStream stream, int index)
    {
        var layer = new PublishedLayer(this, uplink, stream, index);

        // The sender changed its SSRC: the stream that stood here before does not come back.
        _layers.RemoveAll(former => former.Index == index);
        _layers.Add(layer);
        _layers.Sort((left, right) => left.Index.CompareTo(right.Index));
        return layer;
    }

    /// <summary>That connection is no more: nothing that came on it is to be had.</summary>
    public void RemoveLayersOf(RoomConnection uplink)
    {
        foreach (var layer in _layers)
        {
            if (layer.Uplink == uplink) layer.Stream.Owner = null;
        }

        _layersChanged |= _layers.RemoveAll(layer => layer.Uplink == uplink) > 0;
    }

    public void Subscribe(Subscription subscription) => _subscriptions.Add(subscription);

    public void Unsubscribe(Subscription subscription) => _subscriptions.Remove(subscription);

    public void AddTap(Instant now, TrackTap tap)
    {
        _taps.Add(tap);
        tap.Start(now);
    }

    public void RefreshTaps(Instant now)
    {
        foreach (var tap in _taps) tap.Refresh(now);
    }

    public void RemoveTap(Instant now, RoomTap owner)
    {
        foreach (var tap in _taps) if (tap.Owner == owner) tap.Stop(now);
        _taps.RemoveAll(tap => tap.Owner == owner);
    }

    public void StopTaps(Instant now)
    {
        foreach (var tap in _taps) tap.Stop(now);
        _taps.Clear();
    }

    public void SetMuted(bool muted)
    {
        IsMuted = muted;

        // What was said while muted must not come out as a copy of earlier frames.
        foreach (var layer in _layers) layer.Recent?.Clear();
        if (muted && Kind == MediaKind.Audio) IsWithheld = true;
    }

    /// <summary>Before forwarding: whether this packet begins an encoding that was silent, or shows that another fell silent.</summary>
    public void NoteFlow(Instant now, PublishedLayer layer, uint timestamp)
    {
        HasStarted = true;
        if (!layer.IsFlowing(now)) _layersChanged = true;
        var isPictureOfSmallest = layer == _layers[0] && layer.BeginsPicture(timestamp);
        foreach (var other in _layers)
        {
            if (isPictureOfSmallest && other != layer) other.OnPictureElsewhere();
            var flows = other.IsFlowing(now);
            if (other.WasFlowing != flows) _layersChanged = true;
            other.WasFlowing = flows;
        }
    }

    /// <summary>Takes one packet of <paramref name="layer"/> to everyone who wants it.</summary>
    public void Forward(Instant now, PublishedLayer layer, in ReceivedRtp packet, in FrameLayer frame, DatagramBatch outbox)
    {
        if (IsWithheld) Resume();
        var i = 0;
        try
        {
            for (; i < _subscriptions.Count; i++) _subscriptions[i].Forward(now, layer, packet, frame, outbox);
        }
        catch (Exception e)
        {
            throw new ConnectionFaultException(_subscriptions[i].Downlink, e);
        }

        Tap(now, layer, packet, frame);
        layer.RequestKeyFrameIfDue(now);
    }

    /// <summary>Keeps one packet of an audio track from all receivers; whoever taps the room gets it all the same.</summary>
    public void Withhold(Instant now, PublishedLayer layer, in ReceivedRtp packet, in FrameLayer frame)
    {
        IsWithheld = true;
        Tap(now, layer, packet, frame);
    }

    private void Tap(Instant now, PublishedLayer layer, in ReceivedRtp packet, in FrameLayer frame)
    {
        for (var i = 0; i < _taps.Count; i++) _taps[i].OnPacket(now, layer, packet, frame);
    }

    private void Resume()
    {
        IsWithheld = false;
        foreach (var subscription in _subscriptions) subscription.Restart();
    }

    /// <summary>The publisher reported its clock for <paramref name="layer"/>: receivers' sender reports follow it.</summary>
    public void OnClockAnchor(PublishedLayer layer, Instant capturedAt, uint timestamp)
    {
        layer.SetAnchor(capturedAt, timestamp);
        foreach (var subscription in _subscriptions) subscription.UpdateClockAnchor(layer);
        foreach (var tap in _taps) tap.OnClockAnchor(layer, capturedAt, timestamp);
    }
}
