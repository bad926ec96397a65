using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Tertulia.Recording.Composition;

/// <summary>
/// Fonts for names: a text is cut into pieces, each with the first installed font that has all of its characters. What no font has is left out, which
/// looks better than boxes.
/// </summary>
internal sealed class Fonts
{
    private static readonly string[] s_folders = ["/usr/share/fonts", "/usr/local/share/fonts"];

    // In this order, and others only for what none of these has. Fonts in colours cannot be drawn.
    private static readonly string[] s_preferred =
    [
        "DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "NotoSansCJK-Regular.ttc", "wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf",
        "DroidSansFallback.ttf", "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf", "NotoSansDevanagari-Regular.ttf", "NotoSansThai-Regular.ttf", "Symbola.ttf",
        "Symbola_hint.ttf", "NotoEmoji-Regular.ttf",
    ];

    private const int MostFiles = 150;

    private readonly Lazy<string[]> _files;
    private readonly ConcurrentDictionary<string, FontCoverage> _coverage = new();

    public Fonts(IReadOnlyList<string>? folders = null) => _files = new(() => Find(folders ?? s_folders));

    public static Fonts Installed { get; } = new();

    /// <param name="text">One line.</param>
    /// <returns>Pieces in the order of the text, each with the path of its font.</returns>
    public IReadOnlyList<(string Text, string Font)> Cut(string text)
    {
        var pieces = new List<(string Text, string Font)>();
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            var element = Drawable((string)elements.Current);
            if (element.Length == 0) continue;
            // What the font in use has stays with it, spaces above all.
            var font = pieces.Count > 0 && Has(pieces[^1].Font, element) ? pieces[^1].Font : Array.Find(_files.Value, file => Has(file, element));
            if (font is null) continue;
            if (pieces.Count > 0 && pieces[^1].Font == font) pieces[^1] = (pieces[^1].Text + element, font);
            else pieces.Add((element, font));
        }

        return pieces;
    }

    /// <summary>Without what only tells how the others are to be drawn.</summary>
    private static string Drawable(string element) => string.Concat(element.EnumerateRunes().Where(rune =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.Control) && rune.Value is not (>= 0xfe00 and <= 0xfe0f)));

    private bool Has(string file, string element)
    {
        var coverage = _coverage.GetOrAdd(file, Read);
        foreach (var rune in element.EnumerateRunes())
        {
            if (!coverage.Has(rune.Value)) return false;
        }

        return true;
    }

    private static FontCoverage Read(string file)
    {
        try
        {
            return FontCoverage.Read(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return FontCoverage.Read([]);
        }
    }

    private static string[] Find(IReadOnlyList<string> folders)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        return
        [
            .. folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*.?t?", options))
                .Where(file => Path.GetExtension(file) is ".ttf" or ".otf" or ".ttc" && !file.Contains("Color", StringComparison.OrdinalIgnoreCase))
                .OrderBy(file => Array.IndexOf(s_preferred, Path.GetFileName(file)) is >= 0 and var place ? place : s_preferred.Length)
                .ThenBy(file => file, StringComparer.Ordinal).Take(MostFiles),
        ];
    }
}
