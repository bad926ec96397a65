namespace Tertulia.Tls.OpenSsl;

/// <summary>The classical half of the hybrid group, by OpenSSL's own provider (RFC 7748).</summary>
internal static unsafe class X25519
{
    public const int KeyBytes = 32;
    public const int SecretBytes = 32;

    private const string Name = "X25519";

    /// <summary>Draws a private key and computes the public one.</summary>
    public static bool TryGenerate(Span<byte> privateKey, Span<byte> publicKey)
    {
        fixed (byte* secret = privateKey)
        fixed (byte* open = publicKey)
        {
            if (LibCrypto.FillRandom(secret, KeyBytes) != 1) return false;
            var key = LibCrypto.NewPrivateKey(0, Name, 0, secret, KeyBytes);
            if (key == 0) return false;
            nuint length = KeyBytes;
            var made = LibCrypto.GetPublicKey(key, open, &length);
            LibCrypto.FreeKey(key);
            return made == 1 && length == KeyBytes;
        }
    }

    /// <summary>False also for peers whose key makes the secret all zero (RFC 8446 section 7.4.2).</summary>
    public static bool TryAgree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> peerKey, Span<byte> sharedSecret)
    {
        fixed (byte* secret = privateKey)
        fixed (byte* open = peerKey)
        fixed (byte* shared = sharedSecret)
        {
            var own = LibCrypto.NewPrivateKey(0, Name, 0, secret, KeyBytes);
            var peer = LibCrypto.NewPublicKey(0, Name, 0, open, KeyBytes);
            var context = own == 0 || peer == 0 ? 0 : LibCrypto.NewKeyContext(0, own, 0);
            nuint length = SecretBytes;
            var agreed = context != 0 && LibCrypto.InitDerive(context) == 1 && LibCrypto.SetPeer(context, peer) == 1
                && LibCrypto.Derive(context, shared, &length) == 1 && length == SecretBytes;
            if (context != 0) LibCrypto.FreeKeyContext(context);
            if (peer != 0) LibCrypto.FreeKey(peer);
            if (own != 0) LibCrypto.FreeKey(own);
            return agreed;
        }
    }
}
