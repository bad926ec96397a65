using System.Security.Cryptography;
using System.Runtime.InteropServices;

namespace Tertulia.Tls.MlKem;

/// <summary>Polynomials from seeds.</summary>
internal static class Sampling
{
    private const int NoiseBytes = 128;

    /// <summary>FIPS 203 algorithm 7: an element of the public matrix. What is drawn is public, so rejecting may take its time.</summary>
    public static void Uniform(ReadOnlySpan<byte> rho, byte column, byte row, Span<ushort> f)
    {
        var sponge = Keccak.Shake128(stackalloc ulong[Keccak.Lanes]);
        sponge.Absorb(rho);
        sponge.Absorb([column, row]);
        Span<byte> block = stackalloc byte[168];
        for (var drawn = 0; drawn < f.Length;)
        {
            sponge.Squeeze(block);
            for (var i = 0; i < block.Length && drawn < f.Length; i += 3)
            {
                var first = (ushort)(block[i] | (block[i + 1] & 0xf) << 8);
                var second = (ushort)(block[i + 1] >> 4 | block[i + 2] << 4);
                if (first < Field.Q) f[drawn++] = first;
                if (second < Field.Q && drawn < f.Length) f[drawn++] = second;
            }
        }
    }

    /// <summary>FIPS 203 algorithm 8 for η = 2, over PRF of section 4.1: small secret coefficients.</summary>
    public static void Noise(ReadOnlySpan<byte> seed, byte index, Span<ushort> f)
    {
        Span<ulong> lanes = stackalloc ulong[Keccak.Lanes];
        Span<byte> drawn = stackalloc byte[NoiseBytes];
        var sponge = Keccak.Shake256(lanes);
        sponge.Absorb(seed);
        sponge.Absorb([index]);
        sponge.Squeeze(drawn);
        for (var i = 0; i < drawn.Length; i++)
        {
            f[2 * i] = Centered(drawn[i] & 0xf);
            f[2 * i + 1] = Centered(drawn[i] >> 4);
        }

        CryptographicOperations.ZeroMemory(drawn);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(lanes));
    }

    private static ushort Centered(int fourBits)
    {
        var x = (fourBits & 1) + ((fourBits >> 1) & 1);
        var y = ((fourBits >> 2) & 1) + (fourBits >> 3);
        return Field.Subtract((ushort)x, (ushort)y);
    }
}
