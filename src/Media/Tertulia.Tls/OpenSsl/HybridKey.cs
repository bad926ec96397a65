using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Tertulia.Tls.MlKem;

namespace Tertulia.Tls.OpenSsl;

/// <summary>
/// A key of X25519MLKEM768 in memory that OpenSSL holds by its address: of one's own with both halves, of the peer's with the public ones.
/// On the wire the ML-KEM part comes first, in shares and in the secret (draft-ietf-tls-ecdhe-mlkem section 4).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HybridKey
{
    public const int ClientShareBytes = MlKem768.EncapsulationKeyBytes + X25519.KeyBytes;
    public const int ServerShareBytes = MlKem768.CiphertextBytes + X25519.KeyBytes;
    public const int SecretBytes = MlKem768.SharedSecretBytes + X25519.SecretBytes;

    private int _hasPublic;
    private int _hasPrivate;
    private fixed byte _clientShare[ClientShareBytes];
    private fixed byte _decapsulationKey[MlKem768.DecapsulationKeyBytes];
    private fixed byte _privateKey[X25519.KeyBytes];

    public readonly bool HasPublic => _hasPublic != 0;

    public readonly bool HasPrivate => _hasPrivate != 0;

    private Span<byte> Share => MemoryMarshal.CreateSpan(ref _clientShare[0], ClientShareBytes);

    private Span<byte> DecapsulationKey => MemoryMarshal.CreateSpan(ref _decapsulationKey[0], MlKem768.DecapsulationKeyBytes);

    private Span<byte> PrivateKey => MemoryMarshal.CreateSpan(ref _privateKey[0], X25519.KeyBytes);

    /// <summary>An empty key, to be given to <see cref="Free"/> in the end.</summary>
    public static HybridKey* Allocate() => (HybridKey*)NativeMemory.AllocZeroed((nuint)sizeof(HybridKey));

    public static void Free(HybridKey* key)
    {
        if (key == null) return;
        CryptographicOperations.ZeroMemory(new Span<byte>(key, sizeof(HybridKey)));
        NativeMemory.Free(key);
    }

    /// <summary>The client's key share, where there is one.</summary>
    public ReadOnlySpan<byte> ClientShare => Share;

    public bool SequenceEqual(ref HybridKey other) => Share.SequenceEqual(other.Share);

    public bool TryGenerate()
    {
        Span<byte> seeds = stackalloc byte[2 * MlKem768.SeedBytes];
        fixed (byte* random = seeds) if (LibCrypto.FillRandom(random, seeds.Length) != 1) return false;
        MlKem768.GenerateKey(seeds[..MlKem768.SeedBytes], seeds[MlKem768.SeedBytes..], Share[..MlKem768.EncapsulationKeyBytes], DecapsulationKey);
        CryptographicOperations.ZeroMemory(seeds);
        if (!X25519.TryGenerate(PrivateKey, Share[MlKem768.EncapsulationKeyBytes..])) return false;
        (_hasPublic, _hasPrivate) = (1, 1);
        return true;
    }

    /// <summary>Takes the client's share; false for one that is malformed.</summary>
    public bool TryImport(ReadOnlySpan<byte> clientShare)
    {
        if (clientShare.Length != ClientShareBytes || !MlKem768.IsEncapsulationKey(clientShare[..MlKem768.EncapsulationKeyBytes])) return false;
        clientShare.CopyTo(Share);
        (_hasPublic, _hasPrivate) = (1, 0);
        return true;
    }

    /// <summary>The server's half of the exchange: its share, and the secret.</summary>
    public bool TryEncapsulate(Span<byte> serverShare, Span<byte> secret)
    {
        Span<byte> drawn = stackalloc byte[MlKem768.SeedBytes + X25519.KeyBytes];
        var m = drawn[..MlKem768.SeedBytes];
        var own = drawn[MlKem768.SeedBytes..];
        fixed (byte* random = m) if (LibCrypto.FillRandom(random, m.Length) != 1) return false;
        var made = MlKem768.TryEncapsulate(Share[..MlKem768.EncapsulationKeyBytes], m, serverShare[..MlKem768.CiphertextBytes], secret[..MlKem768.SharedSecretBytes])
            && X25519.TryGenerate(own, serverShare[MlKem768.CiphertextBytes..])
            && X25519.TryAgree(own, Share[MlKem768.EncapsulationKeyBytes..], secret[MlKem768.SharedSecretBytes..]);
        CryptographicOperations.ZeroMemory(drawn);
        return made;
    }

    /// <summary>The client's half: the same secret from the server's share.</summary>
    public bool TryDecapsulate(ReadOnlySpan<byte> serverShare, Span<byte> secret)
    {
        MlKem768.Decapsulate(DecapsulationKey, serverShare[..MlKem768.CiphertextBytes], secret[..MlKem768.SharedSecretBytes]);
        return X25519.TryAgree(PrivateKey, serverShare[MlKem768.CiphertextBytes..], secret[MlKem768.SharedSecretBytes..]);
    }
}
