namespace Tertulia.Recording.Composition;

/// <summary>A picture in planar YUV 4:2:0, 8 bits, limited range. Width and height are even.</summary>
internal sealed class Picture
{
    public Picture(int width, int height)
    {
        Width = width;
        Height = height;
        Bytes = new byte[width * height * 3 / 2];
        Clear();
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] Bytes { get; }

    public Span<byte> Luma => Bytes.AsSpan(0, Width * Height);

    public Span<byte> Cb => Bytes.AsSpan(Width * Height, Width * Height / 4);

    public Span<byte> Cr => Bytes.AsSpan(Width * Height * 5 / 4, Width * Height / 4);

    public void Clear() => Fill(new Area(0, 0, Width, Height), Colours.Black);

    public void Fill(in Area area, in Colour colour)
    {
        for (var y = 0; y < area.Height; y++) Luma.Slice((area.Y + y) * Width + area.X, area.Width).Fill(colour.Y);
        for (var y = 0; y < area.Height / 2; y++)
        {
            var at = (area.Y / 2 + y) * (Width / 2) + area.X / 2;
            Cb.Slice(at, area.Width / 2).Fill(colour.Cb);
            Cr.Slice(at, area.Width / 2).Fill(colour.Cr);
        }
    }

    public void Frame(in Area area, int thickness, in Colour colour)
    {
        Fill(new(area.X, area.Y, area.Width, thickness), colour);
        Fill(new(area.X, area.Y + area.Height - thickness, area.Width, thickness), colour);
        Fill(new(area.X, area.Y, thickness, area.Height), colour);
        Fill(new(area.X + area.Width - thickness, area.Y, thickness, area.Height), colour);
    }

    /// <summary>Copies rows if the sizes are alike, which they mostly are; scales otherwise.</summary>
    public void Draw(Picture from, in Area area, Scaler scaler)
    {
        if (from.Width == area.Width && from.Height == area.Height)
        {
            Copy(from.Luma, from.Width, Luma, Width, area.X, area.Y, area.Height);
            Copy(from.Cb, from.Width / 2, Cb, Width / 2, area.X / 2, area.Y / 2, area.Height / 2);
            Copy(from.Cr, from.Width / 2, Cr, Width / 2, area.X / 2, area.Y / 2, area.Height / 2);
            return;
        }

        scaler.Scale(from.Luma, from.Width, from.Height, Luma[(area.Y * Width + area.X)..], Width, area.Width, area.Height);
        var at = area.Y / 2 * (Width / 2) + area.X / 2;
        scaler.Scale(from.Cb, from.Width / 2, from.Height / 2, Cb[at..], Width / 2, area.Width / 2, area.Height / 2);
        scaler.Scale(from.Cr, from.Width / 2, from.Height / 2, Cr[at..], Width / 2, area.Width / 2, area.Height / 2);
    }

    /// <summary>Light text.</summary>
    /// <param name="dimmed">On a dimmed ground, so that it can be read on any picture.</param>
    public void DrawText(Mask text, int left, int top, bool dimmed = true)
    {
        left &= ~1;
        top &= ~1;
        var width = Math.Min(text.Width, Width - left) & ~1;
        var height = Math.Min(text.Height, Height - top) & ~1;
        if (width <= 0 || height <= 0) return;
        for (var y = 0; y < height; y++)
        {
            var row = Luma.Slice((top + y) * Width + left, width);
            var mask = text.Row(y);
            var ground = dimmed ? 3 : 1;
            for (var x = 0; x < width; x++) row[x] = (byte)Math.Max(16 + (row[x] - 16) / ground, 16 + mask[x] * 219 / 255);
        }

        if (!dimmed) return;

        for (var y = 0; y < height / 2; y++)
        {
            var at = (top / 2 + y) * (Width / 2) + left / 2;
            Fade(Cb.Slice(at, width / 2));
            Fade(Cr.Slice(at, width / 2));
        }
    }

    private static void Fade(Span<byte> chroma)
    {
        for (var i = 0; i < chroma.Length; i++) chroma[i] = (byte)(128 + (chroma[i] - 128) / 3);
    }

    private static void Copy(ReadOnlySpan<byte> from, int fromStride, Span<byte> to, int toStride, int x, int y, int rows)
    {
        for (var row = 0; row < rows; row++) from.Slice(row * fromStride, fromStride).CopyTo(to[((y + row) * toStride + x)..]);
    }
}

internal readonly record struct Colour(byte Y, byte Cb, byte Cr);

internal static class Colours
{
    public static readonly Colour Black = new(16, 128, 128);
    public static readonly Colour Tile = new(44, 130, 126);
    public static readonly Colour Speaking = new(150, 90, 70);
}

/// <summary>How much of each pixel is covered by text.</summary>
internal sealed record Mask(int Width, int Height, byte[] Cover)
{
    // What is so faint is not seen.
    private const byte Faint = 16;

    public ReadOnlySpan<byte> Row(int y) => Cover.AsSpan(y * Width, Width);

    public Mask FirstColumns(int count) => Columns(0, count);

    /// <summary>Without the columns at both sides that are empty; null if all are.</summary>
    public Mask? Ink()
    {
        var (first, last) = (Width, -1);
        for (var y = 0; y < Height; y++)
        {
            if (Row(y).IndexOfAnyExceptInRange((byte)0, Faint) is >= 0 and var left) first = Math.Min(first, left);
            last = Math.Max(last, Row(y).LastIndexOfAnyExceptInRange((byte)0, Faint));
        }

        return last < 0 ? null : Columns(first, last + 1 - first);
    }

    private Mask Columns(int from, int count)
    {
        var columns = new byte[count * Height];
        for (var y = 0; y < Height; y++) Row(y).Slice(from, count).CopyTo(columns.AsSpan(y * count));
        return new(count, Height, columns);
    }
}
