using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tertulia.Control.Tests.Objects;

/// <summary>Where npm has installed the S3 server of the tests.</summary>
public sealed class S3FactAttribute : FactAttribute
{
    public S3FactAttribute()
    {
        if (!S3Server.IsAvailable) Skip = "s3rver is not installed (npm ci in tests/tools/s3)";
    }
}

/// <summary>A real S3 server that can be stopped and started again; its data stays.</summary>
public sealed class S3Server : IAsyncDisposable
{
    public const string Bucket = "recordings";
    public const string Key = "S3RVER";

    private static readonly string s_tools = Path.Combine(RepositoryRoot(), "tests", "tools", "s3");
    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-s3-").FullName;
    private readonly int _port = FreePort();
    private Process? _process;

    public static bool IsAvailable { get; } = Directory.Exists(Path.Combine(s_tools, "node_modules", "s3rver"));

    public Uri Url => new($"http://127.0.0.1:{_port}");

    public static async Task<S3Server> StartAsync()
    {
        var server = new S3Server();
        await server.UpAsync();
        return server;
    }

    public async Task UpAsync()
    {
        var start = new ProcessStartInfo("node", [Path.Combine(s_tools, "serve.js"), _folder, _port.ToString(CultureInfo.InvariantCulture), Bucket])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        if (await _process.StandardOutput.ReadLineAsync() != "ready") throw new InvalidOperationException(await _process.StandardError.ReadToEndAsync());
    }

    public async Task DownAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Tertulia.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
