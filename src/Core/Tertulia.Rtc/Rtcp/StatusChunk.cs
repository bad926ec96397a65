namespace Tertulia.Rtc.Rtcp;

/// <summary>
/// A packet status chunk of transport-wide feedback: 16 bits that hold a run of equal symbols, 14 one-bit symbols or 7 two-bit
/// symbols. The value of a symbol is also the length of its receive delta in bytes.
/// </summary>
internal readonly struct StatusChunk(ushort value)
{
    public const byte NotReceived = 0, SmallDelta = 1, LargeDelta = 2;

    public const int MaxRun = 0x1fff, OneBitSymbols = 14, TwoBitSymbols = 7;

    private const byte Reserved = 3;

    public ushort Value => value;

    private bool IsRun => (value & 0x8000) == 0;

    private bool IsTwoBit => (value & 0x4000) != 0;

    /// <summary>Symbols in it; a run may be empty, and the last chunk of a message may hold more than there are packets.</summary>
    public int Count => IsRun ? value & MaxRun : IsTwoBit ? TwoBitSymbols : OneBitSymbols;

    public byte this[int index] =>
        IsRun ? (byte)(value >> 13 & 3)
        : IsTwoBit ? (byte)(value >> (12 - 2 * index) & 3)
        : (byte)(value >> (13 - index) & 1);

    /// <summary>Bytes of the deltas that belong to the first symbols; false for symbols that have no meaning yet.</summary>
    public bool TryMeasureDeltas(int count, out int length)
    {
        length = 0;
        if (IsRun)
        {
            length = count * this[0];
            return this[0] != Reserved;
        }

        for (var i = 0; i < count; i++)
        {
            if (this[i] == Reserved) return false;
            length += this[i];
        }

        return true;
    }

    /// <summary>The chunk that says most about the symbols from the front, and how many it says.</summary>
    public static StatusChunk Take(ReadOnlySpan<byte> symbols, out int taken)
    {
        var first = symbols[0];
        var run = 1;
        var limit = Math.Min(symbols.Length, MaxRun);
        while (run < limit && symbols[run] == first) run++;

        var hasLarge = symbols[..Math.Min(symbols.Length, OneBitSymbols)].Contains(LargeDelta);
        taken = Math.Min(symbols.Length, hasLarge ? TwoBitSymbols : OneBitSymbols);
        if (run >= taken)
        {
            taken = run;
            return new((ushort)(first << 13 | run));
        }

        var value = hasLarge ? 0xc000 : 0x8000;
        for (var i = 0; i < taken; i++) value |= symbols[i] << (hasLarge ? 12 - 2 * i : 13 - i);
        return new((ushort)value);
    }
}
