using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Tertulia.Tls.MlKem;

/// <summary>
/// ML-KEM-768, the key encapsulation of FIPS 203, for machines whose OpenSSL has none. Randomness is a parameter. Spans have exactly the
/// lengths that are named here. No branch, index or division depends on a secret; working memory that held one is cleared.
/// </summary>
internal static class MlKem768
{
    public const int SeedBytes = 32;
    public const int EncapsulationKeyBytes = 1184;
    public const int DecapsulationKeyBytes = 2400;
    public const int CiphertextBytes = 1088;
    public const int SharedSecretBytes = 32;

    private const int K = 3;
    private const int VectorBytes = K * Polynomial.Coefficients * 12 / 8;
    private const int CompressedVectorBytes = K * Polynomial.Coefficients * UBits / 8;
    private const int UBits = 10;
    private const int VBits = 4;
    private const int VectorLength = K * Polynomial.Coefficients;
    private const int HashBytes = 32;

    /// <summary>FIPS 203 algorithm 16: a key pair from the two seeds <paramref name="d"/> and <paramref name="z"/>.</summary>
    public static void GenerateKey(ReadOnlySpan<byte> d, ReadOnlySpan<byte> z, Span<byte> encapsulationKey, Span<byte> decapsulationKey)
    {
        Span<byte> seeds = stackalloc byte[2 * SeedBytes];
        Hash512(d, [K], seeds);
        var rho = seeds[..SeedBytes];
        var sigma = seeds[SeedBytes..];

        Span<ushort> secrets = stackalloc ushort[2 * VectorLength];
        var s = secrets[..VectorLength];
        var t = secrets[VectorLength..];
        for (var i = 0; i < K; i++)
        {
            Sampling.Noise(sigma, (byte)i, Part(s, i));
            Sampling.Noise(sigma, (byte)(K + i), Part(t, i));
            Polynomial.Transform(Part(s, i));
            Polynomial.Transform(Part(t, i));
        }

        Span<ushort> element = stackalloc ushort[Polynomial.Coefficients];
        for (var row = 0; row < K; row++)
        {
            for (var column = 0; column < K; column++)
            {
                Sampling.Uniform(rho, (byte)column, (byte)row, element);
                Polynomial.AddProduct(Part(t, row), element, Part(s, column));
            }
        }

        Polynomial.Encode(t, 12, encapsulationKey);
        rho.CopyTo(encapsulationKey[VectorBytes..]);
        Polynomial.Encode(s, 12, decapsulationKey);
        encapsulationKey.CopyTo(decapsulationKey[VectorBytes..]);
        Hash256(encapsulationKey, decapsulationKey.Slice(VectorBytes + EncapsulationKeyBytes, HashBytes));
        z.CopyTo(decapsulationKey[(VectorBytes + EncapsulationKeyBytes + HashBytes)..]);
        Clear(secrets);
        CryptographicOperations.ZeroMemory(seeds);
    }

