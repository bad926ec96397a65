using Tertulia.Rtc.Congestion;

namespace Tertulia.Simulation.Sweep;

/// <summary>What one watcher got in one run. Times are seconds since the beginning.</summary>
public sealed class Recording
{
    private const double SteadyPause = 0.3;
    private const double UsualPause = 1 / 30.0;

    public List<Sample> Samples { get; } = [];

    /// <summary>When each frame was decoded, and its rows.</summary>
    public List<(double At, int Height)> Frames { get; } = [];

    public int FullHeight { get; init; } = 720;

    public double Evaluate(Measure measure, double from, double to) => measure switch
    {
        Measure.LongestFreeze => Pauses(from, to).Max(pause => pause.Length) * 1000,
        Measure.FrozenPerMinute => FrozenSeconds(from, to) * 60 / (to - from),
        Measure.FrameRate => Frames.Count(frame => frame.At >= from && frame.At < to) / (to - from),
        Measure.Estimate => Between(from, to).Average(sample => sample.EstimateKbps),
        Measure.Used => Used(from, to),
        Measure.Queue => Percentile([.. Between(from, to).Select(sample => sample.QueueMs)], 0.95),
        Measure.Height => Frames.LastOrDefault(frame => frame.At < to).Height,
        Measure.MovingAgain => MovingAgain(from, to),
        Measure.BestLayer => BestLayer(from),
        Measure.ShareOfLine => ShareOfLine(from, to),
        Measure.Concealed => Concealed(from, to),
        Measure.RepairShare => RepairShare(from, to),
        _ => throw new ArgumentOutOfRangeException(nameof(measure)),
    };

    /// <summary>Times without a new frame that W3C's statistics count as freezes.</summary>
    public IEnumerable<(double At, double Length)> Freezes()
    {
        var usual = UsualPause;
        foreach (var (at, length) in Pauses(0, double.MaxValue))
        {
            if (length > usual * 3 && length > usual + 0.15) yield return (at, length);
            usual += (length - usual) / 30;
        }
    }

    public IEnumerable<Sample> Between(double from, double to) => Samples.Where(sample => sample.At >= from && sample.At < to);

    // The pause before the first frame and after the last count as well: else a picture that never came would be perfect.
    private IEnumerable<(double At, double Length)> Pauses(double from, double to)
    {
        var previous = Samples.Count == 0 ? 0 : Samples[0].At;
        var end = Math.Min(to, Samples.Count == 0 ? 0 : Samples[^1].At);
        foreach (var (at, _) in Frames.Append((At: end, 0)))
        {
            var (start, stop) = (Math.Max(previous, from), Math.Min(at, end));
            if (stop > start) yield return (start, stop - start);
            previous = Math.Max(previous, at);
        }
    }

    private double FrozenSeconds(double from, double to) =>
        Freezes().Sum(freeze => Math.Max(0, Math.Min(freeze.At + freeze.Length, to) - Math.Max(freeze.At, from)));

    private double MovingAgain(double from, double to)
    {
        var steadySince = from;
        foreach (var (at, length) in Pauses(from, to))
        {
            if (length > SteadyPause) steadySince = at + length;
            else if (at + length - steadySince >= 1) break;
        }

        return to - steadySince < 1 ? double.PositiveInfinity : steadySince - from;
    }

    private double BestLayer(double from)
    {
        foreach (var (at, height) in Frames)
        {
            if (at >= from && height >= FullHeight) return at - from;
        }

        return double.PositiveInfinity;
    }

    private double Used(double from, double to)
    {
        var part = Between(from, to).ToList();
        var capacity = part.Average(sample => sample.CapacityKbps);
        return (part[^1].DeliveredBytes + part[^1].DownloadedBytes - part[0].DeliveredBytes - part[0].DownloadedBytes) * 8 / 1000.0 / (part[^1].At - part[0].At) / capacity;
    }

    private double ShareOfLine(double from, double to)
    {
        var part = Between(from, to).ToList();
        double ours = part[^1].DeliveredBytes - part[0].DeliveredBytes;
        return ours / (ours + part[^1].DownloadedBytes - part[0].DownloadedBytes);
    }

    private double RepairShare(double from, double to)
    {
        var part = Between(from, to).ToList();
        return (part[^1].RepairPackets - part[0].RepairPackets) / Math.Max(1.0, part[^1].MediaPackets - part[0].MediaPackets);
    }

    private double Concealed(double from, double to)
    {
        var part = Between(from, to).ToList();
        var played = part[^1].SoundPlayed - part[0].SoundPlayed;
        return played > 0 ? (part[^1].SoundMadeUp - part[0].SoundMadeUp) / played : double.NaN;
    }

    private static double Percentile(double[] values, double share)
    {
        Array.Sort(values);
        return values.Length == 0 ? 0 : values[(int)((values.Length - 1) * share)];
    }
}

/// <param name="At">Seconds since the beginning.</param>
/// <param name="CapacityKbps">Of the line; 0 without limit.</param>
/// <param name="EstimateKbps">The server's estimate of it.</param>
/// <param name="QueueMs">How long a packet sent now would wait at the bottleneck.</param>
/// <param name="SentBytes">To this watcher so far.</param>
/// <param name="DeliveredBytes">Of them, what left the bottleneck.</param>
/// <param name="DownloadedBytes">By the competing downloads.</param>
/// <param name="MediaPackets">Sent first time.</param>
/// <param name="RepairPackets">Retransmissions and repair packets.</param>
/// <param name="Loss">As the server knows it, 0-1.</param>
/// <param name="Reason">What moved the estimate last.</param>
/// <param name="SoundMadeUp">Frames of 20 ms that the player made up so far.</param>
/// <param name="SoundPlayed">With them, all that it played.</param>
public readonly record struct Sample(
    double At, double CapacityKbps, double EstimateKbps, double QueueMs, long SentBytes, long DeliveredBytes, long DownloadedBytes, long MediaPackets, long RepairPackets,
    double Loss, BandwidthChangeReason Reason, double SoundMadeUp, double SoundPlayed);
