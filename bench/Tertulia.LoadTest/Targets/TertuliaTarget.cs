using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Tertulia.LoadTest.Clients;
using Tertulia.LoadTest.Measures;
using Tertulia.LoadTest.Scenarios;

namespace Tertulia.LoadTest.Targets;

/// <summary>This server, as built beside the load test, with a data folder of its own.</summary>
internal sealed class TertuliaTarget : ITarget
{
    private const string Key = "load-test-key-0123456789abcdef";

    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-load-").FullName;
    private readonly HttpClient _http = new();
    private readonly Process _process;
    private Uri _url = null!;

    private TertuliaTarget(RunOptions options)
    {
        var start = new ProcessStartInfo("dotnet", [options.Server ?? Path.Combine(AppContext.BaseDirectory, "Tertulia.Server.dll")]) { RedirectStandardOutput = true };
        foreach (var (name, value) in options.Environment) start.Environment[name] = value;
        start.Environment["ASPNETCORE_URLS"] = $"http://{options.Address}:0";
        start.Environment["Tertulia__DataDirectory"] = _folder;
        start.Environment["Tertulia__ApiKey"] = Key;
        start.Environment["Tertulia__Media__UdpPort"] = "0";
        start.Environment["Tertulia__Media__Loops"] = options.Loops.ToString(CultureInfo.InvariantCulture);
        start.Environment["Tertulia__Media__AdvertisedAddresses"] = options.Address.ToString();
        _process = Process.Start(start)!;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public string Name => "Tertulia";

    public int ProcessId => _process.Id;

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    public static async Task<TertuliaTarget> StartAsync(RunOptions options)
    {
        var target = new TertuliaTarget(options);
        while (await target._process.StandardOutput.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["Address", var url, ..]) target._url = new Uri(url);
            if (words is not ["Data", ..]) continue;
            _ = target._process.StandardOutput.ReadToEndAsync();
            return target;
        }

        throw new InvalidOperationException("The server did not start; its errors stand above.");
    }

    public async Task<string> OpenRoomAsync(int participants)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(_url, "/api/meetings"), new { title = "Load", settings = new { maxParticipants = Math.Max(2, participants), topology = "sfu" } });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("meetingId").GetString()!;
    }

    public async Task<TargetClient> JoinAsync(string room, ClientPlan plan, ClientLoop loop)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(_url, $"/api/meetings/{room}/join"), new { });
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        var client = new TertuliaClient(plan, loop);
        await client.JoinAsync(new Uri($"ws://{_url.Authority}/ws/signaling?token={token}&meetingId={room}"));
        return client;
    }

    public async Task<RuntimeCounters?> ReadCountersAsync() => RuntimeCounters.Parse(await _http.GetStringAsync(new Uri(_url, "/metrics")));

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
