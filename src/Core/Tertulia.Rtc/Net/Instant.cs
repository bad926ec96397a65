namespace Tertulia.Rtc.Net;

/// <summary>
/// A point in monotonic time, in ticks of 100 ns since an origin that its owner chose. Core never reads a clock:
/// whoever drives it passes the time in, so that a meeting can be replayed in virtual time.
/// </summary>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    /// <summary>Later than every deadline that can be waited for: "nothing to do".</summary>
    public static readonly Instant Never = new(long.MaxValue);

    public static readonly Instant Zero = new(0);

    public long Microseconds => Ticks / TimeSpan.TicksPerMicrosecond;

    public long Milliseconds => Ticks / TimeSpan.TicksPerMillisecond;

    public static Instant FromMilliseconds(long milliseconds) => new(milliseconds * TimeSpan.TicksPerMillisecond);

    public static Instant operator +(Instant instant, TimeSpan span) => new(instant.Ticks + span.Ticks);

    public static Instant operator -(Instant instant, TimeSpan span) => new(instant.Ticks - span.Ticks);

    public static TimeSpan operator -(Instant later, Instant earlier) => new(later.Ticks - earlier.Ticks);

    public static bool operator <(Instant left, Instant right) => left.Ticks < right.Ticks;

    public static bool operator >(Instant left, Instant right) => left.Ticks > right.Ticks;

    public static bool operator <=(Instant left, Instant right) => left.Ticks <= right.Ticks;

    public static bool operator >=(Instant left, Instant right) => left.Ticks >= right.Ticks;

    public static Instant Min(Instant left, Instant right) => left < right ? left : right;

    public static Instant Max(Instant left, Instant right) => left > right ? left : right;

    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    public override string ToString() => this == Never ? "never" : $"{Ticks / (double)TimeSpan.TicksPerSecond:F6}s";
}
