using System.Numerics;

namespace Tertulia.Recording.Composition;

/// <summary>
/// Scales planes of bytes, bilinear; what shrinks by more than half is halved first, so that no pixel is skipped. Keeps its tables: one for each
/// thread.
/// </summary>
internal sealed class Scaler
{
    private const int One = 256;

    private byte[] _halved = [], _halvedAgain = [];
    private ushort[] _blended = [];
    private (int From, int To, int[] Left, int[] Weight) _columns = (0, 0, [], []);

    public void Scale(ReadOnlySpan<byte> from, int fromWidth, int fromHeight, Span<byte> to, int toStride, int toWidth, int toHeight)
    {
        var useFirst = true;
        while (fromWidth >= toWidth * 2 && fromHeight >= toHeight * 2 && fromWidth > 2 && fromHeight > 2)
        {
            int width = fromWidth / 2, height = fromHeight / 2;
            ref var halved = ref useFirst ? ref _halved : ref _halvedAgain;
            if (halved.Length < width * height) halved = new byte[width * height];
            Halve(from, fromWidth, halved, width, height);
            from = halved.AsSpan(0, width * height);
            (fromWidth, fromHeight, useFirst) = (width, height, !useFirst);
        }

        Prepare(fromWidth, toWidth);
        for (var y = 0; y < toHeight; y++)
        {
            var position = toHeight == 1 ? 0 : (long)y * (fromHeight - 1) * One / (toHeight - 1);
            var row = (int)(position / One);
            var below = Math.Min(row + 1, fromHeight - 1);
            Blend(from.Slice(row * fromWidth, fromWidth), from.Slice(below * fromWidth, fromWidth), (int)(position % One));
            Stretch(to.Slice(y * toStride, toWidth));
        }
    }

    private static void Halve(ReadOnlySpan<byte> from, int stride, Span<byte> to, int width, int height)
    {
        for (var y = 0; y < height; y++)
        {
            var upper = from.Slice(2 * y * stride, 2 * width);
            var lower = from.Slice((2 * y + 1) * stride, 2 * width);
            var row = to.Slice(y * width, width);
            for (var x = 0; x < row.Length; x++)
                row[x] = (byte)((upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1] + 2) >> 2);
        }
    }

    /// <summary>Two rows to one, in 8.8 fixed point.</summary>
    private void Blend(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, int weight)
    {
        if (_blended.Length < upper.Length) _blended = new ushort[upper.Length];
        var x = 0;
        var up = new Vector<ushort>((ushort)(One - weight));
        var down = new Vector<ushort>((ushort)weight);
        for (; x + Vector<byte>.Count <= upper.Length; x += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(upper[x..]), out var upperLow, out var upperHigh);
            Vector.Widen(new Vector<byte>(lower[x..]), out var lowerLow, out var lowerHigh);
            (upperLow * up + lowerLow * down).CopyTo(_blended, x);
            (upperHigh * up + lowerHigh * down).CopyTo(_blended, x + Vector<ushort>.Count);
        }

        for (; x < upper.Length; x++) _blended[x] = (ushort)(upper[x] * (One - weight) + lower[x] * weight);
    }

    private void Stretch(Span<byte> to)
    {
        var (_, _, left, weight) = _columns;
        for (var x = 0; x < to.Length; x++)
        {
            var at = left[x];
            to[x] = (byte)((_blended[at] * (One - weight[x]) + _blended[at + 1] * weight[x]) >> 16);
        }
    }

    private void Prepare(int from, int to)
    {
        if (_columns.From == from && _columns.To == to) return;
        var (left, weight) = (new int[to], new int[to]);
        for (var x = 0; x < to; x++)
        {
            var position = to == 1 ? 0 : (long)x * (from - 1) * One / (to - 1);
            left[x] = (int)Math.Min(position / One, Math.Max(0, from - 2));
            weight[x] = (int)(position - (long)left[x] * One);
        }

        if (_blended.Length < from + 1) _blended = new ushort[from + 1];
        _columns = (from, to, left, weight);
    }
}
