using Tertulia.Summaries.Chat;

namespace Tertulia.Server.Hosting;

/// <summary>The settings of <c>Tertulia:Summaries</c>.</summary>
internal static class SummaryReader
{
    /// <summary>The chat endpoint that makes summaries; null if none is named: then the built-in rules do.</summary>
    public static ChatOptions? Read(ConfigurationReader summaries)
    {
        var (model, key) = (summaries.Text("Model"), summaries.Text("Key"));
        var usual = new ChatOptions(new Uri("http://localhost"), "");
        var timeout = summaries.Number("TimeoutSeconds", 1, 600) ?? (int)usual.Timeout.TotalSeconds;
        var budget = summaries.Number("TokenBudget", 1000, 100_000_000) ?? usual.TokenBudget;
        var stage = summaries.Number("StageTokens", 500, 1_000_000) ?? usual.StageTokens;
        if (summaries.Text("Url") is not { } text)
        {
            if (model is not null || key is not null) summaries.Mistake("Url", "must be set, since other settings of the endpoint are there");
            return null;
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            summaries.Mistake("Url", $"must be the base address of a chat endpoint, such as https://api.openai.com/v1, but is '{text}'");
            return null;
        }
        if (model is null)
        {
            summaries.Mistake("Model", "must be set: it names the model of the endpoint");
            return null;
        }
        return new(url, model, key) { Timeout = TimeSpan.FromSeconds(timeout), TokenBudget = budget, StageTokens = stage };
    }
}
