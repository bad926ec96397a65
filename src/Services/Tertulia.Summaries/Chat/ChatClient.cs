using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tertulia.Summaries.Chat;

/// <summary>Asks a chat endpoint for JSON of a given schema: with a time limit, retries with growing pauses, and a count of what it costs.</summary>
internal sealed class ChatClient(HttpClient http, ChatOptions options, TimeProvider time)
{
    private const int LongestAnswer = 4 * 1024 * 1024;
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    /// <summary>Tokens used so far, as the endpoint counted them, or estimated where it does not.</summary>
    public int TokensUsed { get; private set; }

    /// <exception cref="SummaryEngineException">No usable answer, however often it was asked.</exception>
    public async Task<JsonElement> AskAsync(string instructions, string data, string schemaName, JsonNode schema, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (answer, failure, pause) = await TryAsync(instructions, data, schemaName, schema, cancellation);
            if (answer is { } usable) return usable;
            if (attempt >= options.Attempts || pause is null) throw new SummaryEngineException(failure);
            var backOff = options.FirstPause * Math.Pow(2, attempt - 1);
            var wait = pause > backOff ? pause.Value : backOff;
            await Task.Delay(wait < s_longestPause ? wait : s_longestPause, time, cancellation);
        }
    }

    // A pause of null: asking again is of no use.
    private async Task<(JsonElement? Answer, string Failure, TimeSpan? Pause)> TryAsync(
        string instructions, string data, string schemaName, JsonNode schema, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Url.AbsoluteUri.TrimEnd('/') + "/chat/completions"));
            if (options.Key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
            request.Content = JsonContent.Create(BodyOf(instructions, data, schemaName, schema));
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                var again = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)response.StatusCode >= 500;
                return (null, $"The chat endpoint answered {(int)response.StatusCode}", again ? response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero : null);
            }
            return Read(await ReadAsync(response, limit.Token), instructions.Length + data.Length);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"The chat endpoint did not answer within {options.Timeout.TotalSeconds:0} s", TimeSpan.Zero);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, $"The chat endpoint cannot be reached: {e.Message}", TimeSpan.Zero);
        }
    }

    private JsonObject BodyOf(string instructions, string data, string schemaName, JsonNode schema) => new()
    {
        ["model"] = options.Model,
        ["temperature"] = 0,
        ["messages"] = new JsonArray(
            new JsonObject { ["role"] = "system", ["content"] = instructions },
            new JsonObject { ["role"] = "user", ["content"] = data }),
        ["response_format"] = new JsonObject
        {
            ["type"] = "json_schema",
            ["json_schema"] = new JsonObject { ["name"] = schemaName, ["strict"] = true, ["schema"] = schema.DeepClone() },
        },
    };

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var buffer = new MemoryStream();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var chunk = new byte[16 * 1024];
        while (await stream.ReadAsync(chunk, cancellation) is var length and > 0)
        {
            buffer.Write(chunk, 0, length);
            if (buffer.Length > LongestAnswer) throw new IOException("its answer is too long");
        }
        return buffer.ToArray();
    }

    private (JsonElement? Answer, string Failure, TimeSpan? Pause) Read(byte[] body, int asked)
    {
        const string Garbage = "The chat endpoint's answer is no JSON as it was asked for";
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            TokensUsed += root.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object &&
                usage.TryGetProperty("total_tokens", out var total) && total.TryGetInt32(out var counted) && counted > 0 ? counted : Tokens.Estimate(asked + body.Length);
            var choice = root.GetProperty("choices")[0];
            if (choice.TryGetProperty("finish_reason", out var reason) && reason.ValueKind == JsonValueKind.String && reason.GetString() is "length" or "content_filter")
            {
                return (null, $"The chat endpoint stopped early: {reason.GetString()}", null);
            }
            var content = choice.GetProperty("message").GetProperty("content").GetString() ?? "";
            using var answer = JsonDocument.Parse(content);
            return answer.RootElement.ValueKind == JsonValueKind.Object ? (answer.RootElement.Clone(), "", null) : (null, Garbage, TimeSpan.Zero);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or FormatException)
        {
            return (null, Garbage, TimeSpan.Zero);
        }
    }
}

internal static class Tokens
{
    // A token is about four letters of English; fewer of most other languages, so this errs on the safe side.
    private const double Characters = 3.2;

    public static int Estimate(int characters) => (int)Math.Ceiling(characters / Characters);
}
