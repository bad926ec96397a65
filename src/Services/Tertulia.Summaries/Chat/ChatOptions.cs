namespace Tertulia.Summaries.Chat;

/// <summary>An OpenAI-compatible chat endpoint that makes summaries.</summary>
/// <param name="Url">The base that <c>/chat/completions</c> is added to: <c>https://api.openai.com/v1</c>, <c>http://localhost:11434/v1</c>.</param>
/// <param name="Key">Sent as a bearer token; null for endpoints that want none.</param>
public sealed record ChatOptions(Uri Url, string Model, string? Key = null)
{
    /// <summary>Of one request.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Most tokens, in and out, that one summary may cost; a meeting that needs more is summarised by rules.</summary>
    public int TokenBudget { get; init; } = 200_000;

    /// <summary>Tokens of transcript in one request: longer meetings are read in stages.</summary>
    public int StageTokens { get; init; } = 12_000;

    public int Attempts { get; init; } = 3;

    /// <summary>Before the second attempt; doubles from there.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);
}
