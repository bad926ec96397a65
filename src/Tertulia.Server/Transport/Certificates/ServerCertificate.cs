using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Tertulia.Server.Transport.Certificates;

/// <summary>The certificate that new TLS connections are given. It may be exchanged at any time; connections that are open keep theirs.</summary>
internal sealed class ServerCertificate
{
    private volatile SslStreamCertificateContext? _current;

    /// <summary>Null until the first is set.</summary>
    public SslStreamCertificateContext? Current => _current;

    /// <summary>Signed by nobody that browsers know.</summary>
    public bool IsSelfSigned => Current is { } current && current.TargetCertificate.SubjectName.RawData.AsSpan().SequenceEqual(current.TargetCertificate.IssuerName.RawData);

    /// <param name="chain">The certificates between it and a root; in any order, itself may be among them.</param>
    public void Use(X509Certificate2 certificate, X509Certificate2Collection chain) =>
        _current = SslStreamCertificateContext.Create(certificate, chain, offline: true);
}
