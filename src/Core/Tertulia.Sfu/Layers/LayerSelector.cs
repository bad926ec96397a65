using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Layers;

/// <summary>
/// Decides packet by packet what of a track is forwarded to one receiver. It goes towards its target only where the stream
/// allows: another encoding at a key frame, more sublayers at a switching point, fewer at any frame.
/// </summary>
internal sealed class LayerSelector
{
    private byte _spatial;
    private byte _temporal;

    public LayerTarget? Target { get; private set; }

    /// <summary>The encoding that is forwarded now; null while nothing is.</summary>
    public PublishedLayer? Current { get; private set; }

    public byte CurrentTemporal => _temporal;

    public byte CurrentSpatial => _spatial;

    /// <summary>A key frame of the target is needed before anything of it can be forwarded.</summary>
    public bool AwaitsKeyFrame => Target is { } target && target.Layer != Current;

    public void SetTarget(LayerTarget? target)
    {
        Target = target;
        if (target is null) Current = null;
    }

    /// <summary>Nothing is forwarded until the target is switched to again.</summary>
    public void Leave() => Current = null;

    /// <summary>Takes another encoding into use with this packet, if it is the target and begins to be decodable here.</summary>
    public DropReason TrySwitch(PublishedLayer layer, in FrameLayer frame, bool needsKeyFrame)
    {
        if (Target is not { } target || layer != target.Layer) return DropReason.LayerNotSelected;
        if (needsKeyFrame && !frame.IsKeyFrame) return DropReason.AwaitingKeyFrame;
        Current = layer;
        _spatial = target.Spatial;
        _temporal = target.Temporal;
        return DropReason.None;
    }

    /// <summary>Whether a packet of the current encoding is wanted.</summary>
    public bool Wants(in FrameLayer frame)
    {
        if (frame.StartsFrame) Approach(frame);
        return frame.SpatialId <= _spatial && frame.TemporalId <= _temporal;
    }

    /// <summary>The last packet of the picture as this receiver gets it, where larger pictures of it are left out.</summary>
    public bool EndsPicture(in FrameLayer frame) => frame.EndsFrame && frame.SpatialId == _spatial;

    private void Approach(in FrameLayer frame)
    {
        // Towards another encoding the present one goes on unchanged until that one's key frame.
        if (Target is not { } target || target.Layer != Current) return;
        if (target.Temporal < _temporal) _temporal = target.Temporal;
        else if (_temporal < target.Temporal && frame.TemporalId <= target.Temporal && (frame.IsKeyFrame || (frame.TemporalId > _temporal && frame.CanSwitchUpTemporal)))
            _temporal = frame.IsKeyFrame ? target.Temporal : frame.TemporalId;

        if (target.Spatial < _spatial && frame.SpatialId == 0) _spatial = target.Spatial;
        else if (_spatial < target.Spatial && (frame.IsKeyFrame || (frame.CanSwitchSpatial && frame.SpatialId > _spatial && frame.SpatialId <= target.Spatial)))
            _spatial = frame.IsKeyFrame ? target.Spatial : frame.SpatialId;
    }
}
