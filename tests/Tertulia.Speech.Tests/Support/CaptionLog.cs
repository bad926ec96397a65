using System.Collections.Concurrent;
using System.Threading.Channels;
using Tertulia.Speech.Captions;

namespace Tertulia.Speech.Tests.Support;

/// <summary>Keeps captions as they are published, and waits for them.</summary>
internal sealed class CaptionLog
{
    private readonly ConcurrentQueue<Caption> _captions = new();
    private readonly Channel<bool> _added = Channel.CreateUnbounded<bool>();

    public IReadOnlyList<Caption> All => [.. _captions];

    public IReadOnlyList<Caption> Finals => [.. _captions.Where(caption => caption.IsFinal)];

    public string TextOf(string peerId) => string.Join(' ', Finals.Where(c => c.PeerId == peerId).OrderBy(c => c.StartedAt).Select(c => c.Text));

    public Task Add(Caption caption)
    {
        _captions.Enqueue(caption);
        _added.Writer.TryWrite(true);
        return Task.CompletedTask;
    }

    public async Task WaitAsync(Func<CaptionLog, bool> condition)
    {
        while (!condition(this)) await _added.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
    }
}
