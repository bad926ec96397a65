using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tertulia.Rtc.Dtls;

/// <summary>The part of OpenSSL 3's libssl and libcrypto that a DTLS handshake over memory needs.</summary>
internal static unsafe partial class LibSsl
{
    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    public const int Dtls12 = 0xfefd;

    public const ulong OptionNoQueryMtu = 1UL << 12;
    public const ulong OptionNoTicket = 1UL << 14;
    public const ulong OptionCipherServerPreference = 1UL << 22;
    public const ulong OptionNoRenegotiation = 1UL << 30;

    public const int VerifyPeer = 1;
    public const int VerifyFailIfNoPeerCertificate = 2;
    public const int VerifyErrorCertificateRejected = 28;

    public const int ControlSetMtu = 17;
    public const int ControlMode = 33;
    public const int ControlSetSessionCacheMode = 44;
    public const int ControlSetMaxCertificateList = 51;
    public const int ControlSetGroupsList = 92;
    public const int ControlSetMinVersion = 123;
    public const int ControlSetMaxVersion = 124;
    public const int ModeReleaseBuffers = 16;

    public const int BioControlPending = 10;
    public const int BioControlSetEofReturn = 130;

    public const int ErrorWantRead = 2;
    public const int ErrorZeroReturn = 6;
    public const int ReceivedShutdown = 2;

    public const int ReasonNoCertificate = 199;

    /// <summary>Reasons from here on stand for an alert of the peer, plus its number.</summary>
    public const int ReasonAlert = 1000;

    public static readonly int StoreContextSslIndex = GetStoreContextSslIndex();

    [LibraryImport(Ssl, EntryPoint = "DTLS_method")]
    public static partial nint DtlsMethod();

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_new")]
    public static partial nint NewContext(nint method);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_ctrl")]
    public static partial nint ControlContext(nint context, int command, nint argument, void* pointer);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_options")]
    public static partial ulong SetOptions(nint context, ulong options);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_cipher_list", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetCipherList(nint context, string ciphers);

    /// <returns>0 on success, unlike the others.</returns>
    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_tlsext_use_srtp", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetSrtpProfiles(nint context, string profiles);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_use_certificate_ASN1")]
    public static partial int UseCertificate(nint context, int length, byte* der);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_use_PrivateKey")]
    public static partial int UsePrivateKey(nint context, nint key);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_check_private_key")]
    public static partial int CheckPrivateKey(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_verify")]
    public static partial void SetVerify(nint context, int mode, nint callback);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_cert_verify_callback")]
    public static partial void SetCertificateVerifyCallback(nint context, delegate* unmanaged[Cdecl]<nint, nint, int> callback, nint argument);

    [LibraryImport(Ssl, EntryPoint = "SSL_new")]
    public static partial nint New(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_free")]
    public static partial void Free(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_ctrl")]
    public static partial nint Control(nint ssl, int command, nint argument, void* pointer);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_bio")]
    public static partial void SetBio(nint ssl, nint input, nint output);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_accept_state")]
    public static partial void SetAcceptState(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_connect_state")]
    public static partial void SetConnectState(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_ex_data")]
    public static partial int SetData(nint ssl, int index, nint data);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_ex_data")]
    public static partial nint GetData(nint ssl, int index);

    [LibraryImport(Ssl, EntryPoint = "DTLS_set_timer_cb")]
    public static partial void SetTimerCallback(nint ssl, delegate* unmanaged[Cdecl]<nint, uint, uint> callback);

    [LibraryImport(Ssl, EntryPoint = "SSL_do_handshake")]
    public static partial int DoHandshake(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_read")]
    public static partial int Read(nint ssl, byte* buffer, int length);

    [LibraryImport(Ssl, EntryPoint = "SSL_shutdown")]
    public static partial int Shutdown(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_shutdown")]
    public static partial int GetShutdown(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_error")]
    public static partial int GetError(nint ssl, int result);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_selected_srtp_profile")]
    public static partial SrtpProtectionProfile* GetSrtpProfile(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_export_keying_material")]
    public static partial int ExportKeyingMaterial(
        nint ssl, byte* output, nuint length, byte* label, nuint labelLength, byte* context, nuint contextLength, int useContext);

    [LibraryImport(Crypto, EntryPoint = "BIO_s_mem")]
    public static partial nint MemoryBioMethod();

    [LibraryImport(Crypto, EntryPoint = "BIO_new")]
    public static partial nint NewBio(nint method);

    [LibraryImport(Crypto, EntryPoint = "BIO_ctrl")]
    public static partial nint ControlBio(nint bio, int command, nint argument, void* pointer);

    [LibraryImport(Crypto, EntryPoint = "BIO_read")]
    public static partial int ReadBio(nint bio, byte* buffer, int length);

    [LibraryImport(Crypto, EntryPoint = "BIO_write")]
    public static partial int WriteBio(nint bio, byte* buffer, int length);

    [LibraryImport(Crypto, EntryPoint = "d2i_AutoPrivateKey")]
    public static partial nint ParsePrivateKey(nint* reuse, byte** der, nint length);

    [LibraryImport(Crypto, EntryPoint = "EVP_PKEY_free")]
    public static partial void FreePrivateKey(nint key);

    [LibraryImport(Crypto, EntryPoint = "X509_STORE_CTX_get0_cert")]
    public static partial nint GetPeerCertificate(nint storeContext);

    [LibraryImport(Crypto, EntryPoint = "X509_STORE_CTX_get_ex_data")]
    public static partial nint GetStoreContextData(nint storeContext, int index);

    [LibraryImport(Crypto, EntryPoint = "X509_STORE_CTX_set_error")]
    public static partial void SetVerifyError(nint storeContext, int error);

    [LibraryImport(Crypto, EntryPoint = "i2d_X509")]
    public static partial int EncodeCertificate(nint certificate, byte** der);

    [LibraryImport(Crypto, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    [LibraryImport(Crypto, EntryPoint = "ERR_peek_error")]
    public static partial nuint PeekError();

    [LibraryImport(Ssl, EntryPoint = "SSL_get_ex_data_X509_STORE_CTX_idx")]
    private static partial int GetStoreContextSslIndex();

    /// <summary>ERR_GET_REASON.</summary>
    public static int Reason(nuint error) => (int)(error & 0x7fffff);

    public static void Check(bool succeeded, [CallerArgumentExpression(nameof(succeeded))] string operation = "")
    {
        if (succeeded) return;
        ClearErrors();
        throw new InvalidOperationException($"libssl refused {operation}");
    }

    /// <summary>SRTP_PROTECTION_PROFILE.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SrtpProtectionProfile
    {
        public byte* Name;
        public nuint Id;
    }
}
