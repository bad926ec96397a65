using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Tertulia.Server.Metrics;

/// <summary>
/// Adds up what this server's own meters measure, so that it can be read at any time. Counters are kept as sums, gauges as their last values, histograms as
/// number and sum.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    private const string OwnMeters = "Tertulia.";

    private readonly IMeterFactory _meters;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();

    public MetricsCollector(IMeterFactory meters)
    {
        _meters = meters;
        _listener.InstrumentPublished = Enable;
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>All of them now, by name.</summary>
    public IReadOnlyList<MetricFamily> Collect()
    {
        _listener.RecordObservableInstruments();
        return [.. _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)];
    }

    public void Dispose() => _listener.Dispose();

    // One process may hold several servers, in tests: each has meters of its own.
    private void Enable(Instrument instrument, MeterListener listener)
    {
        if (!instrument.Meter.Name.StartsWith(OwnMeters, StringComparison.Ordinal) || instrument.Meter.Scope != _meters) return;
        listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, static published => new MetricFamily(published)));
    }
}
