namespace Tertulia.LoadTest.Measures;

/// <summary>What one run, or the median of several, has shown. Times are in milliseconds unless the name says otherwise.</summary>
internal sealed record RunResult
{
    public string Target { get; init; } = "";

    public int Clients { get; init; }

    /// <summary>Media packets that reached a client, per second.</summary>
    public double PacketsPerSecond { get; init; }

    public double MegabitsPerSecond { get; init; }

    /// <summary>CPU time of the server for each of these packets, user and system.</summary>
    public double MicrosecondsPerPacket { get; init; }

    /// <summary>The part of it in the process itself.</summary>
    public double UserMicrosecondsPerPacket { get; init; }

    public double PacketsPerCpuSecond { get; init; }

    /// <summary>Cores that the server kept busy.</summary>
    public double ServerCores { get; init; }

    /// <summary>Cores that the clients kept busy: a bound on what could be measured.</summary>
    public double ClientCores { get; init; }

    public double LossPercent { get; init; }

    /// <summary>Packets that did not authenticate or belong to anything.</summary>
    public double Refused { get; init; }

    public double LatencyMedian { get; init; }

    public double Latency99 { get; init; }

    public double Latency999 { get; init; }

    public double JoinMedian { get; init; }

    public double Join95 { get; init; }

    public double Join99 { get; init; }

    public double JoinsPerCpuSecond { get; init; }

    /// <summary>Bytes of resident memory that the server took on, for each client.</summary>
    public double MemoryPerClient { get; init; }

    /// <summary>Null where the server does not tell.</summary>
    public double? AllocatedBytesPerPacket { get; init; }

    public double? MediaAllocatedBytesPerPacket { get; init; }

    public double? Collections { get; init; }

    public double? PauseMilliseconds { get; init; }

    /// <summary>Runs of several datagrams handed to the kernel as one, per datagram sent.</summary>
    public double? SegmentedRunsPerPacket { get; init; }

    public static RunResult Of(
        double seconds, ReceivedTotals received, ProcessUsage usage, RuntimeCounters? counters, double clientCpuSeconds, LatencyHistogram latency, int joins)
    {
        var packets = Math.Max(1, received.Packets);
        return new()
        {
            PacketsPerSecond = received.Packets / seconds,
            MegabitsPerSecond = received.Bytes * 8 / seconds / 1e6,
            MicrosecondsPerPacket = usage.CpuSeconds * 1e6 / packets,
            UserMicrosecondsPerPacket = usage.UserSeconds * 1e6 / packets,
            PacketsPerCpuSecond = received.Packets / Math.Max(0.01, usage.CpuSeconds),
            ServerCores = usage.CpuSeconds / seconds,
            ClientCores = clientCpuSeconds / seconds,
            LossPercent = received.Expected == 0 ? 0 : Math.Max(0, 100.0 * (received.Expected - received.Arrived) / received.Expected),
            Refused = received.Refused,
            LatencyMedian = latency.Percentile(0.5),
            Latency99 = latency.Percentile(0.99),
            Latency999 = latency.Percentile(0.999),
            JoinsPerCpuSecond = joins / Math.Max(0.01, usage.CpuSeconds),
            AllocatedBytesPerPacket = counters?.AllocatedBytes / packets,
            MediaAllocatedBytesPerPacket = counters?.MediaAllocatedBytes / packets,
            Collections = counters?.Collections,
            PauseMilliseconds = counters?.PauseSeconds * 1000,
            SegmentedRunsPerPacket = counters?.SegmentedRuns / Math.Max(1, counters?.SentDatagrams ?? 1),
        };
    }

    /// <summary>Of each figure the median over all runs.</summary>
    public static RunResult Median(IReadOnlyList<RunResult> runs)
    {
        var median = runs[0] with { };
        foreach (var property in typeof(RunResult).GetProperties())
        {
            if (property.PropertyType != typeof(double) && property.PropertyType != typeof(double?)) continue;
            var values = runs.Select(run => (double?)property.GetValue(run)).Where(value => value is not null).Select(value => value!.Value).Order().ToList();
            if (values.Count > 0) property.SetValue(median, (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2);
        }

        return median;
    }
}
