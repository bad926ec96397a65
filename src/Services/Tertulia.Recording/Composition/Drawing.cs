using Tertulia.Taps;

namespace Tertulia.Recording.Composition;

/// <summary>The frame clock: for each frame what is where, each source's next picture, one canvas.</summary>
internal sealed class Drawing(CompositionOptions options, SceneScript script, IReadOnlyList<VideoSegment> segments, Labels labels)
{
    private readonly Dictionary<VideoSegment, IPictureSource> _sources = [];
    private readonly Canvas _canvas = new(options.Width, options.Height);

    public async Task RunAsync(long frames, Stream encoder, Action<double> onProgress, CancellationToken cancellation)
    {
        var sizes = Sizes(frames);
        var scene = -1;
        List<DressedTile> tiles = [];
        try
        {
            for (var frame = 0L; frame < frames; frame++)
            {
                if (TryAdvance(ref scene, frame))
                {
                    tiles = await DressAsync(script.Scenes[scene].Scene, cancellation);
                    _canvas.Clear();
                }

                OpenAndClose(frame, sizes);
                foreach (var tile in tiles) _canvas.Draw(tile, ContentOf(tile.Tile, frame));
                await encoder.WriteAsync(_canvas.Picture.Bytes, cancellation);
                if (frame % options.FramesPerSecond == 0) onProgress((double)frame / frames);
            }
        }
        finally
        {
            foreach (var source in _sources.Values) source.Dispose();
        }
    }

    private bool TryAdvance(ref int scene, long frame)
    {
        var before = scene;
        while (scene + 1 < script.Scenes.Count && script.Scenes[scene + 1].From <= frame) scene++;
        return scene != before;
    }

    private IReadOnlyList<Tile> Arrange(Scene scene) => Layout.Arrange(scene, options.Layout, options.Width, options.Height, options.Single);

    private async Task<List<DressedTile>> DressAsync(Scene scene, CancellationToken cancellation)
    {
        var dressed = new List<DressedTile>();
        foreach (var tile in Arrange(scene)) dressed.Add(await labels.DressAsync(tile, cancellation));
        return dressed;
    }

    /// <summary>Each segment is decoded at the largest size that it will be shown at; what is never shown is not decoded.</summary>
    private Dictionary<VideoSegment, (int Width, int Height)> Sizes(long frames)
    {
        var sizes = new Dictionary<VideoSegment, (int Width, int Height)>();
        for (var i = 0; i < script.Scenes.Count; i++)
        {
            var (from, scene) = script.Scenes[i];
            var until = i + 1 < script.Scenes.Count ? script.Scenes[i + 1].From - 1 : frames;
            foreach (var tile in Arrange(scene))
            {
                if (!tile.IsOn) continue;
                foreach (var segment in segments)
                {
                    if (segment.Publisher != tile.PeerId || segment.Source != tile.Source || segment.FirstFrame > until || segment.LastFrame < from) continue;
                    if (!sizes.TryGetValue(segment, out var known) || known.Width < tile.Area.Width) sizes[segment] = (tile.Area.Width, tile.Area.Height);
                }
            }
        }

        return sizes;
    }

    private readonly Dictionary<VideoSegment, Picture?> _current = [];

    private void OpenAndClose(long frame, Dictionary<VideoSegment, (int Width, int Height)> sizes)
    {
        foreach (var segment in segments)
        {
            if (segment.Covers(frame) && sizes.TryGetValue(segment, out var size))
            {
                if (!_sources.TryGetValue(segment, out var source))
                    _sources[segment] = source = new SegmentDecoder(segment, size.Width, size.Height, options.FramesPerSecond);
                _current[segment] = source.Next();
            }
            else if (_sources.Remove(segment, out var ended))
            {
                ended.Dispose();
                _current.Remove(segment);
            }
        }
    }

    private Picture? ContentOf(Tile tile, long frame)
    {
        if (!tile.IsOn) return null;
        Picture? latest = null;
        foreach (var segment in segments)
        {
            if (segment.Publisher == tile.PeerId && segment.Source == tile.Source && segment.Covers(frame)) latest = _current.GetValueOrDefault(segment) ?? latest;
        }

        return latest;
    }
}
