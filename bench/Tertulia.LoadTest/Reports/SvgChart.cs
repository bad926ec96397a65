using System.Globalization;
using System.Text;

namespace Tertulia.LoadTest.Reports;

/// <summary>Bars of the CPU time per forwarded packet, scenario by scenario, with the floor as a line across them.</summary>
internal static class SvgChart
{
    private const int Width = 760;
    private const int Left = 190;
    private const int Bar = 18;
    private const int Gap = 16;
    private const int Top = 46;

    private static readonly string[] s_colors = ["#2563eb", "#9ca3af", "#f59e0b", "#10b981"];

    public static string Write(IReadOnlyList<Comparison> comparisons)
    {
        var longest = comparisons.Max(comparison => comparison.Results.Max(result => result.MicrosecondsPerPacket));
        var scale = (Width - Left - 80) / Math.Max(0.1, longest);
        var height = Top + comparisons.Sum(comparison => comparison.Results.Count * Bar + Gap) + 24;
        var text = new StringBuilder();
        Add(text, $"<svg xmlns='http://www.w3.org/2000/svg' width='{Width}' height='{height}' viewBox='0 0 {Width} {height}' font-family='sans-serif' font-size='12'>");
        Add(text, $"<rect width='{Width}' height='{height}' fill='white'/>");
        Add(text, "<text x='12' y='24' font-size='15'>Server CPU per forwarded packet, µs (shorter is better)</text>");
        var y = Top;
        foreach (var comparison in comparisons)
        {
            Add(text, $"<text x='12' y='{y + 13}' font-weight='bold'>{comparison.Scenario} {comparison.Size}, rate {comparison.Rate}</text>");
            var first = y;
            for (var i = 0; i < comparison.Results.Count; i++, y += Bar)
            {
                var result = comparison.Results[i];
                var length = result.MicrosecondsPerPacket * scale;
                Add(text, $"<rect x='{Left}' y='{y + 2}' width='{length:0.0}' height='{Bar - 4}' fill='{s_colors[i % s_colors.Length]}'/>");
                Add(text, $"<text x='{Left + length + 6:0.0}' y='{y + 13}'>{result.Target} {result.MicrosecondsPerPacket:0.00}</text>");
            }

            var floor = Left + comparison.Floor.Total * scale;
            Add(text, $"<line x1='{floor:0.0}' y1='{first}' x2='{floor:0.0}' y2='{y}' stroke='#dc2626' stroke-width='2'/>");
            y += Gap;
        }

        Add(text, $"<text x='12' y='{y + 10}' fill='#dc2626'>red line: the floor, encryption and UDP_SEGMENT alone</text>");
        return text.Append("</svg>\n").ToString();
    }

    private static void Add(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static void Add(StringBuilder text, string line) => text.Append(line).Append('\n');
}
