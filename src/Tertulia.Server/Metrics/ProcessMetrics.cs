using System.Diagnostics.Metrics;

namespace Tertulia.Server.Metrics;

/// <summary>What this process takes of its machine, and how its memory is managed.</summary>
internal sealed class ProcessMetrics
{
    public ProcessMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Tertulia.Process");
        meter.CreateObservableCounter("tertulia_process_cpu_seconds", () => Environment.CpuUsage.TotalTime.TotalSeconds, description: "CPU time, in the process and in the kernel for it.");
        meter.CreateObservableGauge("tertulia_process_resident_bytes", () => Environment.WorkingSet, description: "Memory that is resident.");
        meter.CreateObservableCounter("tertulia_process_allocated_bytes", () => GC.GetTotalAllocatedBytes(), description: "Managed memory allocated by all threads.");
        meter.CreateObservableGauge("tertulia_process_managed_bytes", () => GC.GetGCMemoryInfo().HeapSizeBytes, description: "Managed memory in use after the last collection.");
        meter.CreateObservableCounter("tertulia_process_gc_pause_seconds", () => GC.GetTotalPauseDuration().TotalSeconds, description: "Time for which collections stopped all threads.");
        meter.CreateObservableCounter("tertulia_process_collections", Collections, description: "Garbage collections that went no further than each generation.");
    }

    // The runtime counts a collection of a generation for all younger ones too.
    private static IEnumerable<Measurement<long>> Collections()
    {
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            var older = generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0;
            yield return new(GC.CollectionCount(generation) - older, new KeyValuePair<string, object?>("generation", generation));
        }
    }
}
