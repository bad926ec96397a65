using System.Net;
using System.Net.Http.Headers;

namespace Tertulia.Speech.Engines.Endpoint;

/// <summary>One request to the endpoint: again after a failure that may pass, and with patience that ends.</summary>
internal sealed class EndpointClient(HttpClient http, EndpointOptions options, TimeProvider clock)
{
    private const int MaxAnswer = 1 << 20;
    private const int Attempts = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    private volatile bool _isPlain; // the server does not know verbose_json

    /// <exception cref="EndpointException">It did not work out.</exception>
    public async Task<Transcription> TranscribeAsync(byte[] wave, string language, bool retry, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AskAsync(wave, language, cancellationToken);
            }
            catch (EndpointException e) when (e.MayPass && retry && attempt < Attempts)
            {
                var pause = e.RetryAfter ?? FirstPause * Math.Pow(3, attempt - 1);
                await Task.Delay(pause < LongestPause ? pause : LongestPause, clock, cancellationToken);
            }
        }
    }

    private async Task<Transcription> AskAsync(byte[] wave, string language, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Timeout);
        try
        {
            using var request = Request(wave, language);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity && !_isPlain)
            {
                _isPlain = true;
                throw new EndpointException("The endpoint refused verbose_json.") { MayPass = true, RetryAfter = TimeSpan.Zero };
            }

            if (!response.IsSuccessStatusCode) throw Refused(response);
            await response.Content.LoadIntoBufferAsync(MaxAnswer, patience.Token);
            return Transcription.TryParse(await response.Content.ReadAsByteArrayAsync(patience.Token), out var transcription)
                ? transcription
                : throw new EndpointException("The endpoint answered with something that is no transcription.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EndpointException($"The endpoint did not answer within {options.Timeout.TotalSeconds:0.#} s.") { MayPass = true };
        }
        catch (HttpRequestException e)
        {
            throw new EndpointException($"The endpoint cannot be reached: {e.Message}") { MayPass = true };
        }
    }

    private HttpRequestMessage Request(byte[] wave, string language)
    {
        var file = new ByteArrayContent(wave);
        file.Headers.ContentType = new MediaTypeHeaderValue("audio/wav");
        var form = new MultipartFormDataContent
        {
            { file, "\"file\"", "\"audio.wav\"" },
            { new StringContent(options.Model), "\"model\"" },
            { new StringContent(_isPlain ? "json" : "verbose_json"), "\"response_format\"" },
            { new StringContent("0"), "\"temperature\"" },
        };
        if (!_isPlain)
        {
            form.Add(new StringContent("segment"), "\"timestamp_granularities[]\"");
            form.Add(new StringContent("word"), "\"timestamp_granularities[]\"");
        }

        // Endpoints want ISO 639-1: pt, not pt-BR.
        if (language != "auto") form.Add(new StringContent(language.Split('-')[0].ToLowerInvariant()), "\"language\"");
        var request = new HttpRequestMessage(HttpMethod.Post, options.Url.AbsoluteUri.TrimEnd('/') + "/audio/transcriptions") { Content = form };
        if (options.ApiKey is { Length: > 0 } key) request.Headers.Authorization = new("Bearer", key);
        return request;
    }

    private static EndpointException Refused(HttpResponseMessage response)
    {
        var code = (int)response.StatusCode;
        return new($"The endpoint answered {code}.")
        {
            MayPass = code is 408 or 429 or >= 500,
            RetryAfter = response.Headers.RetryAfter?.Delta,
        };
    }
}

internal sealed class EndpointException(string message) : Exception(message)
{
    public bool MayPass { get; init; }

    public TimeSpan? RetryAfter { get; init; }
}
