using Tertulia.Taps;

namespace Tertulia.Recording.Composition;

/// <summary>Pixels of the canvas; all even, since colours are shared by two by two.</summary>
internal readonly record struct Area(int X, int Y, int Width, int Height)
{
    public static Area Even(int x, int y, int width, int height) => new(x & ~1, y & ~1, width & ~1, height & ~1);
}

/// <summary>One picture on the canvas.</summary>
internal readonly record struct Tile(string PeerId, TapSource Source, Area Area, string Name, bool IsOn, bool Speaks);

/// <summary>How recordings may look.</summary>
public enum RecordingLayout
{
    /// <summary>Everybody alike; a shared screen large, with speakers beside it.</summary>
    Grid,

    /// <summary>Who speaks is large.</summary>
    Speaker,

    /// <summary>One participant alone.</summary>
    Single,

    /// <summary>No picture at all.</summary>
    Audio,

    /// <summary>One participant's camera and microphone as they were sent, not encoded again.</summary>
    Track,

    /// <summary>One participant's screen and its sound as they were sent.</summary>
    Screen,
}

/// <summary>Places people on a canvas.</summary>
internal static class Layout
{
    private const int Gap = 4;
    private const int MostTiles = 25;
    private const int BesideScreen = 5;

    /// <param name="single">Peer id for <see cref="RecordingLayout.Single"/>.</param>
    public static IReadOnlyList<Tile> Arrange(Scene scene, RecordingLayout layout, int width, int height, string? single = null)
    {
        if (layout == RecordingLayout.Single)
        {
            var one = scene.Find(single);
            if (one is null) return [];
            return one.Screen
                ? Featured(scene, one, TapSource.Screen, [one], width, height)
                : [TileOf(scene, one, TapSource.Camera, new(0, 0, width, height))];
        }

        if (scene.Sharing is { } sharing) return Featured(scene, sharing, TapSource.Screen, Loudest(scene, BesideScreen), width, height);
        if (layout == RecordingLayout.Speaker && scene.People.Count > 1)
        {
            var speaker = scene.Find(scene.Speaker) ?? scene.People[0];
            return Featured(scene, speaker, TapSource.Camera, [.. scene.People.Where(person => person != speaker).Take(BesideScreen)], width, height);
        }

        return Grid(scene, Loudest(scene, MostTiles), width, height);
    }

    private static List<Tile> Grid(Scene scene, IReadOnlyList<ScenePerson> people, int width, int height)
    {
        var tiles = new List<Tile>(people.Count);
        if (people.Count == 0) return tiles;
        if (people.Count == 1) return [TileOf(scene, people[0], TapSource.Camera, new(0, 0, width, height))];
        var columns = (int)Math.Ceiling(Math.Sqrt(people.Count));
        var rows = (people.Count + columns - 1) / columns;
        var tileWidth = Math.Min((width - Gap * (columns + 1)) / columns, (height - Gap * (rows + 1)) / rows * 16 / 9) & ~1;
        var tileHeight = (tileWidth * 9 / 16) & ~1;
        var top = (height - rows * tileHeight - (rows - 1) * Gap) / 2;
        for (var i = 0; i < people.Count; i++)
        {
            int row = i / columns, inRow = Math.Min(columns, people.Count - row * columns);
            var left = (width - inRow * tileWidth - (inRow - 1) * Gap) / 2;
            var area = Area.Even(left + i % columns * (tileWidth + Gap), top + row * (tileHeight + Gap), tileWidth, tileHeight);
            tiles.Add(TileOf(scene, people[i], TapSource.Camera, area));
        }

        return tiles;
    }

    private static List<Tile> Featured(
        Scene scene, ScenePerson featured, TapSource source, IReadOnlyList<ScenePerson> beside, int width, int height)
    {
        var asideWidth = (width / 5) & ~1;
        var asideHeight = (asideWidth * 9 / 16) & ~1;
        var largeWidth = width - asideWidth - Gap;
        var largeHeight = Math.Min(height, largeWidth * 9 / 16);
        List<Tile> tiles = [TileOf(scene, featured, source, Area.Even(0, (height - largeHeight) / 2, largeWidth, largeHeight))];
        var top = (height - beside.Count * asideHeight - (beside.Count - 1) * Gap) / 2;
        for (var i = 0; i < beside.Count; i++)
        {
            var area = Area.Even(width - asideWidth, Math.Max(0, top) + i * (asideHeight + Gap), asideWidth, asideHeight);
            if (area.Y + area.Height <= height) tiles.Add(TileOf(scene, beside[i], TapSource.Camera, area));
        }

        return tiles;
    }

    /// <summary>Who speaks is among them; the others by the order in which they came. Places do not change unless they must.</summary>
    private static List<ScenePerson> Loudest(Scene scene, int most)
    {
        List<ScenePerson> chosen = [.. scene.People.Take(most)];
        if (scene.Find(scene.Speaker) is { } speaker && !chosen.Contains(speaker)) chosen[^1] = speaker;
        return chosen;
    }

    private static Tile TileOf(Scene scene, ScenePerson person, TapSource source, Area area) => new(
        person.PeerId, source, area, person.Name, source == TapSource.Screen ? person.Screen : person.Camera, scene.Speaker == person.PeerId && scene.People.Count > 1);
}
