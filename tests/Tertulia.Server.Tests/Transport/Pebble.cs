using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Transport;

/// <summary>A test that needs Let's Encrypt's test server, skipped by name where it is not installed.</summary>
internal sealed class PebbleFactAttribute : FactAttribute
{
    public PebbleFactAttribute()
    {
        if (!File.Exists(Pebble.Program) || !File.Exists(Pebble.NamesProgram)) Skip = "pebble is not installed";
    }
}

/// <summary>A certificate authority on this machine, to which every name leads to this machine, and half of all nonces are bad.</summary>
internal sealed class Pebble : IDisposable
{
    public const string Program = "/usr/bin/pebble";
    public const string NamesProgram = "/usr/bin/pebble-challtestsrv";

    private readonly List<Process> _processes = [];

    public required Uri Directory { get; init; }

    /// <summary>The certificate of the authority's own interface.</summary>
    public required string TrustPath { get; init; }

    /// <param name="httpPort">Where it looks for proofs, instead of port 80.</param>
    /// <param name="tlsPort">The same, instead of port 443.</param>
    public static async Task<Pebble> StartAsync(string folder, int httpPort, int tlsPort)
    {
        var (certificate, key) = (Path.Combine(folder, "pebble.pem"), Path.Combine(folder, "pebble.key"));
        Trust.Write(certificate, key);
        var (port, management, names, control) = (FreePort(), FreePort(), FreePort(), FreePort());
        var configuration = Path.Combine(folder, "pebble.json");
        File.WriteAllText(configuration, JsonSerializer.Serialize(new
        {
            pebble = new
            {
                listenAddress = $"127.0.0.1:{port}", managementListenAddress = $"127.0.0.1:{management}", certificate, privateKey = key, httpPort, tlsPort,
                ocspResponderURL = "", externalAccountBindingRequired = false,
            },
        }));
        var pebble = new Pebble { Directory = new Uri($"https://localhost:{port}/dir"), TrustPath = certificate };
        pebble.Launch(NamesProgram, "-defaultIPv6", "", "-defaultIPv4", "127.0.0.1", "-dns01", $"127.0.0.1:{names}", "-management", $"127.0.0.1:{control}", "-http01", "", "-https01", "", "-tlsalpn01", "");
        pebble.Launch(Program, "-strict", "-config", configuration, "-dnsserver", $"127.0.0.1:{names}");
        await Eventually.TrueAsync("pebble listens", () => CanConnectAsync(port));
        return pebble;
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }
    }

    private void Launch(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PEBBLE_VA_NOSLEEP"] = "1";
        start.Environment["PEBBLE_WFE_NONCEREJECT"] = 50.ToString(CultureInfo.InvariantCulture);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    private static async Task<bool> CanConnectAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
