using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tertulia.Server.Transport.Acme;

/// <summary>Marks a connection by which a certificate authority looks for its proof inside TLS (RFC 8737 section 3).</summary>
internal sealed class AcmeProof
{
    public static readonly AcmeProof Instance = new();

    public static readonly SslApplicationProtocol Protocol = new("acme-tls/1");

    private const string Identifier = "1.3.6.1.5.5.7.1.31"; // id-pe-acmeIdentifier
    private const int RecordHeader = 5;
    private const int LongestRecord = RecordHeader + 16 * 1024;

    /// <summary>Whether a ClientHello names the authority's protocol. Nothing is taken from the input.</summary>
    public static async ValueTask<bool> IsWantedAsync(PipeReader input, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellation);
            var hello = read.Buffer;
            var isWhole = hello.Length >= RecordHeader && hello.Length >= RecordHeader + RecordLength(hello);
            var isWanted = isWhole && hello.Slice(0, Math.Min(hello.Length, LongestRecord)).ToArray().AsSpan().IndexOf(Protocol.Protocol.Span) >= 0;
            var decided = isWhole || read.IsCompleted || hello.Length > LongestRecord;
            input.AdvanceTo(hello.Start, decided ? hello.Start : hello.End);
            if (decided) return isWanted;
        }
    }

    /// <summary>The certificate that shows the authority that this name leads here.</summary>
    /// <param name="name">The host name.</param>
    /// <param name="answer">Token and thumbprint, as in every challenge.</param>
    public static SslStreamCertificateContext CertificateFor(string name, string answer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        byte[] octetString = [4, SHA256.HashSizeInBytes, .. SHA256.HashData(Encoding.ASCII.GetBytes(answer))];
        request.CertificateExtensions.Add(new X509Extension(Identifier, octetString, critical: true));
        var now = DateTimeOffset.UtcNow;
        return SslStreamCertificateContext.Create(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1)), additionalCertificates: null, offline: true);
    }

    private static int RecordLength(ReadOnlySequence<byte> hello)
    {
        Span<byte> header = stackalloc byte[RecordHeader];
        hello.Slice(0, RecordHeader).CopyTo(header);
        return header[3] << 8 | header[4];
    }
}
