namespace Tertulia.Speech.Engines.Endpoint;

/// <summary>
/// Speech recognition by any server that speaks OpenAI's transcription API: whisper.cpp, faster-whisper, a vendor. It is asked for a
/// whole utterance, and, while it has time to spare, for what there is so far.
/// </summary>
public sealed class TranscriptionEndpointEngine : ISpeechEngine
{
    private const int WaitingUtterances = 100;

    private readonly EndpointOptions _options;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _free;
    private readonly CancellationTokenSource _stopping = new();
    private int _waiting;

    public TranscriptionEndpointEngine(EndpointOptions options, TimeProvider clock)
    {
        _options = options;
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };
        Client = new(_http, options, clock);
        _free = new SemaphoreSlim(options.Concurrency);
    }

    public string Name => $"endpoint {_options.Url.Host} ({_options.Model})";

    public IReadOnlyList<string> Languages => _options.Languages;

    internal EndpointClient Client { get; }

    internal CancellationToken Stopping => _stopping.Token;

    internal TimeSpan InterimEvery => _options.InterimEvery;

    public IUtterance Begin(string language, Action<UtteranceResult> onResult) => new EndpointUtterance(this, language, onResult);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _http.Dispose();
    }

    /// <summary>A place for a request at once, or none: for work that can be left out.</summary>
    internal bool TryEnter() => _free.Wait(0);

    /// <exception cref="EndpointException">Too many wait already.</exception>
    internal async Task EnterAsync()
    {
        if (Interlocked.Increment(ref _waiting) > WaitingUtterances)
        {
            Interlocked.Decrement(ref _waiting);
            throw new EndpointException("The endpoint is too slow: utterances pile up.");
        }

        try
        {
            await _free.WaitAsync(Stopping);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    internal void Leave() => _free.Release();
}
