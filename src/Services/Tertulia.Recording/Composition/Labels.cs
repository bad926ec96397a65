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

    private readonly Dictionary<(string, int, int), Mask?> _made = [];

    /// <summary>A name at the foot of a tile.</summary>
    public Task<Mask?> NameAsync(string name, int tileWidth, CancellationToken cancellation)
    {
        var size = Math.Clamp(tileWidth / 24, 12, 26);
        return MakeAsync(name, size, tileWidth * 3 / 4, cancellation);
    }

    /// <summary>What stands in place of a picture.</summary>
    public Task<Mask?> InitialsAsync(string name, int tileHeight, CancellationToken cancellation)
    {
        var words = name.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var letters = string.Concat(words.Take(2).Select(word => System.Globalization.StringInfo.GetNextTextElement(word)));
        return MakeAsync(letters.Length == 0 ? "?" : letters.ToUpperInvariant(), Math.Clamp(tileHeight / 3, 16, 200), tileHeight * 2, cancellation);
    }

    private async Task<Mask?> MakeAsync(string text, int size, int mostWidth, CancellationToken cancellation)
    {
        if (_made.TryGetValue((text, size, mostWidth), out var known)) return known;
        Mask? mask = null;
        try
        {
            mask = await DrawAsync(text, size, mostWidth, cancellation);
        }
        catch (Exception e) when (e is MediaProcessException or IOException)
        {
            // Without.
        }

        return _made[(text, size, mostWidth)] = mask;
    }

    private async Task<Mask?> DrawAsync(string text, int size, int mostWidth, CancellationToken cancellation)
    {
        var file = Path.Combine(folder, "label.txt");
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
