using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Congestion;

/// <summary>
/// Pushes the estimate down while more is under way than a round trip and a tolerable queue can hold: long before a delay trend
/// can be fitted, and also when feedback stays away altogether.
/// </summary>
internal sealed class CongestionWindow
{
    private const double LeastBytes = 6000;

    // The estimates below it follow by themselves; both together would fall much too far.
    private const double LeastFactor = 0.4;

    // Feedback is up to 100 ms old when it comes; the rest is queue.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MinimumMemory = TimeSpan.FromSeconds(10);

    private TimeSpan? _shortest;
    private Instant _shortestAt;

    /// <summary>What the estimate is multiplied by, up to 1.</summary>
    public double Factor { get; private set; } = 1;

    /// <summary>Feedback came for a packet that was sent that long ago.</summary>
    public void OnResponse(Instant now, TimeSpan response)
    {
        if (_shortest is { } shortest && response > shortest && now - _shortestAt < MinimumMemory) return;
        (_shortest, _shortestAt) = (response, now);
    }

    public void Update(Bitrate estimate, long bytesInFlight)
    {
        if (_shortest is not { } shortest) return;
        var fill = bytesInFlight / Math.Max(LeastBytes, estimate.BytesIn(shortest + Tolerance));
        Factor = fill switch
        {
            > 1.5 => Factor * 0.9,
            > 1 => Factor * 0.95,
            < 0.1 => 1,
            _ => Math.Min(1, Factor * 1.05),
        };
        Factor = Math.Max(Factor, LeastFactor);
    }
}
