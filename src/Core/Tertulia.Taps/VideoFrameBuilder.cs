using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;

namespace Tertulia.Taps;

/// <summary>Makes pictures of packets that come in order, and leaves out those that a decoder could only make a mess of.</summary>
internal sealed class VideoFrameBuilder(TapStream stream, FrameHandler handler)
{
    private readonly FrameBuffer _buffer = new();
    private readonly Av1TemporalUnit _av1 = new();
    private uint _timestamp;
    private CodecKind _codec;
    private bool _isOpen, _isBroken, _isKey;
    private bool _needsKey = true, _lossBefore;
    private byte? _orientation, _tl0, _lastTl0;
    private byte _temporal;

    public long FramesDropped { get; private set; }

    public void Add(in TappedPacket packet, bool lossBefore)
    {
        if (lossBefore)
        {
            Abandon();
            _needsKey = true;
        }
        else if (_isOpen && packet.Timestamp != _timestamp)
        {
            // Its last packet had no marker, or the sender gave the picture up.
            Abandon();
            _needsKey = true;
        }

        if (!_isOpen) Open(packet, lossBefore);
        if (!_isBroken && !TryAppend(packet)) _isBroken = true;
        _isKey |= packet.StartsKeyFrame;
        _orientation = packet.VideoOrientation ?? _orientation;
        if (packet.Marker) Close(packet.At);
    }

    private void Open(in TappedPacket packet, bool lossBefore)
    {
        _buffer.Clear();
        _av1.Clear();
        _isOpen = true;
        _isKey = false;
        _timestamp = packet.Timestamp;
        _codec = packet.Codec;
        _temporal = packet.TemporalId;
        _tl0 = null;
        _lossBefore |= lossBefore;
        // After a loss this may be the middle of a picture.
        _isBroken = lossBefore && !packet.StartsKeyFrame && !IsFrameStart(packet);
    }

    private static bool IsFrameStart(in TappedPacket packet) => packet.Codec switch
    {
        CodecKind.Vp8 => Vp8PayloadDescriptor.TryParse(packet.Payload, out var vp8) && vp8.IsFrameStart,
        CodecKind.Vp9 => Vp9PayloadDescriptor.TryParse(packet.Payload, out var vp9) && vp9.IsFrameStart && vp9.SpatialLayer is null or 0,
        _ => false,
    };

    private bool TryAppend(in TappedPacket packet)
    {
        var payload = packet.Payload;
        switch (packet.Codec)
        {
            case CodecKind.Vp8:
                if (!Vp8PayloadDescriptor.TryParse(payload, out var vp8)) return false;
                _tl0 ??= vp8.Tl0PictureIndex;
                _buffer.Append(payload[vp8.HeaderLength..]);
                return true;
            case CodecKind.Vp9:
                if (!Vp9PayloadDescriptor.TryParse(payload, out var vp9)) return false;
                _tl0 ??= vp9.Tl0PictureIndex;
                if (vp9.IsFrameStart) _buffer.BeginLayer();
                _buffer.Append(payload[vp9.HeaderLength..]);
                return true;
            case CodecKind.H264:
                return H264AccessUnit.TryAppend(payload, _buffer);
            case CodecKind.Av1:
                return _av1.TryAppend(payload, _buffer);
            default:
                return false;
        }
    }

    private void Close(Instant at)
    {
        _isOpen = false;
        var isComplete = !_isBroken && _buffer.Length > 0 && (_codec != CodecKind.Av1 || _av1.IsComplete);
        if (!isComplete)
        {
            FramesDropped++;
            _needsKey = true;
            return;
        }

        // Frames of the base layer refer to such only: with none of them missing the decoder can go on.
        if (_isKey || (_temporal == 0 && _tl0 is { } tl0 && _lastTl0 is { } last && tl0 == (byte)(last + 1))) _needsKey = false;
        if (_needsKey)
        {
            FramesDropped++;
            return;
        }

        if (_temporal == 0) _lastTl0 = _tl0;
        if (_codec == CodecKind.Vp9) _buffer.AppendSuperframeIndex();
        handler(new MediaFrame
        {
            Stream = stream,
            Codec = _codec,
            Timestamp = _timestamp,
            At = at,
            IsKeyFrame = _isKey,
            FollowsLoss = _lossBefore,
            VideoOrientation = _orientation,
            Data = _buffer.Written,
        });
        _lossBefore = false;
    }

    private void Abandon()
    {
        if (!_isOpen) return;
        _isOpen = false;
        FramesDropped++;
    }
}
