using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Tertulia.Control.Accounts;
using Tertulia.Control.Tests.Storage;
using Tertulia.Server.Hosting;
using Tertulia.Storage;

namespace Tertulia.Server.Tests.Support;

/// <summary>The whole server on free ports of this machine, with a data folder of its own, inside the test's process.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Key = "test-key-0123456789abcdef";

    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-server-").FullName;
    private WebApplication _app = null!;
    private string[] _settings = [];

    private TestServer()
    {
    }

    public Uri Url { get; private set; } = null!;

    public string Folder => _folder;

    public IServiceProvider Services => _app.Services;

    /// <summary>Sends no key and follows no redirect.</summary>
    public HttpClient Anonymous { get; private set; } = null!;

    /// <summary>Sends the preset key.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <param name="settings">As on the command line: <c>Tertulia:PublicUrl=https://…</c>.</param>
    public static async Task<TestServer> StartAsync(params string[] settings)
    {
        var server = new TestServer { _settings = settings };
        await server.LaunchAsync();
        return server;
    }

    /// <summary>The same with its data in that engine.</summary>
    public static async Task<TestServer> StartAsync(Engine engine, params string[] settings) => engine == Engine.Postgres
        ? await StartAsync([$"Tertulia:Database={await PostgresServer.CreateDatabaseAsync()}", .. settings])
        : await StartAsync(settings);

    public async Task RestartAsync()
    {
        await StopAsync();
        await LaunchAsync();
    }

    /// <summary>A client that sends another key than the preset one.</summary>
    public HttpClient ClientWith(string key)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Another account on a plan, and a client with its key.</summary>
    public async Task<HttpClient> AddAccountAsync(string id, string plan = "free")
    {
        await Services.GetRequiredService<AccountStore>().InsertAsync(new AccountRecord(id, id, plan, DateTimeOffset.UtcNow));
        return ClientWith((await Services.GetRequiredService<ApiKeys>().CreateAsync(id, "Test")).Secret);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private async Task LaunchAsync()
    {
        _app = await TertuliaHost.BuildAsync(
        [
            "--urls=http://127.0.0.1:0", $"--Tertulia:DataDirectory={_folder}", $"--Tertulia:ApiKey={Key}", "--Tertulia:Media:UdpPort=0",
            "--Tertulia:Media:Loops=2", "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Microsoft=None",
            .. _settings.Select(setting => $"--{setting}"),
        ]);
        await _app.StartAsync();
        Url = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = ClientWith(Key);
        Anonymous = ClientWith("");
        Anonymous.DefaultRequestHeaders.Authorization = null;
    }

    private async Task StopAsync()
    {
        Client.Dispose();
        Anonymous.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

internal static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        try
        {
            return JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException)
        {
            throw new Xunit.Sdk.XunitException($"{(int)response.StatusCode} with no JSON: '{text}'");
        }
    }

    /// <summary>The JSON of an answer that must have this status.</summary>
    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> pending, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await pending;
        if (response.StatusCode != status)
        {
            throw new Xunit.Sdk.XunitException($"{(int)response.StatusCode} instead of {(int)status}: {await response.Content.ReadAsStringAsync()}");
        }
        return await response.JsonAsync();
    }

    /// <summary>Checks an error: problem details of this status and code, which it returns.</summary>
    public static async Task<JsonElement> ProblemAsync(this Task<HttpResponseMessage> pending, HttpStatusCode status, string code)
    {
        using var response = await pending;
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal((code, (int)status), (problem.Text("code"), problem.GetProperty("status").GetInt32()));
        Assert.False(string.IsNullOrEmpty(problem.Text("title")));
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        return problem;
    }

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static bool Has(this JsonElement element, string name) => element.TryGetProperty(name, out _);
}
