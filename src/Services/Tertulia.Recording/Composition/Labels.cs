using System.Collections.Concurrent;

namespace Tertulia.Recording.Composition;

/// <summary>
/// Names as pictures, each made once by ffmpeg, which knows fonts and the direction of scripts. A name that cannot be drawn is left out: no
/// recording fails for it.
/// </summary>
internal sealed class Labels(string folder)
{
    private static readonly string[] s_fonts =
    [
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/TTF/DejaVuSans.ttf", "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    ];

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
        var file = Path.Combine(folder, $"label-{Interlocked.Increment(ref _files)}.txt");
        await File.WriteAllTextAsync(file, text.ReplaceLineEndings(" "), cancellation);
        int width = mostWidth & ~1, height = (size * 17 / 10) & ~1, margin = size / 3;
        var font = Array.Find(s_fonts, File.Exists) is { } path ? $"fontfile={path}:" : "font=Sans:";
        using var child = MediaProcess.Start(
            "-f", "lavfi", "-i", $"color=black:s={width}x{height}:r=1",
            "-vf", $"drawtext={font}textfile={Escape(file)}:expansion=none:fontsize={size}:fontcolor=white:x={margin}:y=(h-text_h)/2",
            "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1");
        var cover = new byte[width * height];
        await child.Output.ReadExactlyAsync(cover, cancellation);
        await child.WaitAsync(cancellation);
        return Trim(cover, width, height, margin);
    }

    /// <summary>As wide as the text, with a margin on both sides.</summary>
    private static Mask? Trim(byte[] cover, int width, int height, int margin)
    {
        var last = -1;
        for (var y = 0; y < height; y++) last = Math.Max(last, cover.AsSpan(y * width, width).LastIndexOfAnyExceptInRange((byte)0, (byte)16));
        if (last < 0) return null;
        var trimmedWidth = Math.Min(width, (last + 1 + margin + 1) & ~1);
        var trimmed = new byte[trimmedWidth * height];
        for (var y = 0; y < height; y++) cover.AsSpan(y * width, trimmedWidth).CopyTo(trimmed.AsSpan(y * trimmedWidth));
        return new Mask(trimmedWidth, height, trimmed);
    }

    private static string Escape(string path) => path.Replace("\\", "\\\\").Replace(":", "\\:").Replace("'", "\\'");
}
