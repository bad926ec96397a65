using Tertulia.Taps;

namespace Tertulia.Recording.Composition;

/// <summary>One tile with all that is drawn into it.</summary>
internal sealed record DressedTile(Tile Tile, Mask? Name, Mask? Initials);

/// <summary>
/// Draws tiles: pictures where there are any, initials elsewhere, names, and a frame around who speaks. Knows neither files nor clocks.
/// </summary>
internal sealed class Canvas(int width, int height)
{
    private const int FrameThickness = 4;

    private readonly Scaler _scaler = new();

    public Picture Picture { get; } = new(width, height);

    /// <summary>To be called when tiles come, go or move.</summary>
    public void Clear() => Picture.Clear();

    /// <param name="content">Null where nothing is sent.</param>
    public void Draw(DressedTile dressed, Picture? content)
    {
        var tile = dressed.Tile;
        if (content is not null) Picture.Draw(content, tile.Area, _scaler);
        else DrawPlaceholder(dressed);
        if (dressed.Name is { } name && tile.Source == TapSource.Camera)
            Picture.DrawText(name, tile.Area.X + FrameThickness, tile.Area.Y + tile.Area.Height - name.Height - FrameThickness);
        if (tile is { Speaks: true, Source: TapSource.Camera }) Picture.Frame(tile.Area, FrameThickness, Colours.Speaking);
    }

    private void DrawPlaceholder(DressedTile dressed)
    {
        var area = dressed.Tile.Area;
        Picture.Fill(area, Colours.Tile);
        if (dressed.Initials is not { } initials) return;
        Picture.DrawText(initials, area.X + Math.Max(0, area.Width - initials.Width) / 2, area.Y + Math.Max(0, area.Height - initials.Height) / 2, dimmed: false);
    }
}
