namespace Tertulia.Rtc.Codecs;

/// <summary>What forwarding needs to know of one video packet, whatever the codec.</summary>
/// <param name="SpatialId">Spatial layer; 0 where there are none.</param>
/// <param name="TemporalId">Temporal layer; 0 where there are none.</param>
/// <param name="StartsFrame">First packet of this layer's frame.</param>
/// <param name="EndsFrame">Last packet of this layer's frame; higher spatial layers of the picture may follow.</param>
/// <param name="IsKeyFrame">First packet of a frame that needs no other: who has nothing yet can begin here.</param>
/// <param name="CanSwitchUpTemporal">
/// Only on first packets: a receiver that got all lower temporal layers of this stream, one of them at least, can be given this
/// packet's temporal layer too from here on. On the base layer only if it is a key frame.
/// </param>
/// <param name="CanSwitchSpatial">
/// Only on first packets: a receiver that gets all lower spatial layers of this picture, whatever it got before, can be given this
/// packet's spatial layer too from here on.
/// </param>
/// <param name="IsDiscardable">No later frame refers to this one, as far as the codec tells: VP9's own descriptor never does.</param>
public readonly record struct FrameLayer(
    byte SpatialId,
    byte TemporalId,
    bool StartsFrame,
    bool EndsFrame,
    bool IsKeyFrame,
    bool CanSwitchUpTemporal,
    bool CanSwitchSpatial,
    bool IsDiscardable)
{
    /// <summary>
    /// Higher spatial layers refer to this frame. Where it is false (K-SVC, outside of key pictures), a receiver of a higher layer can do
    /// without this packet.
    /// </summary>
    public bool IsNeededByHigherSpatialLayers { get; init; }

    /// <summary>
    /// The packet does not tell its layer, or refers to what has not come yet: a key frame's first packet that is lost may come again
    /// behind the others. All else here is a guess then.
    /// </summary>
    public bool IsUnreadable { get; init; }

    /// <summary>Counts the pictures of the base temporal layer (VP8's and VP9's TL0PICIDX); null where the stream does not.</summary>
    public byte? Tl0PictureIndex { get; init; }
}
