using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using static Tertulia.Rtc.Dtls.LibSsl;

namespace Tertulia.Rtc.Dtls;

/// <summary>
/// The certificate and key that this end proves to be, with the OpenSSL settings that all its handshakes share. Thread
/// safe; transports made from it may outlive its disposal.
/// </summary>
public sealed unsafe class DtlsCertificate : IDisposable
{
    /// <summary>
    /// Forward secret AES-GCM suites, which every WebRTC endpoint has: RFC 8827 section 6.5 requires the first. The RSA ones
    /// are for peers with an RSA certificate when we are their client. <see cref="DtlsRecord"/> counts on AES-GCM.
    /// </summary>
    private const string Ciphers =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";

    /// <summary>Order of preference; as the server ours counts.</summary>
    private const string SrtpProfiles = "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";

    /// <summary>Most bytes of a handshake message that a peer can make us buffer; certificates here are a few hundred bytes.</summary>
    private const int MaxCertificateList = 16384;

    private nint _context;

    private DtlsCertificate(byte[] certificate, byte[] privateKey)
    {
        Fingerprint = DtlsFingerprints.Compute("sha-256", certificate)!.Value;
        _context = NewContext(DtlsMethod());
        Check(_context != 0);
        Configure(_context);
        fixed (byte* c = certificate) Check(UseCertificate(_context, certificate.Length, c) == 1);
        fixed (byte* k = privateKey)
        {
            var position = k;
            var key = ParsePrivateKey(null, &position, privateKey.Length);
            Check(key != 0);
            var used = UsePrivateKey(_context, key);
            FreePrivateKey(key);
            Check(used == 1 && CheckPrivateKey(_context) == 1);
        }
    }

    ~DtlsCertificate() => Dispose();

    public DtlsFingerprint Fingerprint { get; }

    /// <summary>As for <c>a=fingerprint:sha-256</c>: upper-case bytes separated by colons.</summary>
    public string Sha256Fingerprint => Fingerprint.Value;

    /// <summary>A fresh self-signed ECDSA P-256 certificate (RFC 8827 section 6.5).</summary>
    public static DtlsCertificate Create(DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Create(new CertificateRequest("CN=Tertulia", key, HashAlgorithmName.SHA256), key, notBefore, notAfter);
    }

    public void Dispose()
    {
        FreeContext(_context);
        _context = 0;
        GC.SuppressFinalize(this);
    }

    /// <summary>A new SSL object, which keeps the shared settings alive by itself.</summary>
    internal nint NewSsl()
    {
        ObjectDisposedException.ThrowIf(_context == 0, this);
        var ssl = New(_context);
        Check(ssl != 0);
        GC.KeepAlive(this);
        return ssl;
    }

    internal static DtlsCertificate Create(
        CertificateRequest request, AsymmetricAlgorithm key, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using var certificate = request.CreateSelfSigned(notBefore, notAfter);
        var privateKey = key.ExportPkcs8PrivateKey();
        try
        {
            return new(certificate.RawData, privateKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    private static void Configure(nint context)
    {
        // Browsers offer 1.3 beside 1.2; OpenSSL 3 speaks DTLS up to 1.2.
        Check(ControlContext(context, ControlSetMinVersion, Dtls12, null) == 1);
        Check(ControlContext(context, ControlSetMaxVersion, Dtls12, null) == 1);
        Check(SetCipherList(context, Ciphers) == 1);
        Check(SetSrtpProfiles(context, SrtpProfiles) == 0);
        fixed (byte* groups = "X25519:P-256:P-384\0"u8) Check(ControlContext(context, ControlSetGroupsList, 0, groups) == 1);

        // No resumption: each connection has its own keys, and no session outlives it.
        SetOptions(context, OptionNoQueryMtu | OptionNoTicket | OptionNoRenegotiation | OptionCipherServerPreference);
        ControlContext(context, ControlSetSessionCacheMode, 0, null);
        ControlContext(context, ControlSetMaxCertificateList, MaxCertificateList, null);
        ControlContext(context, ControlMode, ModeReleaseBuffers, null);
        SetVerify(context, VerifyPeer | VerifyFailIfNoPeerCertificate, 0);
        SetCertificateVerifyCallback(context, &DtlsConnection.VerifyCertificate, 0);
    }
}
