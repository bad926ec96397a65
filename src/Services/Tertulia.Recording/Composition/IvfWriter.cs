using System.Buffers.Binary;
using Tertulia.Rtc.Codecs;

namespace Tertulia.Recording.Composition;

/// <summary>An IVF file or stream: frames with timestamps in units of 1/90000 s, which every version of ffmpeg reads.</summary>
internal sealed class IvfWriter : IDisposable
{
    public const int ClockRate = 90_000;

    private readonly Stream _file;
    private long _lastPts = -1;

    public IvfWriter(string path, CodecKind codec, PictureSize size)
        : this(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 256 * 1024), codec, size)
    {
    }

    /// <param name="file">Disposed with this.</param>
    public IvfWriter(Stream file, CodecKind codec, PictureSize size)
    {
        _file = file;
        Span<byte> header = stackalloc byte[32];
        header.Clear();
        "DKIF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 32);
        FourCc(codec).CopyTo(header[8..]);
        BinaryPrimitives.WriteUInt16LittleEndian(header[12..], (ushort)size.Width);
        BinaryPrimitives.WriteUInt16LittleEndian(header[14..], (ushort)size.Height);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], ClockRate);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        _file.Write(header);
    }

    /// <summary>A timestamp that does not advance is moved behind the last.</summary>
    public void Write(long pts, ReadOnlySpan<byte> frame)
    {
        pts = Math.Max(pts, _lastPts + 1);
        _lastPts = pts;
        Span<byte> head = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(head, frame.Length);
        BinaryPrimitives.WriteInt64LittleEndian(head[4..], pts);
        _file.Write(head);
        _file.Write(frame);
    }

    public void Dispose() => _file.Dispose();

    private static ReadOnlySpan<byte> FourCc(CodecKind codec) => codec switch
    {
        CodecKind.Vp8 => "VP80"u8,
        CodecKind.Vp9 => "VP90"u8,
        CodecKind.Av1 => "AV01"u8,
        CodecKind.H264 => "H264"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(codec)),
    };
}
