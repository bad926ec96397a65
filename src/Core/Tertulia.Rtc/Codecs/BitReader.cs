namespace Tertulia.Rtc.Codecs;

/// <summary>
/// Reads bits from high to low order. Past the end it gives zeros and says <see cref="HasFailed"/>, so that a parser may check once.
/// </summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bits read so far.</summary>
    public int Position { get; private set; }

    public bool HasFailed { get; private set; }

    /// <summary>What was read makes no sense.</summary>
    public void Fail() => HasFailed = true;

    public bool ReadFlag() => Read(1) != 0;

    /// <summary>f(n): up to 32 bits.</summary>
    public uint Read(int bits)
    {
        if (HasFailed || bits > _bytes.Length * 8 - Position)
        {
            HasFailed = true;
            return 0;
        }

        uint value = 0;
        while (bits > 0)
        {
            var left = 8 - (Position & 7);
            var taken = Math.Min(left, bits);
            value = value << taken | (uint)(_bytes[Position >> 3] >> (left - taken)) & (1u << taken) - 1;
            Position += taken;
            bits -= taken;
        }

        return value;
    }

    /// <summary>ns(n): one of <paramref name="count"/> values, the lower ones with a bit less.</summary>
    public uint ReadNonSymmetric(uint count)
    {
        var width = 32 - System.Numerics.BitOperations.LeadingZeroCount(count);
        var shorter = (1u << width) - count;
        var value = Read(width - 1);
        return value < shorter ? value : (value << 1) - shorter + Read(1);
    }
}
