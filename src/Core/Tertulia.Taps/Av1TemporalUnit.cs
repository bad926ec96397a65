namespace Tertulia.Taps;

/// <summary>RTP payloads of AV1 (RTP payload format for AV1, section 4) to a temporal unit in low-overhead format.</summary>
internal sealed class Av1TemporalUnit
{
    private const int TemporalDelimiter = 2, TileList = 8;
    private const byte HasExtension = 0x04, HasSize = 0x02;

    private readonly FrameBuffer _open = new();
    private bool _expectsMore;

    /// <summary>No OBU is left without its end.</summary>
    public bool IsComplete => !_expectsMore;

    public void Clear()
    {
        _open.Clear();
        _expectsMore = false;
    }

    public bool TryAppend(ReadOnlySpan<byte> payload, FrameBuffer to)
    {
        if (payload.Length < 2) return false;
        // Section 4.4: Z continues an OBU, Y leaves the last one open, W elements of which the last has no length.
        bool continues = (payload[0] & 0x80) != 0, staysOpen = (payload[0] & 0x40) != 0;
        var count = payload[0] >> 4 & 3;
        var rest = payload[1..];
        if (continues != _expectsMore) return false;
        for (var element = 1; !rest.IsEmpty; element++)
        {
            var length = rest.Length;
            if (element != count && (!TryReadLeb128(ref rest, out length) || length > rest.Length)) return false;
            _open.Append(rest[..length]);
            rest = rest[length..];
            _expectsMore = rest.IsEmpty && staysOpen;
            if (_expectsMore) return true;
            if (!TryFinish(to)) return false;
            if (element == count) break;
        }

        return true;
    }

    private bool TryFinish(FrameBuffer to)
    {
        var obu = _open.Written;
        if (obu.IsEmpty) return true;
        var headerLength = (obu[0] & HasExtension) != 0 ? 2 : 1;
        if (obu.Length < headerLength) return false;
        var type = obu[0] >> 3 & 0x0f;
        if (to.Length == 0) to.Append([TemporalDelimiter << 3 | HasSize, 0]);
        if (type is not (TemporalDelimiter or TileList))
        {
            if ((obu[0] & HasSize) != 0)
            {
                to.Append(obu);
            }
            else
            {
                to.Append((byte)(obu[0] | HasSize));
                if (headerLength == 2) to.Append(obu[1]);
                AppendLeb128(obu.Length - headerLength, to);
                to.Append(obu[headerLength..]);
            }
        }

        _open.Clear();
        return true;
    }

    private static void AppendLeb128(int value, FrameBuffer to)
    {
        while (value > 0x7f)
        {
            to.Append((byte)(value | 0x80));
            value >>= 7;
        }

        to.Append((byte)value);
    }

    private static bool TryReadLeb128(ref ReadOnlySpan<byte> rest, out int value)
    {
        value = 0;
        for (var i = 0; i < 4 && i < rest.Length; i++)
        {
            value |= (rest[i] & 0x7f) << (7 * i);
            if ((rest[i] & 0x80) != 0) continue;
            rest = rest[(i + 1)..];
            return true;
        }

        return false;
    }
}
