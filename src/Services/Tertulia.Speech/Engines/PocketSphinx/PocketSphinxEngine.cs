using System.Collections.Concurrent;

namespace Tertulia.Speech.Engines.PocketSphinx;

/// <summary>
/// Speech recognition in this process, without a network: US English of modest quality at a third of a core for each voice. Everybody who
/// speaks has a decoder; a thread for each core serves them in turns, first those who wait for their final line. When more speak at once
/// than there may be decoders, the others wait for one.
/// </summary>
public sealed class PocketSphinxEngine : ISpeechEngine
{
    private const int MostWaiting = 64;

    private static readonly TimeSpan KeptIdle = TimeSpan.FromMinutes(5);

    private readonly SphinxModel _model;
    private readonly int _most;
    private readonly int _threads;

    // Turns to be taken, and how many there are; those of the first queue come first.
    private readonly ConcurrentQueue<SphinxUtterance> _ended = new();
    private readonly ConcurrentQueue<SphinxUtterance> _going = new();
    private readonly SemaphoreSlim _turns = new(0);

    private readonly Lock _lock = new();
    private readonly Queue<SphinxUtterance> _waiting = []; // for a decoder
    private readonly List<(PocketSphinxDecoder Decoder, long Since)> _idle = []; // the one used last stands last, and is used next
    private readonly Timer _trimming;
    private readonly List<Task> _workers = [];
    private Task _making = Task.CompletedTask;
    private bool _isMaking;
    private int _decoders; // the one that is being made included
    private volatile bool _isStopped;

    /// <param name="decoders">How many people at most are understood at the same time; each takes 100 MB of memory.</param>
    public PocketSphinxEngine(SphinxModel model, int decoders)
    {
        _model = model;
        _most = decoders;
        _threads = Math.Min(decoders, Environment.ProcessorCount);
        _trimming = new Timer(_ => Trim(), null, KeptIdle / 5, KeptIdle / 5);
    }

    public string Name => "pocketsphinx";

    public IReadOnlyList<string> Languages { get; } = ["en", "en-US"];

    /// <summary>The libraries and the model are installed.</summary>
    public static bool IsAvailable(SphinxModel model) => LibPocketSphinx.IsAvailable() && model.Exists;

    public void Prepare()
    {
        lock (_lock) KeepSpare();
    }

    public IUtterance Begin(string language, Action<UtteranceResult> onResult)
    {
        var utterance = new SphinxUtterance(this, onResult);
        lock (_lock)
        {
            if (!_isStopped && _waiting.Count < MostWaiting)
            {
                _waiting.Enqueue(utterance);
                Assign();
                return utterance;
            }
        }

        utterance.Refuse("Too many people speak at once.");
        return utterance;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock) _isStopped = true;
        await _trimming.DisposeAsync();
        await _making;

        // A turn for each thread that is none: what is to be done is done first.
        if (_workers.Count > 0) _turns.Release(_workers.Count);
        await Task.WhenAll(_workers);
        foreach (var (decoder, _) in _idle) decoder.Dispose();
        _idle.Clear();
    }

    /// <summary>There is something to do for that utterance, which has a decoder.</summary>
    internal void Schedule(SphinxUtterance utterance, bool isEnded)
    {
        (isEnded ? _ended : _going).Enqueue(utterance);
        _turns.Release();
    }

    /// <summary>Gives decoders to those who wait for one, as far as there are any.</summary>
    private void Assign()
    {
        while (_waiting.Count > 0 && _idle.Count > 0)
        {
            var decoder = _idle[^1].Decoder;
            _idle.RemoveAt(_idle.Count - 1);
            _waiting.Dequeue().Take(decoder);
        }

        KeepSpare();
    }

    /// <summary>Making a decoder takes longer than a first word should: the next speaker finds one ready.</summary>
    private void KeepSpare()
    {
        if (_isStopped || _isMaking || _idle.Count > 0 || _decoders == _most) return;
        while (_workers.Count < _threads) _workers.Add(Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        _isMaking = true;
        _decoders++;
        _making = Task.Run(Make);
    }

    private void Make()
    {
        PocketSphinxDecoder? decoder = null;
        var problem = string.Empty;
        try
        {
            decoder = new(_model);
        }
        catch (InvalidOperationException e)
        {
            problem = e.Message;
        }

        List<SphinxUtterance> refused = [];
        lock (_lock)
        {
            _isMaking = false;
            if (decoder is not null)
            {
                Keep(decoder);
                Assign();
            }
            else
            {
                _decoders--;
                while (_decoders == 0 && _waiting.TryDequeue(out var utterance)) refused.Add(utterance);
            }
        }

        foreach (var utterance in refused) utterance.Refuse(problem);
    }

    private void Work()
    {
        while (true)
        {
            _turns.Wait();
            if (!_ended.TryDequeue(out var utterance) && !_going.TryDequeue(out utterance))
            {
                if (_isStopped) return;
                continue;
            }

            if (utterance.Run() is { } free) Release(free.Decoder, free.IsUsable);
        }
    }

    private void Release(PocketSphinxDecoder decoder, bool isUsable)
    {
        if (!isUsable) decoder.Dispose();
        lock (_lock)
        {
            if (isUsable) Keep(decoder);
            else _decoders--;
            Assign();
        }
    }

    private void Keep(PocketSphinxDecoder decoder) => _idle.Add((decoder, Environment.TickCount64));

    /// <summary>Gives back the memory of a lively hour; one decoder stays for whoever speaks next.</summary>
    private void Trim()
    {
        while (true)
        {
            PocketSphinxDecoder unused;
            lock (_lock)
            {
                if (_idle.Count <= 1 || Environment.TickCount64 - _idle[0].Since < KeptIdle.TotalMilliseconds) return;
                unused = _idle[0].Decoder;
                _idle.RemoveAt(0);
                _decoders--;
            }

            unused.Dispose();
        }
    }
}
