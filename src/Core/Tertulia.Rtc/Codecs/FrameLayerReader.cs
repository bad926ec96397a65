namespace Tertulia.Rtc.Codecs;

/// <summary>
/// Reads the <see cref="FrameLayer"/> of each packet of one received stream, in order of arrival. It keeps what earlier packets said of
/// the stream's layers. Not thread-safe; allocates at most once, for the first dependency descriptor.
/// </summary>
public sealed class FrameLayerReader
{
    private readonly TemporalSwitchTracker _temporalSwitches = new();
    private DescribedFrames? _described;
    private int _lastPictureId = -1;
    private bool _isPictureEnded = true, _isKeyPicture;

    /// <summary>Descriptors that were malformed or referred to a structure that had not come.</summary>
    public long UnreadableDescriptors { get; private set; }

    /// <summary>The dependency structure of the stream; null as long as none was needed and came.</summary>
    public DependencyStructure? Structure => _described?.Reader.Structure;

    /// <summary>Decode targets that the sender produces now, a bit each; 0 without a structure.</summary>
    public uint ActiveDecodeTargets => _described?.Reader.ActiveDecodeTargets ?? 0;

    /// <summary>Where the descriptor of the packet read last has its set of decode targets, or could have it; else default.</summary>
    public ActiveDecodeTargetsField ActiveDecodeTargetsField { get; private set; }

    /// <summary>
    /// The layer of a packet. VP9 says it in its payload descriptor, VP8 there or in the dependency descriptor, AV1 and H.264 in the
    /// latter; without that they have one layer. A payload that cannot be read starts and ends nothing.
    /// </summary>
    /// <param name="marker">RTP's marker bit: the last packet of a picture.</param>
    /// <param name="dependencyDescriptor">The header extension's bytes; empty if there is none.</param>
    public FrameLayer Read(CodecKind kind, ReadOnlySpan<byte> payload, bool marker, ReadOnlySpan<byte> dependencyDescriptor)
    {
        ActiveDecodeTargetsField = default;
        return kind switch
        {
            CodecKind.Vp8 => ReadVp8(payload, marker, dependencyDescriptor),
            CodecKind.Vp9 => ReadVp9(payload),
            CodecKind.Av1 or CodecKind.H264 => dependencyDescriptor.IsEmpty
                ? ReadSingleLayer(kind, payload, marker)
                : TryReadDescribed(dependencyDescriptor, out var layer) ? layer : ReadUndescribed(kind, payload, marker, dependencyDescriptor),
            _ => SingleLayer(true, true, KeyFrameDetector.IsKeyFrameStart(kind, payload)),
        };
    }

    private static FrameLayer SingleLayer(bool starts, bool ends, bool isKey) => new(0, 0, starts, ends, isKey, isKey, isKey, false);

    private FrameLayer ReadVp8(ReadOnlySpan<byte> payload, bool marker, ReadOnlySpan<byte> dependencyDescriptor)
    {
        if (!Vp8PayloadDescriptor.TryParse(payload, out var descriptor)) return default;
        // Chromium leaves picture id and TID out of the payload once the dependency descriptor is negotiated.
        if (descriptor.TemporalLayer is null && !dependencyDescriptor.IsEmpty && TryReadDescribed(dependencyDescriptor, out var layer)) return layer;

        var isKey = descriptor.BeginsKeyFrame(payload);
        var temporalId = descriptor.TemporalLayer ?? 0;
        return new(
            0,
            temporalId,
            descriptor.IsFrameStart,
            marker,
            isKey,
            // RFC 7741 section 4.2: with Y, the frame needs the base layer only.
            isKey || descriptor.IsFrameStart && temporalId > 0 && descriptor.IsLayerSync,
            isKey,
            descriptor.IsNonReference)
        {
            Tl0PictureIndex = descriptor.Tl0PictureIndex,
        };
    }

    private FrameLayer ReadVp9(ReadOnlySpan<byte> payload)
    {
        if (!Vp9PayloadDescriptor.TryParse(payload, out var descriptor)) return default;
        byte spatialId = descriptor.SpatialLayer ?? 0, temporalId = descriptor.TemporalLayer ?? 0;
        var isIntraPicture = descriptor.IsFrameStart && !descriptor.IsInterPicturePredicted;
        // Layers below may be switched off: then a higher one begins the picture, without inter-layer prediction.
        var isKey = isIntraPicture && (spatialId == 0 || !descriptor.IsInterLayerPredicted);
        var canSwitchUp = false;
        if (descriptor.IsFrameStart && IsInOrder(descriptor, isKey))
        {
            canSwitchUp = _temporalSwitches.OnFrame(
                spatialId, temporalId, descriptor.IsSwitchingUpPoint || isIntraPicture ? byte.MaxValue : 0);
        }

        return new(
            spatialId,
            temporalId,
            descriptor.IsFrameStart,
            descriptor.IsFrameEnd,
            isKey,
            isKey || canSwitchUp,
            isIntraPicture,
            false)
        {
            IsNeededByHigherSpatialLayers = descriptor.SpatialLayer is not null && !descriptor.IsNotReferencedBySpatialLayers,
            Tl0PictureIndex = descriptor.Tl0PictureIndex,
        };
    }

    /// <summary>False for a packet of an earlier picture that comes late.</summary>
    private bool IsInOrder(in Vp9PayloadDescriptor descriptor, bool isKey)
    {
        if (descriptor.PictureId is not { } pictureId) return true;
        var space = 1 << descriptor.PictureIdBits;
        if (!isKey && _lastPictureId >= 0 && (pictureId - _lastPictureId & space - 1) >= space / 2) return false;
        _lastPictureId = pictureId;
        return true;
    }

    private bool TryReadDescribed(ReadOnlySpan<byte> dependencyDescriptor, out FrameLayer layer)
    {
        _described ??= new();
        if (_described.TryRead(dependencyDescriptor, out layer, out var field))
        {
            ActiveDecodeTargetsField = field;
            return true;
        }

        UnreadableDescriptors++;
        return false;
    }

    private FrameLayer ReadUndescribed(CodecKind kind, ReadOnlySpan<byte> payload, bool marker, ReadOnlySpan<byte> dependencyDescriptor)
    {
        var single = ReadSingleLayer(kind, payload, marker) with { IsUnreadable = true };
        return DependencyDescriptorHeader.TryParse(dependencyDescriptor, out var header)
            ? single with { StartsFrame = header.IsStartOfFrame, EndsFrame = header.IsEndOfFrame }
            : single;
    }

    /// <summary>From the payload: where a picture starts is known from the marker before.</summary>
    private FrameLayer ReadSingleLayer(CodecKind kind, ReadOnlySpan<byte> payload, bool marker)
    {
        if (payload.IsEmpty) return default;
        // Parameter sets and slices of one key picture each look like its start; only the first is.
        var isKey = !_isKeyPicture && KeyFrameDetector.IsKeyFrameStart(kind, payload);
        var continues = kind == CodecKind.Av1
            ? Av1AggregationHeader.TryParse(payload, out var header) && header.ContinuesObu
            : H264Payload.ContinuesUnit(payload);
        var starts = isKey || _isPictureEnded && !continues;
        _isPictureEnded = marker;
        _isKeyPicture = !marker && (_isKeyPicture || isKey);
        return SingleLayer(starts, marker, isKey);
    }
}
