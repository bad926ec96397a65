namespace Tertulia.Rtc.Codecs;

/// <summary>Writes bits from high to low order into memory that has room for them; bits around them stay as they are.</summary>
internal ref struct BitWriter(Span<byte> bytes, int position = 0)
{
    private readonly Span<byte> _bytes = bytes;

    public int Position { get; private set; } = position;

    public void Write(uint value, int bits)
    {
        while (bits > 0)
        {
            var left = 8 - (Position & 7);
            var taken = Math.Min(left, bits);
            var shift = left - taken;
            var mask = ((1 << taken) - 1) << shift;
            ref var target = ref _bytes[Position >> 3];
            target = (byte)(target & ~mask | (int)(value >> (bits - taken)) << shift & mask);
            Position += taken;
            bits -= taken;
        }
    }

    /// <summary>Copies the next <paramref name="bits"/> bits of <paramref name="source"/>.</summary>
    public void Copy(ref BitReader source, int bits)
    {
        for (; bits > 0; bits -= 32) Write(source.Read(Math.Min(bits, 32)), Math.Min(bits, 32));
    }
}
