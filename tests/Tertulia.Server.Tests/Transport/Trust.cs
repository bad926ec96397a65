using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Transport;

/// <summary>Certificates made for a test, and clients that trust exactly one.</summary>
internal static class Trust
{
    /// <summary>Writes a certificate and its key as PEM; returns its thumbprint.</summary>
    public static string Write(string certificatePath, string keyPath, string name = "localhost", int days = 30)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-100), DateTimeOffset.UtcNow.AddDays(days));
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return certificate.Thumbprint;
    }

    public static string SelfSignedOf(TestServer server)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(server.Folder, "tls", "localhost.pem"));
        return certificate.Thumbprint;
    }

    public static RemoteCertificateValidationCallback Only(string thumbprint) => (_, shown, _, _) => (shown as X509Certificate2)?.Thumbprint == thumbprint;

    /// <summary>A client with the preset key that speaks exactly this version.</summary>
    public static HttpClient Client(TestServer server, string thumbprint, Version? version = null, string scheme = "https")
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = Only(thumbprint);
        var client = new HttpClient(handler)
        {
            BaseAddress = new Uri($"{scheme}://{server.Url.Authority}"),
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestServer.Key);
        return client;
    }
}
