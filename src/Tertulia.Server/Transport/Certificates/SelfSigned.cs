using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tertulia.Server.Transport.Certificates;

/// <summary>
/// A certificate for localhost that the server makes itself, so that https can be tried without any preparation. Kept in the data folder: an exception
/// that somebody made in a browser lasts.
/// </summary>
internal static class SelfSigned
{
    private static readonly TimeSpan s_life = TimeSpan.FromDays(365);
    private static readonly TimeSpan s_least = TimeSpan.FromDays(30);

    public static PemCertificate LoadOrCreate(string dataDirectory)
    {
        var folder = Path.Combine(dataDirectory, "tls");
        var (certificatePath, keyPath) = (Path.Combine(folder, "localhost.pem"), Path.Combine(folder, "localhost.key"));
        try
        {
            if (File.Exists(certificatePath) && PemCertificate.Load(certificatePath, keyPath) is var kept && kept.Certificate.NotAfter > DateTime.Now + s_least) return kept;
        }
        catch (InvalidDataException)
        {
            // Another one takes its place.
        }

        var (certificate, key) = Create();
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        SecretFile.Write(keyPath, key);
        File.WriteAllText(certificatePath, certificate);
        return PemCertificate.Load(certificatePath, keyPath);
    }

    private static (string Certificate, string Key) Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost, O=Tertulia (self-signed)", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now + s_life);
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
