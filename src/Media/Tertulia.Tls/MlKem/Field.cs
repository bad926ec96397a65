namespace Tertulia.Tls.MlKem;

/// <summary>Integers modulo q = 3329, as <see cref="ushort"/> from 0 to q - 1, without a branch, a division or a table lookup by value.</summary>
internal static class Field
{
    public const int Q = 3329;

    // The least integer above 2^36 / q: with it, quotients of all values below 2^25 come out exact.
    private const ulong Reciprocal = 20642679;
    private const int ReciprocalShift = 36;

    /// <summary>For values below 2^25. A division instruction would take a time that depends on the value.</summary>
    public static uint DivideByQ(uint value) => (uint)((value * Reciprocal) >> ReciprocalShift);

    /// <summary>For values below 2^25, the sum of three products of two elements included.</summary>
    public static ushort Reduce(uint value) => (ushort)(value - DivideByQ(value) * Q);

    public static ushort Multiply(ushort a, ushort b) => Reduce((uint)a * b);

    public static ushort Add(ushort a, ushort b) => ReduceOnce(a + b);

    public static ushort Subtract(ushort a, ushort b) => ReduceOnce(a - b + Q);

    /// <summary>FIPS 203 section 4.2.1: round(2^bits / q * a) modulo 2^bits.</summary>
    public static ushort Compress(ushort a, int bits) => (ushort)(DivideByQ(((uint)a << bits) + Q / 2) & ((1u << bits) - 1));

    /// <summary>FIPS 203 section 4.2.1: round(q / 2^bits * y).</summary>
    public static ushort Decompress(ushort y, int bits) => (ushort)(((uint)y * Q + (1u << (bits - 1))) >> bits);

    // For values from 0 to 2q - 1: the sign of value - q, as a mask, gives q back or not.
    private static ushort ReduceOnce(int value)
    {
        value -= Q;
        return (ushort)(value + (Q & (value >> 31)));
    }
}
