using System.Globalization;
using System.Text;
using Tertulia.LoadTest.Measures;

namespace Tertulia.LoadTest.Reports;

/// <summary>A Markdown table: a row for each figure, a column for each server.</summary>
internal static class TableReport
{
    private static readonly (string Name, Func<RunResult, double?> Read, string Format)[] s_rows =
    [
        ("clients", r => r.Clients, "0"),
        ("packets/s forwarded", r => r.PacketsPerSecond, "#,0"),
        ("Mbit/s forwarded", r => r.MegabitsPerSecond, "0.0"),
        ("server CPU, µs/packet", r => r.MicrosecondsPerPacket, "0.00"),
        ("of it user, µs/packet", r => r.UserMicrosecondsPerPacket, "0.00"),
        ("packets per CPU second", r => r.PacketsPerCpuSecond, "#,0"),
        ("cores busy, server", r => r.ServerCores, "0.00"),
        ("cores busy, clients", r => r.ClientCores, "0.00"),
        ("loss, %", r => r.LossPercent, "0.000"),
        ("refused packets", r => r.Refused, "0"),
        ("latency p50, ms", r => r.LatencyMedian, "0.000"),
        ("latency p99, ms", r => r.Latency99, "0.000"),
        ("latency p99.9, ms", r => r.Latency999, "0.000"),
        ("join to first media p50, ms", r => r.JoinMedian, "0.0"),
        ("join to first media p95, ms", r => r.Join95, "0.0"),
        ("join to first media p99, ms", r => r.Join99, "0.0"),
        ("memory per client, KB", r => r.MemoryPerClient / 1000, "0"),
        ("allocated, bytes/packet", r => r.AllocatedBytesPerPacket, "0.0"),
        ("of it by media threads", r => r.MediaAllocatedBytesPerPacket, "0.000"),
        ("collections", r => r.Collections, "0"),
        ("collections' pauses, ms", r => r.PauseMilliseconds, "0.0"),
        ("segmented runs per datagram", r => r.SegmentedRunsPerPacket, "0.000"),
    ];

    public static string Write(Comparison comparison)
    {
        var text = new StringBuilder();
        var results = comparison.Results;
        Line(text, $"### {comparison.Scenario}, size {comparison.Size}, rate {comparison.Rate.ToString(CultureInfo.InvariantCulture)} ({comparison.Rounds} rounds)", "");
        Line(text, $"Floor at {comparison.Floor.PacketBytes} bytes: encryption {Number(comparison.Floor.Encryption, "0.00")} by libcrypto, {Number(comparison.Floor.OwnEncryption, "0.00")} by our own code, + sending in runs of 16 {Number(comparison.Floor.SendInRuns, "0.00")} (singly {Number(comparison.Floor.SendSingly, "0.00")}): {Number(comparison.Floor.Total, "0.00")} µs", "");
        Line(text, $"| | {string.Join(" | ", results.Select(result => result.Target))} |", $"|---|{string.Concat(results.Select(_ => "---:|"))}");
        foreach (var (name, read, format) in s_rows)
        {
            if (results.All(result => read(result) is null)) continue;
            Row(text, name, results.Select(result => read(result) is { } value ? Number(value, format) : "–"));
        }

        if (comparison.Scenario == "churn") Row(text, "joins per CPU second", results.Select(result => Number(result.JoinsPerCpuSecond, "0")));
        Row(text, "times the floor", results.Select(result => Number(result.MicrosecondsPerPacket / comparison.Floor.Total, "0.0")));
        if (results.Count > 1) Row(text, $"packets per CPU second, times {results[^1].Target}", results.Select(result => Number(Comparison.Ratio(result, results[^1]), "0.00")));
        return text.ToString();
    }

    private static void Row(StringBuilder text, string name, IEnumerable<string> values) => Line(text, $"| {name} | {string.Join(" | ", values)} |");

    private static void Line(StringBuilder text, params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines) text.Append(line).Append('\n');
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
