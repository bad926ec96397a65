namespace Tertulia.Rtc.Codecs;

/// <summary>Tells from a payload alone whether a receiver can begin to decode here.</summary>
public static class KeyFrameDetector
{
    /// <summary>
    /// True if this is the first packet of a key frame (for H.264: any packet that a key frame may begin with). Every audio packet is.
    /// </summary>
    public static bool IsKeyFrameStart(CodecKind kind, ReadOnlySpan<byte> payload) => kind switch
    {
        CodecKind.Vp8 => Vp8PayloadDescriptor.IsKeyFrame(payload),
        CodecKind.Vp9 => Vp9PayloadDescriptor.IsKeyFrame(payload),
        CodecKind.H264 => H264Payload.IsKeyFrame(payload),
        CodecKind.Av1 => Av1AggregationHeader.IsKeyFrame(payload),
        CodecKind.Opus => !payload.IsEmpty,
        _ => false,
    };
}
