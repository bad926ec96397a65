using System.Globalization;

namespace Tertulia.LoadTest.Measures;

/// <summary>What this server counts of itself, out of its metrics.</summary>
/// <param name="AllocatedBytes">By all threads.</param>
/// <param name="MediaAllocatedBytes">By the threads that carry media.</param>
/// <param name="Collections">Garbage collections of any generation.</param>
/// <param name="PauseSeconds">For which collections stopped all threads, in sum.</param>
/// <param name="SentDatagrams">By the media threads.</param>
/// <param name="SegmentedRuns">Of two or more datagrams that left as one.</param>
internal readonly record struct RuntimeCounters(double AllocatedBytes, double MediaAllocatedBytes, double Collections, double PauseSeconds, double SentDatagrams, double SegmentedRuns)
{
    public static RuntimeCounters operator -(RuntimeCounters one, RuntimeCounters other) => new(
        one.AllocatedBytes - other.AllocatedBytes, one.MediaAllocatedBytes - other.MediaAllocatedBytes, one.Collections - other.Collections,
        one.PauseSeconds - other.PauseSeconds, one.SentDatagrams - other.SentDatagrams, one.SegmentedRuns - other.SegmentedRuns);

    /// <param name="text">In Prometheus' format.</param>
    public static RuntimeCounters Parse(string text) => new(
        Sum(text, "tertulia_process_allocated_bytes_total"), Sum(text, "tertulia_media_allocated_bytes_total"), Sum(text, "tertulia_process_collections_total"),
        Sum(text, "tertulia_process_gc_pause_seconds_total"), Sum(text, "tertulia_media_sent_datagrams_total"), Sum(text, "tertulia_media_segmented_runs_total"));

    private static double Sum(string text, string name) => text.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or '{')
        .Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
}
