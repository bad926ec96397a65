using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tertulia.Control.Accounts.Tokens;

/// <summary>
/// An Ed25519 key (RFC 8032), with its private half or without. Thread safe.
/// </summary>
public sealed unsafe class Ed25519Key : IDisposable
{
    /// <summary>Bytes of the private key as it is kept: the seed of RFC 8032 section 5.1.5.</summary>
    public const int SeedLength = 32;

    public const int PublicKeyLength = 32;

    public const int SignatureLength = 64;

    private readonly KeyHandle _handle;
    private readonly byte[] _publicKey = new byte[PublicKeyLength];

    private Ed25519Key(nint key, bool canSign)
    {
        if (key == 0) throw new CryptographicException("Ed25519 is not available in libcrypto");
        _handle = new(key);
        CanSign = canSign;
        nuint length = PublicKeyLength;
        fixed (byte* k = _publicKey) Check(LibCrypto.GetPublicKey(key, k, &length));
        KeyId = ComputeThumbprint(_publicKey);
    }

    /// <summary>False for a public key, which only verifies.</summary>
    public bool CanSign { get; }

    /// <summary>The 32 bytes of RFC 8032 section 5.1.2.</summary>
    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    /// <summary>The key's JWK thumbprint (RFC 7638, RFC 8037 section 2), which names it in tokens and key sets.</summary>
    public string KeyId { get; }

    public static Ed25519Key Generate()
    {
        Span<byte> seed = stackalloc byte[SeedLength];
        RandomNumberGenerator.Fill(seed);
        var key = FromSeed(seed);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    /// <exception cref="ArgumentException">The seed is not 32 bytes long.</exception>
    public static Ed25519Key FromSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedLength) throw new ArgumentException("An Ed25519 seed has 32 bytes", nameof(seed));
        fixed (byte* s = seed) return new(LibCrypto.NewPrivateKey(LibCrypto.Ed25519, 0, s, SeedLength), canSign: true);
    }

    /// <exception cref="ArgumentException">The key is not 32 bytes long.</exception>
    public static Ed25519Key FromPublicKey(ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != PublicKeyLength) throw new ArgumentException("An Ed25519 public key has 32 bytes", nameof(publicKey));
        fixed (byte* k = publicKey) return new(LibCrypto.NewPublicKey(LibCrypto.Ed25519, 0, k, PublicKeyLength), canSign: false);
    }

    /// <summary>The private key, to be kept secret.</summary>
    /// <exception cref="InvalidOperationException">This is a public key.</exception>
    public byte[] ExportSeed()
    {
        RequirePrivate();
        var seed = new byte[SeedLength];
        nuint length = SeedLength;
        using var lease = new Lease(_handle);
        fixed (byte* s = seed) Check(LibCrypto.GetPrivateKey(lease.Key, s, &length));
        return seed;
    }

    /// <returns>64 bytes; the same message always gives the same signature.</returns>
    /// <exception cref="InvalidOperationException">This is a public key.</exception>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        RequirePrivate();
        var signature = new byte[SignatureLength];
        nuint length = SignatureLength;
        using var lease = new Lease(_handle);
        fixed (byte* s = signature)
        fixed (byte* m = message)
        {
            Check(LibCrypto.InitSign(lease.Context, 0, 0, 0, lease.Key));
            Check(LibCrypto.Sign(lease.Context, s, &length, m, (nuint)message.Length));
        }

        return signature;
    }

    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength) return false;
        using var lease = new Lease(_handle);
        fixed (byte* s = signature)
        fixed (byte* m = message)
        {
            Check(LibCrypto.InitVerify(lease.Context, 0, 0, 0, lease.Key));
            var authentic = LibCrypto.Verify(lease.Context, s, (nuint)signature.Length, m, (nuint)message.Length) == 1;

            // A refused signature leaves an entry in this thread's error queue, which the thread's next TLS call would find.
            if (!authentic) LibCrypto.ClearErrors();
            return authentic;
        }
    }

    public void Dispose() => _handle.Dispose();

    private static string ComputeThumbprint(ReadOnlySpan<byte> publicKey)
    {
        // RFC 7638 section 3: the required members only, in lexicographic order, without white space.
        var members = $$"""{"crv":"Ed25519","kty":"OKP","x":"{{Base64Url.Encode(publicKey)}}"}""";
        return Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(members)));
    }

    private static void Check(int result)
    {
        if (result == 1) return;
        LibCrypto.ClearErrors();
        throw new CryptographicException("libcrypto refused an Ed25519 operation");
    }

    private void RequirePrivate()
    {
        if (!CanSign) throw new InvalidOperationException("A public key cannot sign");
    }

    private sealed class KeyHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public KeyHandle(nint key) : base(ownsHandle: true) => SetHandle(key);

        protected override bool ReleaseHandle()
        {
            LibCrypto.FreeKey(handle);
            return true;
        }
    }

    /// <summary>The key, kept from being freed meanwhile, and a context for one operation.</summary>
    private readonly ref struct Lease
    {
        private readonly SafeHandle _handle;

        public Lease(SafeHandle handle)
        {
            var added = false;
            handle.DangerousAddRef(ref added);
            _handle = handle;
            Context = LibCrypto.NewDigestContext();
        }

        public nint Key => _handle.DangerousGetHandle();

        public nint Context { get; }

        public void Dispose()
        {
            LibCrypto.FreeDigestContext(Context);
            _handle.DangerousRelease();
        }
    }
}
