using Tertulia.Rtc.Rtcp;

namespace Tertulia.Rtc.Congestion;

/// <summary>Follows the receiver's clock over the wraps of the 24-bit reference time in transport-wide feedback.</summary>
internal struct FeedbackClock
{
    private const long TicksPerStep = 256 * TransportFeedback.TicksPerDelta;

    private long _steps;
    private bool _started;

    /// <summary>What must be added to the arrival times in this message.</summary>
    public TimeSpan Unwrap(in TransportFeedback feedback)
    {
        var reference = feedback.ReferenceTime;
        _steps = _started ? _steps + ((int)(((uint)reference - (uint)_steps) << 8) >> 8) : reference;
        _started = true;
        return new TimeSpan((_steps - reference) * TicksPerStep);
    }
}
