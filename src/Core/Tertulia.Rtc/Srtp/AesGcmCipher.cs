namespace Tertulia.Rtc.Srtp;

/// <summary>AES-128-GCM with 96-bit nonces and 128-bit tags (NIST SP 800-38D) under one key, in one direction.</summary>
internal abstract class AesGcmCipher : IDisposable
{
    public const int NonceLength = 12;
    public const int TagLength = 16;

    /// <summary>The fastest that this machine has.</summary>
    public static AesGcmCipher Create(ReadOnlySpan<byte> key, bool encrypt) =>
        VectorAesGcm.IsSupported ? new VectorAesGcm(key) : new AesGcm128(key, encrypt);

    /// <summary>Encrypts <paramref name="data"/> in place and writes its tag.</summary>
    public abstract void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, Span<byte> tag);

    /// <summary>Decrypts in place; on false the data is meaningless and must not be used.</summary>
    public abstract bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, ReadOnlySpan<byte> tag);

    public abstract void Dispose();
}
