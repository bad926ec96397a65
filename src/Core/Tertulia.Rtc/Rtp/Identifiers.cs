namespace Tertulia.Rtc.Rtp;

/// <summary>Synchronization source of an RTP stream (RFC 3550 section 3).</summary>
public readonly record struct Ssrc(uint Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A sequence number with its rollovers counted: never wraps within the life of a stream.</summary>
public readonly record struct ExtendedSequenceNumber(long Value) : IComparable<ExtendedSequenceNumber>
{
    public ushort Wire => (ushort)Value;

    public int CompareTo(ExtendedSequenceNumber other) => Value.CompareTo(other.Value);

    public static ExtendedSequenceNumber operator +(ExtendedSequenceNumber number, long distance) => new(number.Value + distance);

    public static long operator -(ExtendedSequenceNumber later, ExtendedSequenceNumber earlier) => later.Value - earlier.Value;

    public static bool operator <(ExtendedSequenceNumber left, ExtendedSequenceNumber right) => left.Value < right.Value;

    public static bool operator >(ExtendedSequenceNumber left, ExtendedSequenceNumber right) => left.Value > right.Value;

    public static bool operator <=(ExtendedSequenceNumber left, ExtendedSequenceNumber right) => left.Value <= right.Value;

    public static bool operator >=(ExtendedSequenceNumber left, ExtendedSequenceNumber right) => left.Value >= right.Value;
}
