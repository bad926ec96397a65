using System.Globalization;
using System.Text;

namespace Tertulia.Server.Metrics;

/// <summary>Prometheus' text format, version 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            // By convention what only grows is named so.
            var name = family.Kind == MetricKind.Counter ? $"{family.Name}_total" : family.Name;
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {Escape(family.Description, quotes: false)}\n# TYPE {name} {family.Kind.ToString().ToLowerInvariant()}\n");
            foreach (var value in family.Values)
            {
                if (family.Kind != MetricKind.Summary) Line(text, name, value.Labels, value.Sum);
                else
                {
                    Line(text, $"{name}_sum", value.Labels, value.Sum);
                    Line(text, $"{name}_count", value.Labels, value.Count);
                }
            }
        }

        return text.ToString();
    }

    /// <summary>Tags in the order of their names: the same set always gives the same text.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var sorted = tags.ToArray();
        Array.Sort(sorted, static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        return string.Join(',', sorted.Select(tag => $"{tag.Key}=\"{Escape(Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "", quotes: true)}\""));
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(CultureInfo.InvariantCulture, $" {value}\n");
    }

    private static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
