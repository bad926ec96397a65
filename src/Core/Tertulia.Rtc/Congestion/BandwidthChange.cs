using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Congestion;

/// <summary>What moved the estimate: the answer to "why was it blurry?".</summary>
public enum BandwidthChangeReason
{
    /// <summary>Nothing is measured yet.</summary>
    Start,

    /// <summary>The path took what was sent without queueing, so a little more is tried.</summary>
    Growth,

    /// <summary>A probe measured the path.</summary>
    Probe,

    /// <summary>Packets queued up on the path.</summary>
    Overuse,

    /// <summary>More packets were lost than the path loses anyway.</summary>
    Loss,

    /// <summary>More is under way, unacknowledged, than the path should hold.</summary>
    InFlight,

    /// <summary>Feedback stopped coming while packets were sent.</summary>
    FeedbackTimeout,

    /// <summary>The receiver's own estimate (REMB) is lower.</summary>
    Remb,
}

/// <summary>One movement of the estimate.</summary>
public readonly record struct BandwidthChange(Instant At, Bitrate From, Bitrate To, BandwidthChangeReason Reason);
