using System.Diagnostics;
using System.Globalization;
using System.Net;
using Tertulia.Sfu;
using Xunit.Abstractions;

namespace Tertulia.Media.Tests.Node;

/// <summary>Runs only with TERTULIA_BENCHMARK=1. What a port for each loop, one for all, and connected sockets cost in CPU time of the loops.</summary>
public sealed class SinglePortBenchmark(ITestOutputHelper output)
{
    private const int Rooms = 24;
    private static readonly TimeSpan s_measured = TimeSpan.FromSeconds(12);

    [BenchmarkFact]
    public async Task Processor_time_per_datagram()
    {
        for (var round = 0; round < 2; round++)
        {
            await MeasureAsync("a port for each loop", singlePort: false, connect: false);
            await MeasureAsync("one port, handed over", singlePort: true, connect: false);
            await MeasureAsync("one port, connected", singlePort: true, connect: true);
        }
    }

    private async Task MeasureAsync(string name, bool singlePort, bool connect)
    {
        await using var node = MediaNode.MediaNode.Start(new() { Loops = 2, SinglePort = singlePort, ConnectFlows = connect, AdvertisedAddresses = [IPAddress.Loopback] });
        var browsers = new List<SocketBrowser>();
        for (var i = 0; i < Rooms; i++)
        {
            var room = node.OpenRoom($"room{i}");
            SocketBrowser publisher = new(room, $"publisher{i}", (ulong)i * 2 + 1), viewer = new(room, $"viewer{i}", (ulong)i * 2 + 2);
            foreach (var browser in (SocketBrowser[])[publisher, viewer]) await room.InvokeAsync((r, now) => r.AddParticipant(now, browser.Id));
            await publisher.ConnectAsync(ConnectionKey.Uplink);
            await viewer.ConnectAsync(ConnectionKey.DownlinkOf(publisher.Id));
            browsers.AddRange([publisher, viewer]);
        }

        SocketBrowser.PumpUntil(() => browsers.Where((_, i) => i % 2 == 1).All(viewer => viewer.ReceivedPackets > 100), [.. browsers]);
        var (cpu, before) = (LoopTime(), node.Statistics);
        var watch = Stopwatch.StartNew();
        SocketBrowser.PumpUntil(() => watch.Elapsed > s_measured, [.. browsers]);
        var after = node.Statistics;
        var (received, sent) = (after.ReceivedDatagrams - before.ReceivedDatagrams, after.SentDatagrams - before.SentDatagrams);
        var handedOver = after.Loops.Sum(loop => loop.HandedOver) - before.Loops.Sum(loop => loop.HandedOver);
        var turns = after.Loops.Sum(loop => loop.Turns) - before.Loops.Sum(loop => loop.Turns);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-24} {(LoopTime() - cpu) / 1000.0 / (received + sent):F2} µs a datagram; {received} in, {sent} out, {handedOver} handed over, {turns} turns, {after.Loops.Sum(loop => loop.ConnectedFlows)} connected"));
        foreach (var browser in browsers) browser.Dispose();
    }

    /// <summary>Nanoseconds that the threads of all loops have run so far.</summary>
    private static long LoopTime() => Directory.GetDirectories("/proc/self/task")
        .Where(task => File.ReadAllText(task + "/comm").StartsWith("media-", StringComparison.Ordinal))
        .Sum(task => long.Parse(File.ReadAllText(task + "/schedstat").Split(' ')[0], CultureInfo.InvariantCulture));
}

/// <summary>For people, on a quiet machine.</summary>
public sealed class BenchmarkFactAttribute : FactAttribute
{
    public BenchmarkFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("TERTULIA_BENCHMARK") is null) Skip = "A benchmark: set TERTULIA_BENCHMARK=1.";
    }
}
