using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tertulia.Rtc.Srtp;

/// <summary>
/// GHASH (NIST SP 800-38D section 6.4) as POLYVAL of reversed blocks (RFC 8452 appendix A), whose bits stand in the processor's order, by
/// carry-less multiplication.
/// </summary>
internal static class Polyval
{
    private static readonly Vector128<byte> s_reversed = Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

    // x^128 + x^127 + x^126 + x^121 + 1, without its first term.
    private static readonly Vector128<ulong> s_polynomial = Vector128.Create(1UL, 0xc200_0000_0000_0000);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Reverse(Vector128<byte> block) => Ssse3.Shuffle(block, s_reversed);

    /// <summary>A block of GHASH's input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Load(Vector128<byte> block) => Reverse(block).AsUInt64();

    /// <summary>GHASH's key H as POLYVAL's: times x (RFC 8452 appendix A, mulX_POLYVAL).</summary>
    public static Vector128<ulong> HashKey(Vector128<byte> h)
    {
        var key = Load(h);
        var carries = key >> 63;
        var shifted = (key << 1) | Vector128.Create(0UL, carries[0]);

        // All ones if a bit left at the top: a mask and no branch, since this is the key.
        return shifted ^ (s_polynomial & Vector128.Create(0UL - carries[1]));
    }

    /// <summary>The first powers of <paramref name="key"/>, itself first.</summary>
    public static void FillPowers(Vector128<ulong> key, Span<Vector128<ulong>> powers)
    {
        powers[0] = key;
        for (var i = 1; i < powers.Length; i++) powers[i] = Multiply(powers[i - 1], key);
    }

    /// <summary>The product by x^-128: POLYVAL's dot.</summary>
    public static Vector128<ulong> Multiply(Vector128<ulong> left, Vector128<ulong> right)
    {
        var product = default(Product);
        product.Add(left, right);
        return product.Reduce();
    }

    /// <summary>A sum of products, reduced once.</summary>
    public struct Product
    {
        private Vector128<ulong> _low;
        private Vector128<ulong> _middle;
        private Vector128<ulong> _high;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector128<ulong> left, Vector128<ulong> right)
        {
            _low ^= Pclmulqdq.CarrylessMultiply(left, right, 0x00);
            _high ^= Pclmulqdq.CarrylessMultiply(left, right, 0x11);
            _middle ^= Pclmulqdq.CarrylessMultiply(left, right, 0x01) ^ Pclmulqdq.CarrylessMultiply(left, right, 0x10);
        }

        /// <summary>Montgomery's reduction, 64 bits at a time.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly Vector128<ulong> Reduce()
        {
            var low = _low ^ Sse2.ShiftLeftLogical128BitLane(_middle, 8);
            var high = _high ^ Sse2.ShiftRightLogical128BitLane(_middle, 8);
            low = Fold(low);
            return high ^ Fold(low);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<ulong> Fold(Vector128<ulong> value) =>
            Pclmulqdq.CarrylessMultiply(value, s_polynomial, 0x10) ^ Sse2.Shuffle(value.AsUInt32(), 0x4e).AsUInt64();
    }
}
