using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;

namespace Tertulia.Sfu.Layers;

/// <summary>How large an encoding's pictures are, and of how many spatial layers they really consist.</summary>
internal sealed class PictureShape
{
    // One lost picture, or one whose largest layer was lost whole, is no sign that the encoder has given that layer up.
    private const int PicturesToFall = 4;

    // What is older by more than this is not late: the clock began anew.
    private const int LongestLate = 10 * 90_000;

    private uint _timestamp;
    private byte _top;
    private byte _lowerTop;
    private int _lowerPictures;
    private int _layers = 1;

    /// <summary>Rows of the largest layer; 0 where the stream does not tell.</summary>
    public int Height { get; private set; }

    /// <summary>The highest spatial layer that pictures have: of the last few, or of the present one if that is higher already.</summary>
    public byte TopSpatialId { get; private set; }

    /// <summary>As the last key frame said.</summary>
    public int SpatialLayers => _layers;

    /// <summary>Rows of a spatial layer: each usually has half of those of the next. 0 where the stream does not tell.</summary>
    public int HeightOf(byte spatialId) => Height >> Math.Max(0, _layers - 1 - spatialId);

    public void OnPacket(in ReceivedRtp packet, in FrameLayer frame, DependencyStructure? structure)
    {
        if (frame.IsUnreadable) return;
        if (frame.IsKeyFrame) ReadSize(packet, structure);
        if ((int)(packet.Timestamp - _timestamp) is < 0 and > -LongestLate) return;
        if (packet.Timestamp != _timestamp)
        {
            EndPicture();
            _timestamp = packet.Timestamp;
        }

        _top = Math.Max(_top, frame.SpatialId);
        TopSpatialId = Math.Max(TopSpatialId, _top);
    }

    private void EndPicture()
    {
        if (_top >= TopSpatialId)
        {
            (_lowerPictures, _lowerTop) = (0, 0);
        }
        else
        {
            _lowerTop = Math.Max(_lowerTop, _top);
            if (++_lowerPictures >= PicturesToFall) (TopSpatialId, _lowerPictures, _lowerTop) = (_lowerTop, 0, 0);
        }

        _top = 0;
    }

    private void ReadSize(in ReceivedRtp packet, DependencyStructure? structure)
    {
        switch (packet.Codec.Kind)
        {
            case CodecKind.Vp8 when Vp8PayloadDescriptor.TryParse(packet.Payload, out var vp8) && vp8.TryGetPictureSize(packet.Payload, out var size):
                (Height, _layers) = (size.Height, 1);
                break;
            case CodecKind.Vp9 when Vp9PayloadDescriptor.TryParse(packet.Payload, out var vp9) && vp9.PictureSize is { } size:
                (Height, _layers) = (size.Height, vp9.SpatialLayerCount);
                break;
            case CodecKind.H264 when H264Payload.TryGetPictureSize(packet.Payload, out var size):
                (Height, _layers) = (size.Height, 1);
                break;
            case CodecKind.Av1 when structure is { HasResolutions: true }:
                (Height, _layers) = (structure.Resolution(structure.SpatialLayerCount - 1).Height, structure.SpatialLayerCount);
                break;
        }
    }
}
