using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Allocation;

/// <summary>
/// Whether a line that is estimated to be too narrow for even the least that there is of a plain camera has shown that it is. Measuring
/// takes a moment: a camera that begins or grows must not stop for that, and of what flows a line can be judged better.
/// </summary>
internal sealed class LineDoubt
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // A line whose estimate sinks below this share of a full-sized camera is not tried for so long: its queue fills up with what it cannot carry.
    private const double FarTooLittle = 0.75;
    private static readonly TimeSpan LeastPatience = TimeSpan.FromMilliseconds(200);

    // Estimates are rough where little is sent, and low after each overuse: a small picture is worth trying with half of what it needs.
    private const double AboutRight = 0.5;

    private Instant _since = Instant.Never;
    private PublishedLayer? _layer;

    /// <summary>The line carries it.</summary>
    public void Clear() => _since = Instant.Never;

    /// <param name="now">Each layer is tried from the first time it is asked about.</param>
    /// <param name="least">What the line is too narrow for.</param>
    /// <param name="change">The last movement of the line's estimate.</param>
    /// <param name="budget">Bits a second that are left for it.</param>
    /// <param name="isMeasured">
    /// The receiver gives transport-wide feedback. Without it nothing would tell when to begin again: only its own word counts, and
    /// the sender's adaptation has to do.
    /// </param>
    public bool MayTry(Instant now, in LayerOption least, in BandwidthChange change, long budget, bool isMeasured)
    {
        if (!isMeasured) return change.Reason != BandwidthChangeReason.Remb;
        var layer = least.Target.Layer;
        if (_since == Instant.Never || layer != _layer) (_since, _layer) = (now, layer);
        if (layer.Index == PublishedLayer.SmallUplinkIndex) return budget >= least.BitsPerSecond * AboutRight || now - _since < Patience;
        var isSinking = change.To < change.From && change.At >= _since;
        return now - _since < (isSinking && budget < least.BitsPerSecond * FarTooLittle ? LeastPatience : Patience);
    }
}
