using System.Buffers.Binary;

namespace Tertulia.Taps;

/// <summary>Where a frame grows. Keeps its memory for the next one.</summary>
internal sealed class FrameBuffer
{
    // A picture is never so large; a stream without markers must not eat the machine.
    private const int MaxLength = 16 * 1024 * 1024;

    private readonly List<int> _layerStarts = [];
    private byte[] _bytes = new byte[64 * 1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear()
    {
        Length = 0;
        _layerStarts.Clear();
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Length + bytes.Length > MaxLength) return;
        if (Length + bytes.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Append(byte value) => Append([value]);

    public void BeginLayer() => _layerStarts.Add(Length);

    /// <summary>VP9 bitstream, annex B: tells a decoder where the frames of several layers begin. One frame alone needs none.</summary>
    public void AppendSuperframeIndex()
    {
        var count = _layerStarts.Count;
        if (count is < 2 or > 8) return;
        var end = Length;
        var marker = (byte)(0xc0 | (4 - 1) << 3 | (count - 1));
        Append(marker);
        Span<byte> size = stackalloc byte[4];
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(size, (i + 1 < count ? _layerStarts[i + 1] : end) - _layerStarts[i]);
            Append(size);
        }

        Append(marker);
    }
}
