using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tertulia.Simulation.Sweep;

/// <summary>The scenario files, which are built into this assembly.</summary>
public static class ScenarioFiles
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static IReadOnlyList<ScenarioGroup> Load()
    {
        var assembly = typeof(ScenarioFiles).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(name => name.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var group = JsonSerializer.Deserialize<ScenarioGroup>(stream, Options)!;
            return group with { Scenarios = [.. group.Scenarios.SelectMany(Expand)] };
        })];
    }

    private static IEnumerable<Scenario> Expand(Scenario scenario)
    {
        if (scenario.ForEach is not { } each) return [Named(scenario)];
        return from loss in OrOwn(each.Loss, scenario.Line.Loss)
               from burst in OrOwn(each.Burst, scenario.Line.Burst)
               from rtt in OrOwn(each.RttMs, scenario.Line.RttMs)
               select Named(scenario with { ForEach = null, Line = scenario.Line with { Loss = loss, Burst = burst, RttMs = rtt } });
    }

    private static IEnumerable<double?> OrOwn(IReadOnlyList<double> values, double? own) => values.Count == 0 ? [own] : values.Select(value => (double?)value);

    private static Scenario Named(Scenario scenario)
    {
        static string Text(double? value) => (value ?? 0).ToString(CultureInfo.InvariantCulture);
        var line = scenario.Line;
        return scenario with
        {
            Name = scenario.Name.Replace("{loss}", Text(line.Loss), StringComparison.Ordinal).Replace("{burst}", Text(line.Burst), StringComparison.Ordinal)
                .Replace("{rtt}", Text(line.RttMs), StringComparison.Ordinal),
        };
    }
}
