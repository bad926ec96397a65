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

    // Lower spatial layers were left out since the last key frame: there is no way down to them before the next.
    private bool _isThinned;

    // The largest layer that can be decoded since then.
    private byte _carried;

    public LayerTarget? Target { get; private set; }

    /// <summary>The encoding that is forwarded now; null while nothing is.</summary>
    public PublishedLayer? Current { get; private set; }

    public byte CurrentTemporal => _temporal;

    public byte CurrentSpatial => _spatial;

    /// <summary>Only a key frame is sure to lead to the target.</summary>
    public bool AwaitsKeyFrame => Target is { } target
        && (target.Layer != Current || target.Spatial > _spatial || (_isThinned && target.Spatial < _spatial));

    /// <summary>The encoder has given up the largest layer, and the receiver did not get what the others were made from meanwhile.</summary>
    public bool IsCutOff { get; private set; }

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
        (_isThinned, IsCutOff, _carried) = (false, false, target.Spatial);
        return DropReason.None;
    }

    /// <summary>Whether a packet of the current encoding is wanted.</summary>
    /// <param name="top">The highest spatial layer that pictures have now.</param>
    /// <param name="isLate">
    /// It was lost, and comes behind later ones that were judged without it: it is wanted as they were, and is no place to change anything.
    /// </param>
    public bool Wants(in FrameLayer frame, byte top, bool isLate = false)
    {
        // Left out it could not be brought back, when the packet comes that tells what it is.
        if (frame.IsUnreadable) return true;
        if (frame.StartsFrame && !isLate) Approach(frame);
        if (!isLate) NoteTop(frame, Math.Min(_spatial, top));
        if (frame.SpatialId > _spatial || frame.TemporalId > _temporal) return false;
        if (frame.SpatialId >= Math.Min(_spatial, top) || frame.IsNeededByHigherSpatialLayers) return true;
        if (!isLate) _isThinned = true;
        return false;
    }

    /// <summary>The last packet of the picture as this receiver gets it, where larger pictures of it are left out.</summary>
    public bool EndsPicture(in FrameLayer frame) => frame.EndsFrame && frame.SpatialId == _spatial;

    private void NoteTop(in FrameLayer frame, byte largest)
    {
        if (frame.IsKeyFrame) (_carried, IsCutOff) = (largest, false);
        else if (!_isThinned) _carried = Math.Max(_carried, largest);
        else if (largest < _carried) IsCutOff = true;
    }

    private void Approach(in FrameLayer frame)
    {
        if (frame.IsKeyFrame) _isThinned = false;

        // Towards another encoding the present one goes on unchanged until that one's key frame.
        if (Target is not { } target || target.Layer != Current) return;
        if (target.Temporal < _temporal) _temporal = target.Temporal;
        else if (_temporal < target.Temporal && frame.TemporalId <= target.Temporal && (frame.IsKeyFrame || (frame.TemporalId > _temporal && frame.CanSwitchUpTemporal)))
            _temporal = frame.IsKeyFrame ? target.Temporal : frame.TemporalId;

        if (target.Spatial < _spatial && frame.SpatialId == 0 && !_isThinned) _spatial = target.Spatial;
        else if (_spatial < target.Spatial && (frame.IsKeyFrame || (frame.CanSwitchSpatial && frame.SpatialId > _spatial && frame.SpatialId <= target.Spatial)))
            _spatial = frame.IsKeyFrame ? target.Spatial : frame.SpatialId;
    }
}
