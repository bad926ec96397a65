namespace Tertulia.Rtc.Stun;

/// <summary>The CRC-32 of ITU-T V.42, as FINGERPRINT wants it (RFC 8489 section 14.7).</summary>
internal static class Crc32
{
    private const uint ReversedPolynomial = 0xedb88320;
    private static readonly uint[] Table = BuildTable();

    public static uint Compute(ReadOnlySpan<byte> bytes) => ~Append(uint.MaxValue, bytes);

    /// <summary>The running value starts at all ones and is inverted at the end.</summary>
    public static uint Append(uint running, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes) running = Table[(byte)(running ^ value)] ^ running >> 8;
        return running;
    }

    private static uint[] BuildTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++) value = (value & 1) == 0 ? value >> 1 : value >> 1 ^ ReversedPolynomial;
            table[i] = value;
        }

        return table;
    }
}
