namespace Tertulia.Tls.MlKem;

/// <summary>Polynomials of 256 coefficients modulo q, in the order of FIPS 203: their transform, their product and how they are written.</summary>
internal static class Polynomial
{
    public const int Coefficients = 256;

    private const ushort InverseOf128 = 3303;

    // 17 is a primitive 256th root of unity; powers in the order in which the transform needs them (FIPS 203 appendix A).
    private static readonly ushort[] s_zetas = [.. Enumerable.Range(0, 128).Select(i => Power(17, ReverseBits(i)))];
    private static readonly ushort[] s_gammas = [.. Enumerable.Range(0, 128).Select(i => Power(17, 2 * ReverseBits(i) + 1))];

    /// <summary>FIPS 203 algorithm 9, in place.</summary>
    public static void Transform(Span<ushort> f)
    {
        f = f[..Coefficients];
        var k = 1;
        for (var length = 128; length >= 2; length >>= 1)
        {
            for (var start = 0; start < Coefficients; start += 2 * length)
            {
                var zeta = s_zetas[k++];
                var lower = f.Slice(start, length);
                var upper = f.Slice(start + length, length);
                for (var j = 0; j < lower.Length; j++)
                {
                    var t = Field.Multiply(zeta, upper[j]);
                    upper[j] = Field.Subtract(lower[j], t);
                    lower[j] = Field.Add(lower[j], t);
                }
            }
        }
    }

    /// <summary>FIPS 203 algorithm 10, in place.</summary>
    public static void InverseTransform(Span<ushort> f)
    {
        f = f[..Coefficients];
        var k = 127;
        for (var length = 2; length <= 128; length <<= 1)
        {
            for (var start = 0; start < Coefficients; start += 2 * length)
            {
                var zeta = s_zetas[k--];
                var lower = f.Slice(start, length);
                var upper = f.Slice(start + length, length);
                for (var j = 0; j < lower.Length; j++)
                {
                    var t = lower[j];
                    lower[j] = Field.Add(t, upper[j]);
                    upper[j] = Field.Multiply(zeta, Field.Subtract(upper[j], t));
                }
            }
        }

        for (var j = 0; j < f.Length; j++) f[j] = Field.Multiply(f[j], InverseOf128);
    }

    /// <summary>FIPS 203 algorithm 11: adds the product of two transformed polynomials to <paramref name="sum"/>.</summary>
    public static void AddProduct(Span<ushort> sum, ReadOnlySpan<ushort> f, ReadOnlySpan<ushort> g)
    {
        for (var i = 0; i < Coefficients; i += 2)
        {
            uint f0 = f[i], f1 = f[i + 1], g0 = g[i], g1 = g[i + 1];
            uint twisted = Field.Reduce(g1 * s_gammas[i >> 1]);
            sum[i] = Field.Reduce(sum[i] + f0 * g0 + f1 * twisted);
            sum[i + 1] = Field.Reduce(sum[i + 1] + f0 * g1 + f1 * g0);
        }
    }

    public static void Add(Span<ushort> sum, ReadOnlySpan<ushort> f)
    {
        for (var i = 0; i < sum.Length; i++) sum[i] = Field.Add(sum[i], f[i]);
    }

    public static void Subtract(Span<ushort> difference, ReadOnlySpan<ushort> f)
    {
        for (var i = 0; i < difference.Length; i++) difference[i] = Field.Subtract(difference[i], f[i]);
    }

    /// <summary>FIPS 203 algorithm 5, for any number of polynomials in a row; compressed to the width first if that is below 12 bits.</summary>
    public static void Encode(ReadOnlySpan<ushort> f, int bits, Span<byte> output)
    {
        uint pending = 0;
        var (held, next) = (0, 0);
        foreach (var coefficient in f)
        {
            pending |= (uint)(bits < 12 ? Field.Compress(coefficient, bits) : coefficient) << held;
            for (held += bits; held >= 8; held -= 8, pending >>= 8) output[next++] = (byte)pending;
        }
    }

    /// <summary>
    /// FIPS 203 algorithm 6 and the decompression that belongs to it. Values of 12 bits from q on are taken modulo q; keys with such values are
    /// refused before (section 7.2).
    /// </summary>
    public static void Decode(ReadOnlySpan<byte> input, int bits, Span<ushort> f)
    {
        uint pending = 0;
        var (held, next) = (0, 0);
        for (var i = 0; i < f.Length; i++)
        {
            for (; held < bits; held += 8) pending |= (uint)input[next++] << held;
            var value = (ushort)(pending & ((1u << bits) - 1));
            f[i] = bits < 12 ? Field.Decompress(value, bits) : Field.Reduce(value);
            pending >>= bits;
            held -= bits;
        }
    }

    private static ushort Power(ushort number, int exponent)
    {
        ushort result = 1;
        for (var i = 0; i < exponent; i++) result = Field.Multiply(result, number);
        return result;
    }

    private static int ReverseBits(int seven)
    {
        var reversed = 0;
        for (var bit = 0; bit < 7; bit++) reversed |= ((seven >> bit) & 1) << (6 - bit);
        return reversed;
    }
}
