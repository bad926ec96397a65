// Loads this server, and peers to compare it with, with simulated WebRTC clients: --help tells the rest, docs/performance.md what came of it.
using System.Globalization;
using System.Text.Json;
using Tertulia.LoadTest;
using Tertulia.LoadTest.Clients;
using Tertulia.LoadTest.Measures;
using Tertulia.LoadTest.Reports;
using Tertulia.LoadTest.Scenarios;
using Tertulia.LoadTest.Targets;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length == 0 || args.Contains("--help"))
{
    Console.WriteLine(CommandLine.Help + string.Join('\n', Scenario.All.Select(scenario => $"  {scenario.Name,-12}{scenario.About} [{scenario.Size}]")));
    return 0;
}

CommandLine line;
try
{
    line = CommandLine.Parse(args);
}
catch (Exception e) when (e is ArgumentException or FormatException)
{
    Console.Error.WriteLine($"{e.Message}\nSee --help.");
    return 2;
}

var comparisons = new List<Comparison>();
foreach (var scenario in line.Scenarios)
{
    var options = line.Options(scenario);
    comparisons.Add(await CompareAsync(options));
    Console.WriteLine(TableReport.Write(comparisons[^1]));
}

if (line.Json is not null) File.WriteAllText(line.Json, JsonSerializer.Serialize(comparisons, JsonOptions.Indented));
if (line.Svg is not null) File.WriteAllText(line.Svg, SvgChart.Write(comparisons));
if (line.Markdown is not null) File.WriteAllText(line.Markdown, string.Join('\n', comparisons.Select(TableReport.Write)));
var tooFew = comparisons.SelectMany(comparison => comparison.Results).Where(result => line.AtLeast > 0 && (result.PacketsPerSecond < line.AtLeast || result.LossPercent > 0.1 || result.Refused > 0)).ToList();
foreach (var result in tooFew) Console.Error.WriteLine($"{result.Target} forwarded {result.PacketsPerSecond:0} packets a second and lost {result.LossPercent:0.00} %.");
return tooFew.Count == 0 ? 0 : 1;

async Task<Comparison> CompareAsync(RunOptions options)
{
    var runs = line.Targets.ToDictionary(name => name, _ => new List<RunResult>());
    var floor = Floor.Measure(options.Address, options.Scenario.PacketBytes);
    for (var round = 0; round < line.Rounds; round++)
    {
        foreach (var name in line.Targets)
        {
            var result = await RunAsync(name, options);
            Console.Error.WriteLine($"{options.Scenario.Name} round {round + 1}: {result.Target} {result.MicrosecondsPerPacket:0.00} µs/packet, {result.PacketsPerSecond:0} packets/s, loss {result.LossPercent:0.000} %, p99 {result.Latency99:0.00} ms");
            if (round > 0 || line.Rounds == 1) runs[name].Add(result);
        }
    }

    return new(options.Scenario.Name, options.Size, options.Rate, line.Rounds, floor, [.. runs.Values.Select(RunResult.Median)]);
}

static async Task<RunResult> RunAsync(string name, RunOptions options)
{
    await using ITarget target = name switch
    {
        "tertulia" => await TertuliaTarget.StartAsync(options),
        "janus" when JanusTarget.IsInstalled => await JanusTarget.StartAsync(options.Address),
        "janus" => throw new InvalidOperationException("Janus is not installed here: apt-get install janus"),
        _ => throw new InvalidOperationException($"There is no target '{name}'."),
    };
    var loops = Enumerable.Range(0, options.ClientLoops).Select(index => new ClientLoop(options.Address, index)).ToList();
    try
    {
        return await new ScenarioRun(options, target, loops).RunAsync();
    }
    finally
    {
        foreach (var loop in loops) loop.Dispose();
    }
}

internal static class JsonOptions
{
    public static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
}
