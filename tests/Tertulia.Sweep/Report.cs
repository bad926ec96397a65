using System.Globalization;
using System.Text;
using Tertulia.Simulation.Sweep;

namespace Tertulia.Sweep;

/// <summary>The page that says what every scenario came to.</summary>
internal static class Report
{
    public const string FileName = "quality.md";
    private const string ImageFolder = "images/quality";

    public static string Header =>
        "| scenario | estimate kbit/s | queue p95 ms | frames/s | freezes s/min | longest freeze ms | rows | sound made up | repair | bars |\n|---|---|---|---|---|---|---|---|---|---|";

    public static string Row(Outcome outcome)
    {
        var (scenario, recording) = (outcome.Scenario, outcome.Watchers[0]);
        double Of(Measure measure) => recording.Evaluate(measure, scenario.MeasureFrom, scenario.Seconds);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {scenario.Name} | {Of(Measure.Estimate):F0} | {Of(Measure.Queue):F0} | {Of(Measure.FrameRate):F1} | {Of(Measure.FrozenPerMinute):F1} | {Of(Measure.LongestFreeze):F0} | {Of(Measure.Height)} | {Of(Measure.Concealed) * 100:F1} % | {Of(Measure.RepairShare) * 100:F0} % | {Bars(outcome)} |");
    }

    public static void Write(string folder, IReadOnlyList<ScenarioGroup> groups, IReadOnlyDictionary<Scenario, Outcome> outcomes)
    {
        Directory.CreateDirectory(Path.Combine(folder, ImageFolder));
        var page = new StringBuilder(Introduction);
        foreach (var group in groups)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {group.Title}\n\n{group.About}\n\n{Header}\n");
            var played = group.Scenarios.Where(outcomes.ContainsKey).Select(scenario => outcomes[scenario]).ToList();
            foreach (var outcome in played) page.Append(Row(outcome)).Append('\n');
            foreach (var outcome in played.Where(outcome => outcome.Scenario.Chart))
            {
                var name = FileNameOf(outcome.Scenario.Name);
                File.WriteAllText(Path.Combine(folder, ImageFolder, name), Chart.Draw(outcome));
                page.Append(CultureInfo.InvariantCulture, $"\n![{outcome.Scenario.Name}]({ImageFolder}/{name})\n");
            }
        }

        File.WriteAllText(Path.Combine(folder, FileName), page.ToString());
    }

    private const string Introduction = """
        # Media on bad networks

        Whole meetings over impaired lines, played in virtual time by the same core that runs in the server; a run with the same seed is the
        same run. This page and its charts are written by

        ```sh
        dotnet run -c Release --project tests/Tertulia.Sweep
        ```

        The scenarios are the files in `tests/Tertulia.Simulation/Sweep/Scenarios`. All figures are the first impaired watcher's, after the
        first ten seconds; a freeze is what W3C's `freezeCount` counts, the picture is shown as soon as it is complete. Sound
        is played with 80 ms of delay, more after it was late; what is not there in time, by itself or as a copy, is made up. "Repair" is
        retransmissions and repair packets as a share of media packets. In the charts: grey what the line can carry, blue the estimate, green what was sent, orange the
        queue, red the freezes.

        """;

    private static string Bars(Outcome outcome) =>
        outcome.Bars.Count == 0 ? "–" : string.Join("; ", outcome.Bars.Select(result => $"{(result.Holds ? "✓" : "✗")} {Describe(outcome.Scenario, result)}"));

    private static string Describe(Scenario scenario, BarResult result)
    {
        var bar = result.Bar;
        static string Number(double value) => value.ToString(Math.Abs(value) < 10 ? "0.###" : "0", CultureInfo.InvariantCulture);
        var name = bar.Measure switch
        {
            Measure.FrameRate when scenario.OthersWithin is not null && bar.AtMost is not null => "others differ by",
            Measure.LongestFreeze => "longest freeze",
            Measure.FrozenPerMinute => "frozen a minute",
            Measure.FrameRate => "frames/s",
            Measure.MovingAgain => "moving again after",
            Measure.BestLayer => "best layer after",
            Measure.ShareOfLine => "share of the line",
            Measure.Concealed => "sound made up",
            Measure.RepairShare => "repair",
            _ => bar.Measure.ToString().ToLowerInvariant(),
        };
        return $"{name} {Number(result.Value)} ({(bar.AtMost is { } most ? $"≤ {Number(most)}" : $"≥ {Number(bar.AtLeast ?? 0)}")})";
    }

    /// <summary>The first watcher's run from second to second.</summary>
    public static string Trace(Outcome outcome)
    {
        var text = new StringBuilder();
        var (recording, begin) = (outcome.Watchers[0], outcome.Watchers[0].Samples[0]);
        foreach (var sample in recording.Samples)
        {
            if (sample.At - begin.At < 0.999) continue;
            var queue = recording.Between(begin.At, sample.At).Max(inside => inside.QueueMs);
            text.Append(CultureInfo.InvariantCulture,
                $"  {sample.At,5:F0} s  line {sample.CapacityKbps,5:F0}  estimate {sample.EstimateKbps,5:F0} {sample.Reason,-15} sent {(sample.SentBytes - begin.SentBytes) * 8 / 1000.0,5:F0}  queue {queue,4:F0} ms  loss {sample.Loss,4:P0}  repair {sample.RepairPackets - begin.RepairPackets,4}  frames {recording.Evaluate(Measure.FrameRate, begin.At, sample.At),3:F0}  rows {recording.Evaluate(Measure.Height, begin.At, sample.At)}\n");
            begin = sample;
        }

        return text.ToString();
    }

    private static string FileNameOf(string name)
    {
        var words = new string([.. name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Join('-', words) + ".svg";
    }
}
