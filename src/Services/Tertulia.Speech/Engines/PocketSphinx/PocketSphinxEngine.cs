using System.Threading.Channels;

namespace Tertulia.Speech.Engines.PocketSphinx;

/// <summary>
/// Speech recognition in this process, without a network: US English of modest quality at a quarter of a core for each voice. A few
/// threads with a decoder each take utterances as they begin; more voices at once than that wait their turn.
/// </summary>
public sealed class PocketSphinxEngine : ISpeechEngine
{
    private const int WaitingUtterances = 64;

    private readonly SphinxModel _model;
    private readonly Channel<SphinxUtterance> _waiting = Channel.CreateBounded<SphinxUtterance>(WaitingUtterances);
    private readonly Lock _lock = new();
    private readonly List<Task> _workers = [];
    private readonly int _most;
    private int _idle;

    /// <param name="decoders">How many people at most are understood at the same time; each takes a core while it is busy.</param>
    public PocketSphinxEngine(SphinxModel model, int decoders)
    {
        _model = model;
        _most = decoders;
    }

    public string Name => "pocketsphinx";

    public IReadOnlyList<string> Languages { get; } = ["en", "en-US"];

    /// <summary>The libraries and the model are installed.</summary>
    public static bool IsAvailable(SphinxModel model) => LibPocketSphinx.IsAvailable() && model.Exists;

    public IUtterance Begin(string language, Action<UtteranceResult> onResult)
    {
        var utterance = new SphinxUtterance(onResult);
        EnsureWorker();
        if (!_waiting.Writer.TryWrite(utterance)) utterance.Refuse("Too many people speak at once.");
        return utterance;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await Task.WhenAll(_workers);
    }

    private void EnsureWorker()
    {
        lock (_lock)
        {
            if (_idle > _waiting.Reader.Count || _workers.Count == _most) return;
            _workers.Add(Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        }
    }

    private void Work()
    {
        PocketSphinxDecoder? decoder = null;
        try
        {
            while (TryTake(out var utterance))
            {
                try
                {
                    decoder ??= new(_model);
                    if (utterance.Run(decoder)) continue;
                    decoder.Dispose();
                    decoder = null;
                }
                catch (InvalidOperationException e)
                {
                    utterance.Refuse(e.Message);
                }
            }
        }
        finally
        {
            decoder?.Dispose();
        }
    }

    private bool TryTake(out SphinxUtterance utterance)
    {
        Interlocked.Increment(ref _idle);
        try
        {
            while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                if (_waiting.Reader.TryRead(out utterance!)) return true;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _idle);
        }

        utterance = null!;
        return false;
    }
}
