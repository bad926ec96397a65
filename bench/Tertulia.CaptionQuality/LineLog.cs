using System.Diagnostics;
using Tertulia.Speech.Captions;

namespace Tertulia.CaptionQuality;

/// <summary>Keeps captions with the moments of their coming.</summary>
internal sealed class LineLog
{
    private readonly Lock _lock = new();
    private readonly List<(Caption Caption, TimeSpan At)> _all = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public TimeSpan Now => _watch.Elapsed;

    public IReadOnlyList<(Caption Caption, TimeSpan At)> All
    {
        get
        {
            lock (_lock) return [.. _all];
        }
    }

    public IEnumerable<(Caption Caption, TimeSpan At)> Finals => All.Where(entry => entry.Caption is { IsFinal: true, Text.Length: > 0 });

    public Task Take(Caption caption)
    {
        lock (_lock) _all.Add((caption, _watch.Elapsed));
        return Task.CompletedTask;
    }

    public string TextOf(string peerId) =>
        string.Join(' ', Finals.Where(entry => entry.Caption.PeerId == peerId).OrderBy(entry => entry.Caption.StartedAt).Select(entry => entry.Caption.Text));
}
