using System.Runtime.InteropServices;

namespace Tertulia.Rtc.Srtp;

/// <summary>The part of OpenSSL 3's libcrypto that protects packets.</summary>
internal static unsafe partial class LibCrypto
{
    private const string Library = "libcrypto.so.3";

    public const int ControlGcmGetTag = 0x10;
    public const int ControlGcmSetTag = 0x11;

    public static readonly nint Aes128Gcm = FetchCipher("AES-128-GCM"u8);
    public static readonly nint Aes128Ctr = FetchCipher("AES-128-CTR"u8);
    public static readonly nint Hmac = FetchMac("HMAC"u8);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_new")]
    public static partial nint NewCipherContext();

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_free")]
    public static partial void FreeCipherContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_CipherInit_ex")]
    public static partial int InitCipher(nint context, nint cipher, nint engine, byte* key, byte* iv, int encrypt);

    [LibraryImport(Library, EntryPoint = "EVP_CipherUpdate")]
    public static partial int UpdateCipher(nint context, byte* output, int* outputLength, byte* input, int inputLength);

    [LibraryImport(Library, EntryPoint = "EVP_CipherFinal_ex")]
    public static partial int FinishCipher(nint context, byte* output, int* outputLength);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_ctrl")]
    public static partial int ControlCipher(nint context, int type, int argument, void* pointer);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_CTX_new")]
    public static partial nint NewMacContext(nint mac);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_CTX_free")]
    public static partial void FreeMacContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_init")]
    public static partial int InitMac(nint context, byte* key, nuint keyLength, Parameter* parameters);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_update")]
    public static partial int UpdateMac(nint context, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_final")]
    public static partial int FinishMac(nint context, byte* output, nuint* outputLength, nuint outputSize);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_fetch")]
    private static partial nint FetchCipher(nint context, byte* algorithm, byte* properties);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_fetch")]
    private static partial nint FetchMac(nint context, byte* algorithm, byte* properties);

    /// <summary>A refusal by libcrypto where the arguments are ours is a broken invariant, not input.</summary>
    public static void Check(int result)
    {
        if (result != 1) Fail();

        static void Fail() => throw new InvalidOperationException("libcrypto refused an operation");
    }

    public static nint CheckNotNull(nint pointer) =>
        pointer != 0 ? pointer : throw new InvalidOperationException("libcrypto is out of memory or lacks an algorithm");

    private static nint FetchCipher(ReadOnlySpan<byte> name)
    {
        fixed (byte* pointer = name) return CheckNotNull(FetchCipher(0, pointer, null));
    }

    private static nint FetchMac(ReadOnlySpan<byte> name)
    {
        fixed (byte* pointer = name) return CheckNotNull(FetchMac(0, pointer, null));
    }

    /// <summary>OSSL_PARAM.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Parameter
    {
        public const uint Utf8String = 4;

        public byte* Key;
        public uint Type;
        public void* Data;
        public nuint Size;
        public nuint ReturnSize;
    }
}
