using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tertulia.Speech.Tests.Support;

/// <summary>A server that speaks the contract of OpenAI's transcription endpoint and answers as the test wants.</summary>
internal sealed class FakeEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeEndpoint(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First() + "/v1");

    public ConcurrentQueue<Request> Requests { get; } = new();

    public Func<Request, IResult> Answer { get; set; } = _ => Results.Json(new { text = "hello" });

    public static async Task<FakeEndpoint> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var endpoint = new FakeEndpoint(builder.Build());
        endpoint._app.MapPost("/v1/audio/transcriptions", (Delegate)endpoint.TranscribeAsync);
        await endpoint._app.StartAsync();
        return endpoint;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TranscribeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        using var wave = new MemoryStream();
        await form.Files["file"]!.CopyToAsync(wave);
        var request = new Request(
            wave.ToArray(), form.ToDictionary(field => field.Key, field => field.Value.ToString()), context.Request.Headers.Authorization.ToString(), context.RequestAborted);
        Requests.Enqueue(request);
        return Answer(request);
    }

    internal sealed record Request(byte[] Wave, Dictionary<string, string> Fields, string Authorization, CancellationToken Aborted)
    {
        public double Seconds => (Wave.Length - 44) / 32_000.0;
    }
}
