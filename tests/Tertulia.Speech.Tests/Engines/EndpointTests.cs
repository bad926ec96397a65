using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Tertulia.CaptionQuality;
using Tertulia.Speech.Engines;
using Tertulia.Speech.Engines.Endpoint;
using Tertulia.Speech.Tests.Support;

namespace Tertulia.Speech.Tests.Engines;

/// <summary>The endpoint engine against a server of the tests' own, over HTTP.</summary>
public sealed class EndpointTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<UtteranceResult> _results = new();
    private readonly TaskCompletionSource<UtteranceResult> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FakeEndpoint _endpoint = null!;
    private TranscriptionEndpointEngine? _engine;

    public async Task InitializeAsync() => _endpoint = await FakeEndpoint.StartAsync();

    public async Task DisposeAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
        await _endpoint.DisposeAsync();
    }

    [Fact]
    public async Task An_utterance_is_sent_as_the_contract_says_and_comes_back_with_words()
    {
        _endpoint.Answer = _ => Results.Json(new
        {
            text = " Guten Morgen.", language = "german", duration = 2.0,
            segments = new[] { new { start = 0.1, end = 1.2, text = " Guten Morgen.", avg_logprob = -0.2, no_speech_prob = 0.01, compression_ratio = 0.8 } },
            words = new[] { new { word = "Guten", start = 0.1, end = 0.5 }, new { word = "Morgen.", start = 0.6, end = 1.2 } },
        });
        var result = await Transcribe("de-AT", seconds: 2, options => options with { ApiKey = "secret", Model = "large" });

        Assert.Equal((UtteranceOutcome.Final, "Guten Morgen.", "de", 0.82), (result.Outcome, result.Text, result.Language, result.Confidence));
        Assert.Equal(TimeSpan.FromSeconds(0.6), result.Words[1].Start);
        var request = Assert.Single(_endpoint.Requests);
        Assert.Equal(("large", "verbose_json", "de", "Bearer secret"), (request.Fields["model"], request.Fields["response_format"], request.Fields["language"], request.Authorization));
        Assert.Equal("RIFF"u8, request.Wave.AsSpan(0, 4));
        Assert.Equal(2, request.Seconds);
    }

    [Fact]
    public async Task Automatic_detection_sends_no_language_and_short_speech_is_padded()
    {
        var result = await Transcribe("auto", seconds: 0.3);
        Assert.Equal(("hello", 0.5), (result.Text, result.Confidence)); // nothing was told about how sure it is
        var request = Assert.Single(_endpoint.Requests);
        Assert.DoesNotContain("language", request.Fields.Keys);
        Assert.InRange(request.Seconds, 1, 2);
    }

    [Fact]
    public async Task What_there_is_so_far_is_asked_for_in_between()
    {
        _endpoint.Answer = request => Results.Json(new { text = request.Seconds < 2.5 ? "so far" : "so far so good" });
        _engine = Engine(options => options with { InterimEvery = TimeSpan.FromSeconds(1) });
        var utterance = _engine.Begin("en", Take);
        utterance.Append(Sounds.WhiteNoise(2));
        await _first.Task.WaitAsync(TimeSpan.FromSeconds(30));
        utterance.Append(Sounds.WhiteNoise(0.8));
        utterance.End();
        await _end.Task;
        Assert.Equal([UtteranceOutcome.Interim, UtteranceOutcome.Final], _results.Select(result => result.Outcome).Distinct());
        Assert.Equal("so far so good", _results.Last().Text);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_failure_that_may_pass_is_tried_again(int status)
    {
        _endpoint.Answer = _ => _endpoint.Requests.Count < 3 ? Results.StatusCode(status) : Results.Json(new { text = "at last" });
        Assert.Equal("at last", (await Transcribe("en", 1)).Text);
    }

    [Fact]
    public async Task A_refusal_is_not_tried_again()
    {
        _endpoint.Answer = _ => Results.StatusCode(401);
        var result = await Transcribe("en", 1);
        Assert.Equal((UtteranceOutcome.Failed, "The endpoint answered 401."), (result.Outcome, result.Problem));
        Assert.Single(_endpoint.Requests);
    }

    [Fact]
    public async Task A_server_that_knows_only_plain_json_is_asked_for_that()
    {
        _endpoint.Answer = request => request.Fields["response_format"] == "json" ? Results.Json(new { text = "plain" }) : Results.StatusCode(400);
        Assert.Equal("plain", (await Transcribe("en", 1)).Text);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        _endpoint.Answer = request =>
        {
            request.Aborted.WaitHandle.WaitOne(TimeSpan.FromSeconds(20));
            return Results.Json(new { text = "too late" });
        };
        var result = await Transcribe("en", 1, options => options with { Timeout = TimeSpan.FromMilliseconds(200) });
        Assert.Equal(UtteranceOutcome.Failed, result.Outcome);
        Assert.Contains("within 0.2 s", result.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{\"text\": 7}")]
    [InlineData("{\"text\": \"half a character: \\ud83d\"}")]
    [InlineData("{\"text\": \"a\", \"segments\": {}, \"words\": [1, null, {\"word\": 3}]}{")]
    public async Task Garbage_is_a_failure_of_that_utterance(string body)
    {
        _endpoint.Answer = _ => Results.Text(body);
        Assert.Equal(UtteranceOutcome.Failed, (await Transcribe("en", 1)).Outcome);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        _endpoint.Answer = _ => Results.Text("{\"text\": \"" + new string('a', 3_000_000) + "\"}");
        Assert.Equal(UtteranceOutcome.Failed, (await Transcribe("en", 1)).Outcome);
    }

    [Theory]
    [InlineData("Thank you for watching!", 0.9, -1.4, 1.0)]
    [InlineData("yes yes yes yes yes yes yes yes", 0.1, -0.2, 3.1)]
    public async Task Text_that_the_engine_itself_doubts_is_dropped(string text, double noSpeech, double logProbability, double compression)
    {
        _endpoint.Answer = _ => Results.Json(new
        {
            text, language = "en",
            segments = new[] { new { start = 0, end = 1, text, avg_logprob = logProbability, no_speech_prob = noSpeech, compression_ratio = compression } },
        });
        Assert.Equal(UtteranceOutcome.Nothing, (await Transcribe("en", 1)).Outcome);
    }

    [Theory]
    [InlineData("the end of the end of the end of the end of the end of the")]
    [InlineData("no no no no no no")]
    [InlineData("... !")]
    [InlineData("So I went to the market and bought apples and pears and then I came home again to cook dinner for all of my friends")]
    public async Task Text_that_nobody_can_have_said_is_dropped(string text)
    {
        _endpoint.Answer = _ => Results.Json(new { text });
        Assert.Equal(UtteranceOutcome.Nothing, (await Transcribe("en", 1)).Outcome);
    }

    [Fact]
    public async Task Abandoned_speech_is_not_asked_about()
    {
        _engine = Engine();
        var utterance = _engine.Begin("en", Take);
        utterance.Append(Sounds.WhiteNoise(0.5));
        utterance.Abandon();
        Assert.Equal(UtteranceOutcome.Nothing, (await _end.Task).Outcome);
        Assert.Empty(_endpoint.Requests);
    }

    private async Task<UtteranceResult> Transcribe(string language, double seconds, Func<EndpointOptions, EndpointOptions>? change = null)
    {
        _engine = Engine(change);
        var utterance = _engine.Begin(language, Take);
        utterance.Append(Sounds.WhiteNoise(seconds));
        utterance.End();
        return await _end.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private TranscriptionEndpointEngine Engine(Func<EndpointOptions, EndpointOptions>? change = null)
    {
        var options = new EndpointOptions { Url = _endpoint.Url, InterimEvery = TimeSpan.Zero };
        return new(change?.Invoke(options) ?? options, TimeProvider.System);
    }

    private void Take(UtteranceResult result)
    {
        _results.Enqueue(result);
        _first.TrySetResult();
        if (result.Ends) Assert.True(_end.TrySetResult(result));
    }
}
