using System.Buffers.Binary;

namespace Tertulia.Recording.Live;

/// <summary>What a tag of an FLV stream holds.</summary>
internal enum FlvContent
{
    /// <summary>An AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3).</summary>
    VideoConfiguration,

    /// <summary>One picture: NAL units, each behind its length in four bytes.</summary>
    Picture,

    /// <summary>An AudioSpecificConfig (ISO/IEC 14496-3 section 1.6.2.1).</summary>
    AudioConfiguration,

    /// <summary>One AAC frame.</summary>
    Sound,

    /// <summary>Of no use here.</summary>
    Other,
}

/// <summary>
/// Reads H.264 and AAC out of FLV (Adobe Flash Video File Format 10.1, annex E): the one container of ffmpeg's in which each picture comes with
/// its length as soon as it is encoded.
/// </summary>
internal sealed class FlvReader(Stream stream)
{
    private const int HeaderLength = 9, TagHeadLength = 11, TrailerLength = 4;
    private const byte Audio = 8, Video = 9;
    private const byte Avc = 7, Aac = 10;

    // A picture of this size would be damage.
    private const int MaxLength = 8 * 1024 * 1024;

    private bool _began;

    /// <summary>False at the end, and where the stream is none.</summary>
    /// <param name="isKeyFrame">Of a picture.</param>
    public bool TryRead(out FlvContent content, out bool isKeyFrame, out byte[] data)
    {
        (content, isKeyFrame, data) = (FlvContent.Other, false, []);
        if (!_began && !TryReadHeader()) return false;
        _began = true;
        Span<byte> head = stackalloc byte[TagHeadLength];
        if (!TryFill(head)) return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(head) & 0xff_ffff;
        if (length > MaxLength) return false;
        var body = new byte[length];
        if (!TryFill(body)) return false;
        Span<byte> trailer = stackalloc byte[TrailerLength];
        if (!TryFill(trailer)) return false;
        (content, isKeyFrame, data) = Parse(head[0], body);
        return true;
    }

    internal static (FlvContent Content, bool IsKeyFrame, byte[] Data) Parse(byte type, byte[] body) => type switch
    {
        Video when body.Length >= 5 && (body[0] & 0x0f) == Avc => body[1] switch
        {
            0 => (FlvContent.VideoConfiguration, false, body[5..]),
            1 => (FlvContent.Picture, body[0] >> 4 == 1, body[5..]),
            _ => (FlvContent.Other, false, []),
        },
        Audio when body.Length >= 2 && body[0] >> 4 == Aac => (body[1] == 0 ? FlvContent.AudioConfiguration : FlvContent.Sound, false, body[2..]),
        _ => (FlvContent.Other, false, []),
    };

    private bool TryReadHeader()
    {
        Span<byte> header = stackalloc byte[HeaderLength + TrailerLength];
        return TryFill(header) && header.StartsWith("FLV"u8) && BinaryPrimitives.ReadInt32BigEndian(header[5..]) == HeaderLength;
    }

    private bool TryFill(Span<byte> place) => stream.ReadAtLeast(place, place.Length, throwOnEndOfStream: false) == place.Length;
}
