using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Tertulia.Server.Tests.Support;

/// <summary>The built server as a process of its own, as <c>./run</c> starts it: for what only a whole process shows.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "Tertulia.Server.dll");

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ServerProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public Uri Url { get; private set; } = null!;

    /// <summary>The key it printed.</summary>
    public string ApiKey { get; private set; } = "";

    public string SigninUrl { get; private set; } = "";

    public int Id => _process.Id;

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(string dataFolder, params (string Name, string Value)[] environment)
    {
        var server = new ServerProcess(Launch([("Tertulia__DataDirectory", dataFolder), .. environment]));
        while (await server._process.StandardOutput.ReadLineAsync() is { } line)
        {
            var match = Fact().Match(line);
            if (!match.Success) continue;
            var value = match.Groups["value"].Value;
            if (match.Groups["name"].Value == "Address") server.Url = new Uri(value);
            if (match.Groups["name"].Value == "API key") server.ApiKey = value;
            if (match.Groups["name"].Value == "Sign in") server.SigninUrl = value;
            if (match.Groups["name"].Value == "Data") return server;
        }
        throw new InvalidOperationException($"The server did not start: {await server._errors}");
    }

    /// <summary>Starts it and waits for its end: exit code and what it wrote to standard error.</summary>
    public static async Task<(int ExitCode, string Errors)> RunToEndAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        using var process = Launch(environment, arguments);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            await output;
            return (process.ExitCode, await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>kill -9: no drain, no farewell.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as service managers do; returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private static Process Launch((string Name, string Value)[] environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [s_program, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Tertulia__Media__UdpPort"] = "0";
        start.Environment["Tertulia__Media__Loops"] = "2";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    [GeneratedRegex(@"^  (?<name>Address|API key|Sign in|Data)\s+(?<value>\S+)")]
    private static partial Regex Fact();
}
