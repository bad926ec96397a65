namespace Tertulia.Speech.Engines.Endpoint;

/// <summary>Where an OpenAI-compatible transcription endpoint is, and how it is used.</summary>
public sealed record EndpointOptions
{
    /// <summary>The API's base address, for example <c>http://localhost:8000/v1</c>; <c>/audio/transcriptions</c> is added.</summary>
    public required Uri Url { get; init; }

    public string Model { get; init; } = "whisper-1";

    public string? ApiKey { get; init; }

    /// <summary>Offered to meetings; what Whisper was trained for by default.</summary>
    public IReadOnlyList<string> Languages { get; init; } = WhisperLanguages.All;

    /// <summary>Requests at the same time.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Of one request.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Speech between two looks at an unfinished utterance; zero for none, since every look costs a request.</summary>
    public TimeSpan InterimEvery { get; init; } = TimeSpan.FromSeconds(1.2);
}
