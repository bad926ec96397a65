using Tertulia.Rtc;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Sfu.Forwarding;

/// <summary>One source of one participant, with everyone who receives it.</summary>
internal sealed class PublishedTrack(Participant publisher, TrackSource source, MediaKind kind)
{
    private readonly List<PublishedLayer> _layers = [];
    private readonly List<Subscription> _subscriptions = [];

    public Participant Publisher { get; } = publisher;

    public TrackSource Source { get; } = source;

    public MediaKind Kind { get; } = kind;

    public bool IsMuted { get; private set; }

    /// <summary>At least one packet has come.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>The largest layer that flows; what receivers get unless they cannot take it.</summary>
    public PublishedLayer? BestLayer { get; private set; }

    public IReadOnlyList<PublishedLayer> Layers => _layers;

    public PublishedLayer AddLayer(ReceiveStream stream, int index)
    {
        var layer = new PublishedLayer(this, stream, index);
        _layers.Add(layer);
        return layer;
    }

    public void Subscribe(Instant now, Subscription subscription)
    {
        _subscriptions.Add(subscription);
        subscription.Select(now, BestLayer);
    }

    public void Unsubscribe(Subscription subscription) => _subscriptions.Remove(subscription);

    public void SetMuted(Instant now, bool muted)
    {
        if (IsMuted == muted) return;
        IsMuted = muted;
        if (!muted) BestLayer?.WantKeyFrame(now);
    }

    /// <summary>Takes one packet of <paramref name="layer"/> to everyone who wants it.</summary>
    public void OnPacket(Instant now, PublishedLayer layer, in ReceivedRtp packet, DatagramBatch outbox, DropCounters drops)
    {
        HasStarted = true;
        var wasFlowing = layer.IsFlowing(now);
        layer.OnPacket(now, packet);
        if (!wasFlowing || BestLayer?.IsFlowing(now) != true) SelectLayers(now);

        if (IsMuted)
        {
            drops.Add(DropReason.Muted);
            return;
        }

        for (var i = 0; i < _subscriptions.Count; i++) _subscriptions[i].Forward(now, layer, packet, outbox);
        layer.RequestKeyFrameIfDue(now);
    }

    /// <summary>The publisher reported its clock for <paramref name="layer"/>: receivers' sender reports follow it.</summary>
    public void OnClockAnchor(PublishedLayer layer, Instant capturedAt, uint timestamp)
    {
        layer.SetAnchor(capturedAt, timestamp);
        foreach (var subscription in _subscriptions) subscription.UpdateClockAnchor(layer);
    }

    private void SelectLayers(Instant now)
    {
        PublishedLayer? best = null;
        foreach (var layer in _layers)
        {
            // Of two with one index the later has taken the other's place: the sender changed its SSRC.
            if (layer.IsFlowing(now) && (best is null || layer.Index >= best.Index)) best = layer;
        }

        if (best is null || best == BestLayer) return;
        BestLayer = best;
        foreach (var subscription in _subscriptions) subscription.Select(now, best);
    }
}
