using System.Diagnostics;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;

namespace Tertulia.MediaNode;

/// <summary>The one clock of a node. Steps of the wall clock do not touch it.</summary>
internal sealed class MonotonicClock
{
    private static readonly double TicksPerStep = (double)TimeSpan.TicksPerSecond / Stopwatch.Frequency;

    private readonly long _origin = Stopwatch.GetTimestamp();

    public Instant Now => new((long)((Stopwatch.GetTimestamp() - _origin) * TicksPerStep));

    /// <summary>Wall-clock time at <see cref="Instant.Zero"/>, as it was when the clock was made.</summary>
    public NtpTime NtpAtZero { get; } = NtpTime.FromUnix(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch);
}
