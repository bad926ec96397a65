using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Tertulia.Server.Metrics;

internal enum MetricKind
{
    Counter,
    Gauge,
    Summary,
}

/// <summary>One instrument's values, one for each set of tags.</summary>
internal sealed class MetricFamily(Instrument instrument)
{
    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);

    public string Name => instrument.Name;

    public string Description => instrument.Description ?? "";

    public MetricKind Kind { get; } = KindOf(instrument);

    // What an observable instrument reports is the whole, not an addition.
    private readonly bool _replaces = instrument.IsObservable || instrument is Gauge<int> or Gauge<long> or Gauge<double>;

    /// <param name="Labels">As they stand between braces in the Prometheus text; may be empty.</param>
    public readonly record struct Value(string Labels, double Sum, long Count);

    public IEnumerable<Value> Values => _series.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Read(pair.Key));

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _series.GetOrAdd(PrometheusText.Labels(tags), static _ => new Series()).Record(value, _replaces);

    private static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        if (type == typeof(Histogram<>)) return MetricKind.Summary;
        return type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter : MetricKind.Gauge;
    }

    private sealed class Series
    {
        private readonly Lock _lock = new();
        private double _sum;
        private long _count;

        public void Record(double value, bool replaces)
        {
            lock (_lock)
            {
                _sum = replaces ? value : _sum + value;
                _count++;
            }
        }

        public Value Read(string labels)
        {
            lock (_lock) return new(labels, _sum, _count);
        }
    }
}
