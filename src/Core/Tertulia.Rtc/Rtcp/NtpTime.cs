namespace Tertulia.Rtc.Rtcp;

/// <summary>
/// NTP timestamp (RFC 3550 section 4): seconds since 1900 in the high 32 bits, fraction in the low ones. It wraps in 2036;
/// differences stay right across the wrap.
/// </summary>
public readonly record struct NtpTime(ulong Value)
{
    private const ulong UnixEpochSeconds = 2_208_988_800;

    /// <summary>The middle 32 bits, 16.16 fixed point, as LSR and LRR carry them.</summary>
    public uint Compact => (uint)(Value >> 16);

    public uint Seconds => (uint)(Value >> 32);

    public uint Fraction => (uint)Value;

    /// <param name="sinceUnixEpoch">Time since 1970-01-01 UTC, not negative.</param>
    public static NtpTime FromUnix(TimeSpan sinceUnixEpoch)
    {
        var ticks = (ulong)sinceUnixEpoch.Ticks;
        var seconds = ticks / TimeSpan.TicksPerSecond + UnixEpochSeconds;
        var fraction = (ticks % TimeSpan.TicksPerSecond << 32) / TimeSpan.TicksPerSecond;
        return new(seconds << 32 | fraction);
    }

    public static NtpTime operator +(NtpTime time, TimeSpan span) => new(time.Value + (ulong)ToFixed(span));

    public static NtpTime operator -(NtpTime time, TimeSpan span) => new(time.Value - (ulong)ToFixed(span));

    public static TimeSpan operator -(NtpTime later, NtpTime earlier)
    {
        var distance = (long)(later.Value - earlier.Value);
        return new((long)((Int128)distance * TimeSpan.TicksPerSecond >> 32));
    }

    /// <summary>A duration in the 16.16 fixed point of DLSR and DLRR; what is negative or too long is clamped.</summary>
    public static uint ToCompact(TimeSpan span) =>
        span <= TimeSpan.Zero ? 0 : (uint)UInt128.Min(((UInt128)(ulong)span.Ticks << 16) / TimeSpan.TicksPerSecond, uint.MaxValue);

    public static TimeSpan FromCompact(uint compact) => new((long)((ulong)compact * TimeSpan.TicksPerSecond >> 16));

    /// <summary>
    /// Round-trip time from a report block (RFC 3550 section 6.4.1): arrival − LSR − DLSR. Null when the peer had no report
    /// of ours yet, or when the numbers make no sense (negative beyond rounding, or over a minute).
    /// </summary>
    /// <param name="arrival">When the report arrived, on the clock of our sender reports.</param>
    /// <param name="lastReport">LSR or LRR.</param>
    /// <param name="delay">DLSR or DLRR.</param>
    public static TimeSpan? RoundTrip(NtpTime arrival, uint lastReport, uint delay)
    {
        if (lastReport == 0) return null;
        var roundTrip = (int)(arrival.Compact - lastReport - delay);
        // Clocks of 1/65536 s round on both sides: a little below zero means "very near".
        if (roundTrip is < -656 or > 60 << 16) return null;
        return FromCompact((uint)Math.Max(roundTrip, 1));
    }

    private static long ToFixed(TimeSpan span) => (long)(((Int128)span.Ticks << 32) / TimeSpan.TicksPerSecond);
}
