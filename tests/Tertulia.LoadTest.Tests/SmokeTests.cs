using System.Net;
using System.Xml.Linq;
using Tertulia.LoadTest.Clients;
using Tertulia.LoadTest.Measures;
using Tertulia.LoadTest.Reports;
using Tertulia.LoadTest.Scenarios;
using Tertulia.LoadTest.Targets;

namespace Tertulia.LoadTest.Tests;

/// <summary>The load test itself works: a small meeting, for seconds, on this server as a process of its own.</summary>
public sealed class SmokeTests
{
    [Fact]
    public async Task A_small_meeting_is_carried_and_measured()
    {
        var options = new RunOptions
        {
            Scenario = Scenario.All.Single(scenario => scenario.Name == "meeting10"),
            Address = IPAddress.Loopback,
            Size = 3,
            Warmup = TimeSpan.FromSeconds(1),
            Duration = TimeSpan.FromSeconds(2),
        };
        await using var target = await TertuliaTarget.StartAsync(options);
        using var loop = new ClientLoop(options.Address, 0);
        var result = await new ScenarioRun(options, target, [loop]).RunAsync();

        // Each of the three gets two microphones' 50 packets a second and at least a small picture's 30.
        Assert.True(result.PacketsPerSecond > 3 * 2 * 60, $"{result.PacketsPerSecond} packets a second");
        Assert.Equal((3, 0), (result.Clients, result.Refused));
        Assert.True(result is { ServerCores: > 0, LatencyMedian: > 0, JoinMedian: > 0, MemoryPerClient: > 0, LossPercent: < 5 }, result.ToString());

        var floor = Floor.Measure(options.Address, 1200);
        Assert.True(floor.Total > 0 && floor.SendInRuns < floor.SendSingly, floor.ToString());
        var comparison = new Comparison("meeting10", 3, 1, 1, floor, [result]);
        Assert.Contains("| packets/s forwarded |", TableReport.Write(comparison), StringComparison.Ordinal);
        Assert.Equal("svg", XDocument.Parse(SvgChart.Write([comparison])).Root!.Name.LocalName);
    }
}
