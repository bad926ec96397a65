using System.Collections.Concurrent;

namespace Tertulia.Recording.Composition;

/// <summary>
/// Names as pictures, each made once by ffmpeg, which knows fonts and the direction of scripts. A name that cannot be drawn is left out: no
/// recording fails for it.
/// </summary>
internal sealed class Labels(string folder, Fonts fonts)
{
    private readonly ConcurrentDictionary<(string, int, int), Mask?> _made = new();
    private int _files;

    /// <summary>The tile with all that is drawn into it: its name at the foot, initials in place of a picture.</summary>
    public async Task<DressedTile> DressAsync(Tile tile, CancellationToken cancellation) =>
        new(tile, await MakeAsync(NameOf(tile), cancellation), await MakeAsync(InitialsOf(tile), cancellation));

    /// <summary>The same with what has been made already, at once.</summary>
    /// <returns>False if something has to be made yet.</returns>
    public bool TryDress(Tile tile, out DressedTile dressed)
    {
        var isWhole = _made.TryGetValue(NameOf(tile), out var name) & _made.TryGetValue(InitialsOf(tile), out var initials);
        dressed = new(tile, name, initials);
        return isWhole;
    }

    private static (string Text, int Size, int MostWidth) NameOf(Tile tile) => (tile.Name, Math.Clamp(tile.Area.Width / 24, 12, 26), tile.Area.Width * 3 / 4);

    private static (string Text, int Size, int MostWidth) InitialsOf(Tile tile)
    {
        var words = tile.Name.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var letters = string.Concat(words.Take(2).Select(word => System.Globalization.StringInfo.GetNextTextElement(word)));
        return (letters.Length == 0 ? "?" : letters.ToUpperInvariant(), Math.Clamp(tile.Area.Height / 3, 16, 200), tile.Area.Height * 2);
    }

    private async Task<Mask?> MakeAsync((string Text, int Size, int MostWidth) wanted, CancellationToken cancellation)
    {
        if (_made.TryGetValue(wanted, out var known)) return known;
        Mask? mask = null;
        try
        {
            mask = await DrawAsync(wanted.Text, wanted.Size, wanted.MostWidth, cancellation);
        }
        catch (Exception e) when (e is MediaProcessException or IOException)
        {
            // Without.
        }

        return _made[wanted] = mask;
    }

    private async Task<Mask?> DrawAsync(string text, int size, int mostWidth, CancellationToken cancellation)
    {
        int height = (size * 17 / 10) & ~1, margin = size / 3, left = margin;
        var whole = new Mask(mostWidth & ~1, height, new byte[(mostWidth & ~1) * height]);
        foreach (var (piece, font) in fonts.Cut(text.ReplaceLineEndings(" ").Trim()))
        {
            if (await DrawAsync(piece, font, size, whole, cancellation) is not { } ink) continue;
            if (left > margin) left += char.IsWhiteSpace(piece[0]) ? size / 3 : size / 10;
            left = Lay(ink, whole, left);
            if (char.IsWhiteSpace(piece[^1])) left += size / 3;
        }

        return left == margin ? null : whole.FirstColumns(Math.Min(whole.Width, (left + margin + 1) & ~1));
    }

    /// <summary>What one font draws, without anything at its sides; null if that is nothing.</summary>
    private async Task<Mask?> DrawAsync(string text, string font, int size, Mask whole, CancellationToken cancellation)
    {
        var file = Path.Combine(folder, $"label-{Interlocked.Increment(ref _files)}.txt");
        await File.WriteAllTextAsync(file, text, cancellation);
        using var child = MediaProcess.Start(
            "-f", "lavfi", "-i", $"color=black:s={whole.Width}x{whole.Height}:r=1",
            "-vf", $"drawtext=fontfile={Escape(font)}:textfile={Escape(file)}:expansion=none:fontsize={size}:fontcolor=white:x={size / 3}:y=(h-text_h)/2",
            "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1");
        var drawn = new Mask(whole.Width, whole.Height, new byte[whole.Cover.Length]);
        await child.Output.ReadExactlyAsync(drawn.Cover, cancellation);
        await child.WaitAsync(cancellation);
        return drawn.Ink();
    }

    /// <returns>Where the next begins.</returns>
    private static int Lay(Mask ink, Mask whole, int left)
    {
        var width = Math.Clamp(whole.Width - left, 0, ink.Width);
        for (var y = 0; y < ink.Height; y++) ink.Row(y)[..width].CopyTo(whole.Cover.AsSpan(y * whole.Width + left));
        return left + width;
    }

    private static string Escape(string path) => path.Replace("\\", "\\\\").Replace(":", "\\:").Replace("'", "\\'");
}
