using Tertulia.Server.Hosting;
using Tertulia.Server.Transport.Certificates;
using Tertulia.Tls;

namespace Tertulia.Server.Transport;

/// <summary>What the operator is told about TLS at start.</summary>
internal sealed class TlsSummary(IConfiguration configuration, TertuliaOptions options, ServerCertificate certificate)
{
    /// <summary>Lines for the banner; none where no endpoint has TLS.</summary>
    public IEnumerable<string> Lines()
    {
        if (!EndpointSetup.HasHttps(configuration)) yield break;
        if (certificate.Current is not { } current) yield return "certificate from Kestrel's configuration";
        else if (options.Tls.Acme is { } acme && certificate.IsSelfSigned) yield return $"a certificate for {string.Join(", ", acme.Domains)} is asked for at {acme.Directory.Host}; a self-signed one serves until then";
        else if (options.Tls.CertificatePath is not null || options.Tls.Acme is not null) yield return $"{current.TargetCertificate.Subject}, until {current.TargetCertificate.NotAfter.ToUniversalTime():yyyy-MM-dd}";
        else yield return "self-signed certificate for localhost: browsers warn; set Tertulia__Tls__CertificatePath and Tertulia__Tls__KeyPath for a real one";
        yield return PostQuantum.Source switch
        {
            PostQuantumSource.Missing => $"no post-quantum key exchange: {PostQuantum.Obstacle}",
            PostQuantumSource.BuiltIn => "post-quantum key exchange X25519MLKEM768, built in",
            _ => "post-quantum key exchange X25519MLKEM768, by OpenSSL",
        };
    }
}
