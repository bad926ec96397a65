using Tertulia.Rtc.Net;

namespace Tertulia.Taps;

/// <summary>
/// When what a stream carries was captured, on the room's clock. The publisher's reports tell; until the first has come, the packet that
/// was delayed least does. Timestamps may wrap and go a little back.
/// </summary>
public sealed class StreamClock(int clockRate)
{
    private Instant _anchorAt = Instant.Never;
    private uint _anchorTimestamp;
    private bool _isReported;

    /// <summary>A sender report has come; streams of one participant are in sync only then.</summary>
    public bool IsReported => _isReported;

    public void OnReport(Instant capturedAt, uint timestamp)
    {
        (_anchorAt, _anchorTimestamp) = (capturedAt, timestamp);
        _isReported = true;
    }

    public void OnArrival(Instant at, uint timestamp)
    {
        if (_isReported) return;
        if (_anchorAt != Instant.Never && at >= At(timestamp)) return;
        (_anchorAt, _anchorTimestamp) = (at, timestamp);
    }

    /// <summary>Meaningful after the first report or arrival.</summary>
    public Instant At(uint timestamp) =>
        _anchorAt == Instant.Never ? Instant.Zero : _anchorAt + TimeSpan.FromTicks((int)(timestamp - _anchorTimestamp) * TimeSpan.TicksPerSecond / clockRate);
}
