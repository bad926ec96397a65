using System.Globalization;

namespace Tertulia.Rtc.Congestion;

/// <summary>A rate in bits per second.</summary>
public readonly record struct Bitrate(long BitsPerSecond) : IComparable<Bitrate>
{
    public static readonly Bitrate Zero;

    /// <summary>No limit.</summary>
    public static readonly Bitrate Unlimited = new(long.MaxValue);

    public double Kilobits => BitsPerSecond / 1000.0;

    public static Bitrate FromKilobits(double kilobits) => new((long)(kilobits * 1000));

    /// <summary>The rate of <paramref name="bytes"/> in <paramref name="duration"/>; unlimited if that is no time at all.</summary>
    public static Bitrate Of(long bytes, TimeSpan duration) =>
        duration <= TimeSpan.Zero ? Unlimited : new((long)(bytes * 8.0 / duration.TotalSeconds));

    public static Bitrate Min(Bitrate left, Bitrate right) => left < right ? left : right;

    public static Bitrate Max(Bitrate left, Bitrate right) => left > right ? left : right;

    public static Bitrate operator +(Bitrate left, Bitrate right) => new(left.BitsPerSecond + right.BitsPerSecond);

    public static Bitrate operator -(Bitrate left, Bitrate right) => new(left.BitsPerSecond - right.BitsPerSecond);

    public static Bitrate operator *(Bitrate rate, double factor) => new((long)(rate.BitsPerSecond * factor));

    public static double operator /(Bitrate left, Bitrate right) => (double)left.BitsPerSecond / right.BitsPerSecond;

    public static bool operator <(Bitrate left, Bitrate right) => left.BitsPerSecond < right.BitsPerSecond;

    public static bool operator >(Bitrate left, Bitrate right) => left.BitsPerSecond > right.BitsPerSecond;

    public static bool operator <=(Bitrate left, Bitrate right) => left.BitsPerSecond <= right.BitsPerSecond;

    public static bool operator >=(Bitrate left, Bitrate right) => left.BitsPerSecond >= right.BitsPerSecond;

    public Bitrate Clamp(Bitrate least, Bitrate most) => Min(Max(this, least), most);

    /// <summary>Bytes that this rate carries in <paramref name="duration"/>.</summary>
    public double BytesIn(TimeSpan duration) => BitsPerSecond * duration.TotalSeconds / 8;

    /// <summary>Time that <paramref name="bytes"/> take at this rate.</summary>
    public TimeSpan TimeFor(double bytes) => TimeSpan.FromSeconds(bytes * 8 / BitsPerSecond);

    public int CompareTo(Bitrate other) => BitsPerSecond.CompareTo(other.BitsPerSecond);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kilobits:F0} kbit/s");
}
