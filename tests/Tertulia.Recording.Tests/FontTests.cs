using Tertulia.Recording.Composition;
using Tertulia.Taps;

namespace Tertulia.Recording.Tests;

/// <summary>Names of all scripts for which there are fonts, and nothing but their letters where there are none.</summary>
public sealed class FontTests : IDisposable
{
    private const string DejaVu = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", Droid = "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf";

    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-fonts-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [FontFact(DejaVu)]
    public void A_font_tells_what_it_has()
    {
        var coverage = FontCoverage.Read(File.ReadAllBytes(DejaVu));
        Assert.All("Ada Ямин Ωλ ש ع", c => Assert.True(coverage.Has(c), $"{c}"));
        Assert.False(coverage.Has('王'));
        Assert.False(coverage.Has(0x1F389));
    }

    [FontFact(DejaVu, Droid)]
    public void A_name_is_cut_where_another_font_is_needed()
    {
        var fonts = new Fonts([Path.GetDirectoryName(DejaVu)!, Path.GetDirectoryName(Droid)!]);
        Assert.Equal([("Ada ", DejaVu), ("王小明", Droid)], fonts.Cut("Ada 王小明"));
        Assert.Equal([("Ada", DejaVu)], fonts.Cut("A\u200dda\U0010FFFD\uFE0F"));
        Assert.Empty(fonts.Cut("\U0010FFFD"));
        Assert.Empty(new Fonts([]).Cut("Ada"));
    }

    [FontFact(DejaVu, Droid)]
    public async Task Pieces_stand_side_by_side()
    {
        var labels = new Labels(_folder, new Fonts([Path.GetDirectoryName(DejaVu)!, Path.GetDirectoryName(Droid)!]));
        var (latin, chinese, both, unknown) = (await WidthAsync("Ada"), await WidthAsync("王小明"), await WidthAsync("Ada 王小明"), await WidthAsync("\U0010FFFD"));
        Assert.InRange(latin, 30, 80);
        Assert.InRange(chinese, 60, 120);
        Assert.InRange(both, latin + chinese - 20, latin + chinese + 20);
        Assert.Equal(0, unknown);

        async Task<int> WidthAsync(string name) => (await labels.DressAsync(new Tile("p", TapSource.Camera, new(0, 0, 640, 360), name, true, false), default)).Name?.Width ?? 0;
    }

    [FontFact(DejaVu)]
    public void Damaged_fonts_have_nothing_and_harm_nobody()
    {
        var font = File.ReadAllBytes(DejaVu);
        var random = new Random(3);
        for (var i = 0; i < 300; i++)
        {
            var damaged = font[..random.Next(100, 20_000)];
            for (var n = 0; n < 40; n++) damaged[random.Next(Math.Min(n < 20 ? 400 : int.MaxValue, damaged.Length))] = (byte)random.Next(256);
            FontCoverage.Read(damaged).Has('A');
        }

        Assert.False(FontCoverage.Read([]).Has('A'));
    }

    private sealed class FontFactAttribute : FactAttribute
    {
        public FontFactAttribute(params string[] files)
        {
            if (Array.Find(files, file => !File.Exists(file)) is { } missing) Skip = $"{Path.GetFileName(missing)} is not installed.";
        }
    }
}
