using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tertulia.Summaries.Chat;

namespace Tertulia.Summaries.Tests;

/// <summary>A chat endpoint of the tests' own, on a port of this machine: says what the test wants it to say, and remembers what it was asked.</summary>
internal sealed class ChatEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ChatEndpoint(WebApplication app, Func<JsonElement, int, HttpContext, Task<JsonNode?>> answer)
    {
        _app = app;
        app.MapPost("/v1/chat/completions", async context =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            var asked = body.RootElement.Clone();
            Authorization = context.Request.Headers.Authorization.ToString();
            int number;
            lock (Asked)
            {
                Asked.Add(asked);
                number = Asked.Count;
            }
            if (await answer(asked, number, context) is not { } content) return;
            await context.Response.WriteAsJsonAsync(new JsonObject
            {
                ["choices"] = new JsonArray(new JsonObject { ["finish_reason"] = "stop", ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content.ToJsonString() } }),
                ["usage"] = new JsonObject { ["total_tokens"] = 1000 },
            });
        });
    }

    public List<JsonElement> Asked { get; } = [];

    public string Authorization { get; private set; } = "";

    public ChatOptions Options { get; private set; } = null!;

    /// <param name="answer">From what was asked, for the how-manieth time: the content of the answer; null if it has answered by itself.</param>
    public static async Task<ChatEndpoint> StartAsync(Func<JsonElement, int, HttpContext, Task<JsonNode?>> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var endpoint = new ChatEndpoint(builder.Build(), answer);
        await endpoint._app.StartAsync();
        var address = endpoint._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        endpoint.Options = new(new Uri(address + "/v1/"), "test-model", "secret") { FirstPause = TimeSpan.FromMilliseconds(1), Timeout = TimeSpan.FromSeconds(20) };
        return endpoint;
    }

    public static Task<ChatEndpoint> StartAsync(Func<JsonElement, JsonNode> answer) => StartAsync((asked, _, _) => Task.FromResult<JsonNode?>(answer(asked)));

    public Task<SummaryDraft> SummarizeAsync(MeetingTranscript transcript, ChatOptions? options = null) =>
        new ChatEngine(new HttpClient(), options ?? Options, TimeProvider.System).SummarizeAsync(transcript);

    /// <summary>The transcript as the model got it.</summary>
    public static JsonElement DataOf(JsonElement asked) => JsonDocument.Parse(asked.GetProperty("messages")[1].GetProperty("content").GetString()!).RootElement;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
