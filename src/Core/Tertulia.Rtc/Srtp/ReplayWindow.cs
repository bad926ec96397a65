namespace Tertulia.Rtc.Srtp;

/// <summary>Which of the latest packet indices were seen (RFC 3711 section 3.3.2), as a ring of bits ending at the highest one.</summary>
internal sealed class ReplayWindow
{
    /// <summary>Indices remembered below the highest one, which is among them.</summary>
    public const int Size = 1024;

    private readonly ulong[] _seen = new ulong[Size / 64];

    /// <summary>The highest index seen, −1 before the first.</summary>
    public long Highest { get; private set; } = -1;

    public SrtpError Check(long index)
    {
        if (index > Highest) return SrtpError.None;
        if (index < 0 || index <= Highest - Size) return SrtpError.TooOld;
        return (_seen[Word(index)] & Bit(index)) != 0 ? SrtpError.Replayed : SrtpError.None;
    }

    /// <summary>Remembers an index that <see cref="Check"/> let pass; only for authenticated packets.</summary>
    public void Add(long index)
    {
        if (index - Highest >= Size)
        {
            Array.Clear(_seen);
            Highest = index;
        }

        while (Highest < index)
        {
            Highest++;
            _seen[Word(Highest)] &= ~Bit(Highest);
        }

        _seen[Word(index)] |= Bit(index);
    }

    private static int Word(long index) => (int)(index & (Size - 1)) >> 6;

    private static ulong Bit(long index) => 1UL << (int)(index & 63);
}
