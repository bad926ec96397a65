using System.Security.Cryptography;
using Tertulia.Tls.MlKem;

namespace Tertulia.Tls.Tests.MlKem;

/// <summary>The sponge against the system's own SHA-3, at all lengths around its block borders.</summary>
public sealed class KeccakTests
{
    [Fact]
    public void Sha3_256_of_nothing() =>
        Assert.Equal("A7FFC6F8BF1ED76651C14756A061D662F580FF4DE43B49FA82D80A4B80F8434A", Convert.ToHexString(Sha3_256([])));

    [Fact]
    public void All_functions_agree_with_the_system()
    {
        if (!SHA3_256.IsSupported) return;
        for (var length = 0; length < 420; length++)
        {
            var input = new byte[length];
            new Random(length).NextBytes(input);
            Assert.Equal(SHA3_256.HashData(input), Sha3_256(input));
            Assert.Equal(SHA3_512.HashData(input), Run(Keccak.Sha3_512, input, 64));
            Assert.Equal(Shake128.HashData(input, length + 1), Run(Keccak.Shake128, input, length + 1));
            Assert.Equal(Shake256.HashData(input, length + 1), Run(Keccak.Shake256, input, length + 1));
        }
    }

    private static byte[] Sha3_256(byte[] input) => Run(Keccak.Sha3_256, input, 32);

    private delegate Keccak Begin(Span<ulong> lanes);

    // Absorbed and squeezed in two pieces each.
    private static byte[] Run(Begin begin, byte[] input, int length)
    {
        var output = new byte[length];
        var sponge = begin(new ulong[Keccak.Lanes]);
        sponge.Absorb(input.AsSpan(0, input.Length / 3));
        sponge.Absorb(input.AsSpan(input.Length / 3));
        sponge.Squeeze(output.AsSpan(0, length / 2));
        sponge.Squeeze(output.AsSpan(length / 2));
        return output;
    }
}