    /// <summary>FIPS 203 section 7.2: right length, and every coefficient below q.</summary>
    public static bool IsEncapsulationKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != EncapsulationKeyBytes) return false;
        Span<ushort> t = stackalloc ushort[VectorLength];
        Span<byte> again = stackalloc byte[VectorBytes];
        Polynomial.Decode(key[..VectorBytes], 12, t);
        Polynomial.Encode(t, 12, again);
        return again.SequenceEqual(key[..VectorBytes]);
    }

    /// <summary>FIPS 203 section 7.3: right length, and the hash within fits the encapsulation key within.</summary>
    public static bool IsDecapsulationKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != DecapsulationKeyBytes) return false;
        Span<byte> hash = stackalloc byte[HashBytes];
        Hash256(key.Slice(VectorBytes, EncapsulationKeyBytes), hash);
        return hash.SequenceEqual(key.Slice(VectorBytes + EncapsulationKeyBytes, HashBytes));
    }

    /// <summary>FIPS 203 algorithm 17, with the message <paramref name="m"/> drawn by the caller. False for what is no encapsulation key.</summary>
    public static bool TryEncapsulate(ReadOnlySpan<byte> encapsulationKey, ReadOnlySpan<byte> m, Span<byte> ciphertext, Span<byte> sharedSecret)
    {
        if (!IsEncapsulationKey(encapsulationKey)) return false;
        Span<byte> hash = stackalloc byte[HashBytes];
        Span<byte> derived = stackalloc byte[SharedSecretBytes + SeedBytes];
        Hash256(encapsulationKey, hash);
        Hash512(m, hash, derived);
        Encrypt(encapsulationKey, m, derived[SharedSecretBytes..], ciphertext);
        derived[..SharedSecretBytes].CopyTo(sharedSecret);
        CryptographicOperations.ZeroMemory(derived);
        return true;
    }

    /// <summary>
    /// FIPS 203 algorithm 18. A ciphertext that was not made for this key yields another secret, in the same time: it is the handshake that
    /// fails then, later, and tells an attacker nothing (implicit rejection).
    /// </summary>
    public static void Decapsulate(ReadOnlySpan<byte> decapsulationKey, ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret)
    {
        var encapsulationKey = decapsulationKey.Slice(VectorBytes, EncapsulationKeyBytes);
        var hash = decapsulationKey.Slice(VectorBytes + EncapsulationKeyBytes, HashBytes);
        var z = decapsulationKey[(VectorBytes + EncapsulationKeyBytes + HashBytes)..];

        Span<byte> secrets = stackalloc byte[SeedBytes + SharedSecretBytes + SeedBytes + SharedSecretBytes];
        var m = secrets[..SeedBytes];
        var derived = secrets.Slice(SeedBytes, SharedSecretBytes + SeedBytes);
        var rejection = secrets[^SharedSecretBytes..];
        Decrypt(decapsulationKey[..VectorBytes], ciphertext, m);
        Hash512(m, hash, derived);
        RejectionSecret(z, ciphertext, rejection);

        Span<byte> again = stackalloc byte[CiphertextBytes];
        Encrypt(encapsulationKey, m, derived[SharedSecretBytes..], again);
        var difference = 0;
        for (var i = 0; i < again.Length; i++) difference |= again[i] ^ ciphertext[i];

        // All ones where anything differs: 0 - 1 has its sign set, what is above 0 has not.
        var rejected = (byte)~((difference - 1) >> 31);
        for (var i = 0; i < SharedSecretBytes; i++)
            sharedSecret[i] = (byte)(derived[i] ^ (rejected & (derived[i] ^ rejection[i])));
        CryptographicOperations.ZeroMemory(secrets);
        CryptographicOperations.ZeroMemory(again);
    }

    // FIPS 203 algorithm 14.
    private static void Encrypt(ReadOnlySpan<byte> encapsulationKey, ReadOnlySpan<byte> m, ReadOnlySpan<byte> randomness, Span<byte> ciphertext)
    {
        var rho = encapsulationKey[VectorBytes..];
        Span<ushort> secrets = stackalloc ushort[2 * VectorLength + 2 * Polynomial.Coefficients];
        var y = secrets[..VectorLength];
        var u = secrets.Slice(VectorLength, VectorLength);
        var v = secrets.Slice(2 * VectorLength, Polynomial.Coefficients);
        var noise = secrets[^Polynomial.Coefficients..];
        for (var i = 0; i < K; i++)
        {
            Sampling.Noise(randomness, (byte)i, Part(y, i));
            Polynomial.Transform(Part(y, i));
        }

        Span<ushort> element = stackalloc ushort[Polynomial.Coefficients];
        u.Clear();
        for (var i = 0; i < K; i++)
        {
            // The matrix transposed: row and column change places.
            for (var j = 0; j < K; j++)
            {
                Sampling.Uniform(rho, (byte)i, (byte)j, element);
                Polynomial.AddProduct(Part(u, i), element, Part(y, j));
            }

            Polynomial.InverseTransform(Part(u, i));
            Sampling.Noise(randomness, (byte)(K + i), noise);
            Polynomial.Add(Part(u, i), noise);
        }

        v.Clear();
        for (var i = 0; i < K; i++)
        {
            Polynomial.Decode(encapsulationKey.Slice(i * VectorBytes / K, VectorBytes / K), 12, element);
            Polynomial.AddProduct(v, element, Part(y, i));
        }

        Polynomial.InverseTransform(v);
        Sampling.Noise(randomness, 2 * K, noise);
        Polynomial.Add(v, noise);
        Polynomial.Decode(m, 1, noise);
        Polynomial.Add(v, noise);

        Polynomial.Encode(u, UBits, ciphertext);
        Polynomial.Encode(v, VBits, ciphertext[CompressedVectorBytes..]);
        Clear(secrets);
    }

    // FIPS 203 algorithm 15.
    private static void Decrypt(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> ciphertext, Span<byte> m)
    {
        Span<ushort> secrets = stackalloc ushort[4 * Polynomial.Coefficients];
        var product = secrets[..Polynomial.Coefficients];
        var s = secrets.Slice(Polynomial.Coefficients, Polynomial.Coefficients);
        var u = secrets.Slice(2 * Polynomial.Coefficients, Polynomial.Coefficients);
        var w = secrets[^Polynomial.Coefficients..];
        product.Clear();
        for (var i = 0; i < K; i++)
        {
            Polynomial.Decode(ciphertext.Slice(i * CompressedVectorBytes / K, CompressedVectorBytes / K), UBits, u);
            Polynomial.Transform(u);
            Polynomial.Decode(secretKey.Slice(i * VectorBytes / K, VectorBytes / K), 12, s);
            Polynomial.AddProduct(product, s, u);
        }

        Polynomial.InverseTransform(product);
        Polynomial.Decode(ciphertext[CompressedVectorBytes..], VBits, w);
        Polynomial.Subtract(w, product);
        Polynomial.Encode(w, 1, m);
        Clear(secrets);
    }

    private static Span<ushort> Part(Span<ushort> vector, int i) => vector.Slice(i * Polynomial.Coefficients, Polynomial.Coefficients);

    // H of FIPS 203 section 4.1.
    private static void Hash256(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var sponge = Keccak.Sha3_256(stackalloc ulong[Keccak.Lanes]);
        sponge.Absorb(input);
        sponge.Squeeze(output);
    }

    // G of FIPS 203 section 4.1.
    private static void Hash512(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> output)
    {
        Span<ulong> lanes = stackalloc ulong[Keccak.Lanes];
        var sponge = Keccak.Sha3_512(lanes);
        sponge.Absorb(first);
        sponge.Absorb(second);
        sponge.Squeeze(output);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(lanes));
    }

    // J of FIPS 203 section 4.1.
    private static void RejectionSecret(ReadOnlySpan<byte> z, ReadOnlySpan<byte> ciphertext, Span<byte> output)
    {
        Span<ulong> lanes = stackalloc ulong[Keccak.Lanes];
        var sponge = Keccak.Shake256(lanes);
        sponge.Absorb(z);
        sponge.Absorb(ciphertext);
        sponge.Squeeze(output);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(lanes));
    }

    private static void Clear(Span<ushort> secrets) => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(secrets));
}
