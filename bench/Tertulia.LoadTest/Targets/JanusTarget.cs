using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tertulia.LoadTest.Clients;
using Tertulia.LoadTest.Measures;

namespace Tertulia.LoadTest.Targets;

/// <summary>
/// Janus with its VideoRoom plugin, as Debian packages it, over its WebSocket transport. ICE is lite, as ours is; nothing else is changed from
/// its defaults that packets would notice. It gathers no loopback addresses.
/// </summary>
internal sealed class JanusTarget : ITarget
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-load-janus-").FullName;
    private readonly Process _process;
    private readonly Uri _url;
    private readonly ConcurrentDictionary<string, JanusFeeds> _rooms = [];
    private int _lastRoom;

    private JanusTarget(IPAddress address)
    {
        var port = FreePort(address);
        _url = new Uri($"ws://{address}:{port}/");
        WriteConfiguration(address, port);
        _process = Process.Start(new ProcessStartInfo("janus", ["-F", _folder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = _process.StandardOutput.ReadToEndAsync();
        _ = _process.StandardError.ReadToEndAsync();
    }

    public static bool IsInstalled => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "janus")));

    public string Name => "Janus";

    public int ProcessId => _process.Id;

    public static async Task<JanusTarget> StartAsync(IPAddress address)
    {
        var target = new JanusTarget(address);
        for (var limit = Stopwatch.StartNew(); ;)
        {
            if (target._process.HasExited) throw new InvalidOperationException($"Janus ended at once with exit code {target._process.ExitCode}.");
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address, target._url.Port);
                return target;
            }
            catch (SocketException) when (limit.Elapsed < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(50);
            }
        }
    }

    public async Task<string> OpenRoomAsync(int participants)
    {
        var room = Interlocked.Increment(ref _lastRoom);
        await using var operatorClient = new JanusClient(new(MediaProfile.Nothing, false, 0), null!, room, new());
        await operatorClient.CreateRoomAsync(_url, participants);
        var id = room.ToString(CultureInfo.InvariantCulture);
        _rooms[id] = new();
        return id;
    }

    public async Task<TargetClient> JoinAsync(string room, ClientPlan plan, ClientLoop loop)
    {
        var client = new JanusClient(plan, loop, int.Parse(room, CultureInfo.InvariantCulture), _rooms[room]);
        await client.JoinAsync(_url);
        return client;
    }

    public Task<RuntimeCounters?> ReadCountersAsync() => Task.FromResult<RuntimeCounters?>(null);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // Folders that hold but the one plugin and the one transport keep all others from being loaded.
    private void WriteConfiguration(IPAddress address, int port)
    {
        var library = Directory.GetDirectories("/usr/lib", "janus", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true })
            .First(folder => Directory.Exists(Path.Combine(folder, "plugins")));
        foreach (var kind in (string[])["plugins", "transports", "events", "loggers"]) Directory.CreateDirectory(Path.Combine(_folder, kind));
        File.CreateSymbolicLink(Path.Combine(_folder, "plugins", "libjanus_videoroom.so"), Path.Combine(library, "plugins", "libjanus_videoroom.so"));
        File.CreateSymbolicLink(Path.Combine(_folder, "transports", "libjanus_websockets.so"), Path.Combine(library, "transports", "libjanus_websockets.so"));
        File.WriteAllText(Path.Combine(_folder, "janus.jcfg"), $$"""
            general: {
              configs_folder = "{{_folder}}"
              plugins_folder = "{{_folder}}/plugins"
              transports_folder = "{{_folder}}/transports"
              events_folder = "{{_folder}}/events"
              loggers_folder = "{{_folder}}/loggers"
              debug_level = 2
              session_timeout = 0
            }
            nat: {
              ice_lite = true
              ice_enforce_list = "{{address}}"
            }
            """);
        File.WriteAllText(Path.Combine(_folder, "janus.transport.websockets.jcfg"), $$"""
            general: {
              json = "plain"
              ws = true
              ws_port = {{port}}
              ws_ip = "{{address}}"
            }
            """);
        File.WriteAllText(Path.Combine(_folder, "janus.plugin.videoroom.jcfg"), "general: {\n}\n");
    }

    private static int FreePort(IPAddress address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

/// <summary>Who publishes in a room: viewers subscribe to these.</summary>
internal sealed class JanusFeeds
{
    private readonly ConcurrentDictionary<long, bool> _feeds = [];

    public IReadOnlyList<long> All => [.. _feeds.Keys];

    public void Add(long feed) => _feeds[feed] = true;
}
