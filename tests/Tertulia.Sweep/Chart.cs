using System.Globalization;
using System.Net;
using System.Text;
using Tertulia.Simulation.Sweep;

namespace Tertulia.Sweep;

/// <summary>One run as a picture: rates above, the queue below, freezes as red bands through both.</summary>
internal static class Chart
{
    private const int Width = 720;
    private const int Left = 46;
    private const int Right = 10;
    private const int RatesTop = 28;
    private const int RatesHeight = 150;
    private const int QueueTop = 200;
    private const int QueueHeight = 60;
    private const int Height = 284;
    private const double Interval = 0.5;

    public static string Draw(Outcome outcome)
    {
        var (scenario, recording) = (outcome.Scenario, outcome.Watchers[0]);
        var points = Thin(recording).ToList();
        var seconds = scenario.Seconds;
        var mostRate = NiceCeiling(points.Max(point => Math.Max(point.Capacity, Math.Max(Math.Min(point.Estimate, 6000), point.Sent))));
        var mostQueue = NiceCeiling(Math.Max(100, points.Max(point => point.Queue)));
        double X(double at) => Left + at / seconds * (Width - Left - Right);
        double RateY(double rate) => RatesTop + RatesHeight * (1 - Math.Min(rate, mostRate) / mostRate);
        double QueueY(double queue) => QueueTop + QueueHeight * (1 - queue / mostQueue);

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#555\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>\n<text x=\"{Left}\" y=\"16\" font-size=\"13\" fill=\"#222\">{WebUtility.HtmlEncode(scenario.Name)}</text>\n");
        foreach (var (at, length) in recording.Freezes().Where(freeze => freeze.At >= 1))
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{X(at):F1}\" y=\"{RatesTop}\" width=\"{Math.Max(1, X(at + length) - X(at)):F1}\" height=\"{QueueTop + QueueHeight - RatesTop}\" fill=\"#d33\" opacity=\".25\"/>\n");
        Axis(svg, RatesTop, RatesHeight, mostRate, "kbit/s");
        Axis(svg, QueueTop, QueueHeight, mostQueue, "queue ms");
        for (var at = 0; at <= seconds; at += seconds > 120 ? 60 : 10)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(at):F0}\" y=\"{Height - 8}\" text-anchor=\"middle\">{at} s</text>\n");
        if (points.Any(point => point.Capacity > 0)) Line(svg, "#999", 1.5, points.Select(point => (X(point.At), RateY(point.Capacity))));
        Line(svg, "#2a9d4a", 1, points.Select(point => (X(point.At), RateY(point.Sent))));
        Line(svg, "#1f5fd0", 1.5, points.Select(point => (X(point.At), RateY(point.Estimate))));
        Line(svg, "#e08a00", 1, points.Select(point => (X(point.At), QueueY(point.Queue))));
        return svg.Append("</svg>\n").ToString();
    }

    private static IEnumerable<(double At, double Capacity, double Estimate, double Sent, double Queue)> Thin(Recording recording)
    {
        var (begin, longest) = (recording.Samples[0], 0.0);
        foreach (var sample in recording.Samples)
        {
            longest = Math.Max(longest, sample.QueueMs);
            if (sample.At - begin.At < Interval) continue;
            yield return (sample.At, sample.CapacityKbps, sample.EstimateKbps, (sample.SentBytes - begin.SentBytes) * 8 / 1000.0 / (sample.At - begin.At), longest);
            (begin, longest) = (sample, 0);
        }
    }

    private static void Axis(StringBuilder svg, int top, int height, double most, string unit)
    {
        for (var i = 0; i <= 2; i++)
        {
            var y = top + height * (1 - i / 2.0);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {y}H{Width - Right}\" stroke=\"#ddd\"/><text x=\"{Left - 4}\" y=\"{y + 4}\" text-anchor=\"end\">{most * i / 2:0}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right}\" y=\"{top - 3}\" text-anchor=\"end\">{unit}</text>\n");
    }

    private static void Line(StringBuilder svg, string color, double width, IEnumerable<(double X, double Y)> points)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<path fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" d=\"");
        var command = 'M';
        foreach (var (x, y) in points)
        {
            svg.Append(CultureInfo.InvariantCulture, $"{command}{x:F0} {y:F0}");
            command = 'L';
        }

        svg.Append("\"/>\n");
    }

    private static double NiceCeiling(double value)
    {
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(value)));
        foreach (var step in (double[])[1, 2, 3, 4, 5, 6, 8, 10])
        {
            if (value <= step * magnitude) return step * magnitude;
        }

        return value;
    }
}
