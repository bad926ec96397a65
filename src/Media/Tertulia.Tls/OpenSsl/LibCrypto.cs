using System.Runtime.InteropServices;

namespace Tertulia.Tls.OpenSsl;

/// <summary>
/// The part of OpenSSL 3 that a provider and its configuration need. These are the same loaded libraries that .NET's own TLS calls, so what
/// is registered here counts there.
/// </summary>
internal static unsafe partial class LibCrypto
{
    private const string Crypto = "libcrypto.so.3";
    private const string Ssl = "libssl.so.3";

    public const ulong InitLoadConfig = 0x40;
    public const ulong InitNoAtExit = 0x80000;

    private const int ControlSetGroupsList = 92;

    [LibraryImport(Crypto, EntryPoint = "OPENSSL_init_crypto")]
    public static partial int Initialize(ulong options, nint settings);

    [LibraryImport(Crypto, EntryPoint = "OSSL_PROVIDER_add_builtin", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddBuiltinProvider(nint context, string name, delegate* unmanaged[Cdecl]<nint, Dispatch*, Dispatch**, nint*, int> initialize);

    [LibraryImport(Crypto, EntryPoint = "OSSL_PROVIDER_load", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint LoadProvider(nint context, string name);

    [LibraryImport(Crypto, EntryPoint = "OSSL_PROVIDER_available", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int IsProviderAvailable(nint context, string name);

    [LibraryImport(Crypto, EntryPoint = "OSSL_PARAM_locate_const")]
    public static partial Parameter* Locate(Parameter* parameters, byte* key);

    [LibraryImport(Crypto, EntryPoint = "OSSL_PARAM_set_int")]
    public static partial int SetInteger(Parameter* parameter, int value);

    [LibraryImport(Crypto, EntryPoint = "OSSL_PARAM_set_octet_string")]
    public static partial int SetOctets(Parameter* parameter, byte* value, nuint length);

    [LibraryImport(Crypto, EntryPoint = "RAND_priv_bytes")]
    public static partial int FillRandom(byte* buffer, int length);

    [LibraryImport(Crypto, EntryPoint = "EVP_PKEY_new_raw_private_key_ex", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewPrivateKey(nint context, string type, nint properties, byte* key, nuint length);

    [LibraryImport(Crypto, EntryPoint = "EVP_PKEY_new_raw_public_key_ex", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewPublicKey(nint context, string type, nint properties, byte* key, nuint length);

    [LibraryImport(Crypto, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    public static partial int GetPublicKey(nint key, byte* output, nuint* length);

    [LibraryImport(Crypto, EntryPoint = "EVP_PKEY_free")]
    public static partial void FreeKey(nint key);

    [LibraryImport(Crypto, EntryPoint = "EVP_PKEY_CTX_new_from_pkey")]
    public static partial nint NewKeyContext(nint context, nint key, nint properties);

    [LibraryImport(Crypto, EntryPoint = "EVP_PKEY_CTX_free")]
    public static partial void FreeKeyContext(nint context);

    [LibraryImport(Crypto, EntryPoint = "EVP_PKEY_derive_init")]
    public static partial int InitDerive(nint context);

    [LibraryImport(Crypto, EntryPoint = "EVP_PKEY_derive_set_peer")]
    public static partial int SetPeer(nint context, nint peer);

    [LibraryImport(Crypto, EntryPoint = "EVP_PKEY_derive")]
    public static partial int Derive(nint context, byte* secret, nuint* length);

    [LibraryImport(Crypto, EntryPoint = "CONF_get1_default_config_file")]
    public static partial nint DefaultConfigurationFile();

    [LibraryImport(Crypto, EntryPoint = "CRYPTO_free")]
    public static partial void Free(nint memory, nint file, int line);

    [LibraryImport(Crypto, EntryPoint = "NCONF_new")]
    public static partial nint NewConfiguration(nint method);

    [LibraryImport(Crypto, EntryPoint = "NCONF_free")]
    public static partial void FreeConfiguration(nint configuration);

    [LibraryImport(Crypto, EntryPoint = "NCONF_load_bio")]
    public static partial int LoadConfiguration(nint configuration, nint bio, long* errorLine);

    [LibraryImport(Crypto, EntryPoint = "NCONF_get_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint GetString(nint configuration, string? section, string name);

    [LibraryImport(Crypto, EntryPoint = "CONF_modules_load", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LoadModules(nint configuration, string name, ulong flags);

    [LibraryImport(Crypto, EntryPoint = "BIO_new_mem_buf")]
    public static partial nint NewMemoryBio(byte* data, int length);

    [LibraryImport(Crypto, EntryPoint = "BIO_free")]
    public static partial int FreeBio(nint bio);

    [LibraryImport(Crypto, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    [LibraryImport(Crypto, EntryPoint = "OpenSSL_version")]
    private static partial nint GetVersion(int type);

    [LibraryImport(Ssl, EntryPoint = "TLS_method")]
    private static partial nint TlsMethod();

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_new")]
    private static partial nint NewTlsContext(nint method);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_free")]
    private static partial void FreeTlsContext(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_ctrl")]
    private static partial nint ControlTlsContext(nint context, int command, nint argument, byte* pointer);

    /// <summary>For example <c>OpenSSL 3.0.19 27 Jan 2026</c>.</summary>
    public static string Version => Marshal.PtrToStringUTF8(GetVersion(0)) ?? "";

    /// <summary>Whether libssl can negotiate the group, by itself or through a provider.</summary>
    public static bool KnowsGroup(string name)
    {
        var context = NewTlsContext(TlsMethod());
        if (context == 0) return false;
        try
        {
            fixed (byte* list = System.Text.Encoding.ASCII.GetBytes(name + "\0")) return ControlTlsContext(context, ControlSetGroupsList, 0, list) == 1;
        }
        finally
        {
            FreeTlsContext(context);
            ClearErrors();
        }
    }
}

/// <summary>OSSL_DISPATCH: one function of a provider.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Dispatch
{
    public int Function;
    public void* Pointer;
}

/// <summary>OSSL_ALGORITHM.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Algorithm
{
    public byte* Names;
    public byte* Properties;
    public Dispatch* Implementation;
    public byte* Description;
}

/// <summary>OSSL_PARAM. A list ends with one that has no key.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Parameter
{
    public const uint Integer = 1;
    public const uint UnsignedInteger = 2;
    public const uint Utf8String = 4;
    public const uint OctetString = 5;

    /// <summary>OSSL_PARAM_UNMODIFIED.</summary>
    public static nuint Unmodified => nuint.MaxValue;

    public byte* Key;
    public uint Type;
    public void* Data;
    public nuint Size;
    public nuint ReturnSize;
}
