using System.Collections.Concurrent;
using System.Net.Security;
using System.Text;

namespace Tertulia.Server.Transport.Acme;

/// <summary>
/// What the certificate authority comes to see while an order is under way: a file over plain HTTP (http-01, RFC 8555 section 8.3), or a certificate
/// made for it inside TLS (tls-alpn-01, RFC 8737).
/// </summary>
internal sealed class AcmeChallenges
{
    private readonly ConcurrentDictionary<string, string> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SslStreamCertificateContext> _certificates = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether connections are looked at for the authority's.</summary>
    public bool HasCertificates => !_certificates.IsEmpty;

    public void Offer(string token, string answer) => _answers[token] = answer;

    public void Withdraw(string token) => _answers.TryRemove(token, out _);

    public IResult Answer(string token) =>
        _answers.TryGetValue(token, out var answer) ? Results.Bytes(Encoding.ASCII.GetBytes(answer), "application/octet-stream") : Results.NotFound();

    public void OfferCertificate(string name, string answer) => _certificates[name] = AcmeProof.CertificateFor(name, answer);

    public void WithdrawCertificate(string name) => _certificates.TryRemove(name, out _);

    public SslStreamCertificateContext? CertificateOf(string name) => _certificates.GetValueOrDefault(name);
}
