namespace Tertulia.Rtc.Rtp;

/// <summary>
/// Counts the rollovers of 16-bit sequence numbers (RTP or transport-wide): a number is taken to lie within half the
/// number space of the highest one seen. Results start one cycle above zero, so that packets from before the first one,
/// arriving late across a wrap, are still positive and can index rings.
/// </summary>
public sealed class SequenceUnwrapper
{
    private const long FirstCycle = 0x10000;

    private long _highest = -1;

    /// <summary>The highest number seen; meaningful once <see cref="HasStarted"/>.</summary>
    public ExtendedSequenceNumber Highest => new(_highest);

    public bool HasStarted => _highest >= 0;

    /// <summary>The number in its place relative to the highest seen, which it may become.</summary>
    public ExtendedSequenceNumber Unwrap(ushort sequenceNumber)
    {
        var result = Peek(sequenceNumber);
        _highest = Math.Max(_highest, result.Value);
        return result;
    }

    /// <summary>As <see cref="Unwrap"/>, without taking note of the number: for NACKs and feedback about our own packets.</summary>
    public ExtendedSequenceNumber Peek(ushort sequenceNumber) => HasStarted
        ? new(_highest + (short)(ushort)(sequenceNumber - (ushort)_highest))
        : new(FirstCycle + sequenceNumber);

    /// <summary>Forgets the past: the next number starts anew.</summary>
    public void Reset() => _highest = -1;
}
