using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tertulia.Rtc.Dtls;

namespace Tertulia.Rtc.Tests.Dtls;

public sealed class DtlsFingerprintTests
{
    private static readonly DtlsFingerprint Wrong = new("sha-256", string.Join(':', Enumerable.Repeat("AB", 32)));

    [Fact]
    public void Server_refuses_a_client_with_another_certificate()
    {
        using var peers = new DtlsPeers(serverExpects: [Wrong]);
        peers.Run();
        Assert.Equal((DtlsState.Failed, DtlsFailure.FingerprintMismatch), (peers.Server.State, peers.Server.Failure));
        Assert.Equal((DtlsState.Failed, DtlsFailure.Alert), (peers.Client.State, peers.Client.Failure));
        Assert.Null(peers.Server.Keys);
        Assert.Null(peers.Client.Keys);
    }

    [Fact]
    public void Client_refuses_a_server_with_another_certificate()
    {
        using var peers = new DtlsPeers(clientExpects: [Wrong]);
        peers.Run();
        Assert.Equal((DtlsState.Failed, DtlsFailure.FingerprintMismatch), (peers.Client.State, peers.Client.Failure));
        Assert.Equal((DtlsState.Failed, DtlsFailure.Alert), (peers.Server.State, peers.Server.Failure));
    }

    [Fact]
    public void Without_a_signalled_fingerprint_nobody_is_trusted()
    {
        using var peers = new DtlsPeers(serverExpects: []);
        peers.Run();
        Assert.Equal(DtlsFailure.FingerprintMismatch, peers.Server.Failure);
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(3072)]
    public void A_client_with_an_rsa_certificate_connects(int keyLength)
    {
        using var key = RSA.Create(keyLength);
        var request = new CertificateRequest("CN=a", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = DtlsCertificate.Create(request, key, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        using var peers = new DtlsPeers(clientCertificate: certificate);
        peers.Run();
        DtlsHandshakeTests.AssertConnected(peers);
    }

    [Fact]
    public void The_certificate_is_ecdsa_p256_and_its_fingerprint_written_as_in_sdp()
    {
        using var certificate = DtlsPeers.NewCertificate();
        Assert.Matches("^([0-9A-F]{2}:){31}[0-9A-F]{2}$", certificate.Sha256Fingerprint);
        Assert.Equal(new DtlsFingerprint("sha-256", certificate.Sha256Fingerprint), certificate.Fingerprint);
        Assert.NotEqual(certificate.Sha256Fingerprint, DtlsPeers.ServerCertificate.Sha256Fingerprint);
    }

    [Fact]
    public void Only_the_strongest_algorithm_counts_and_any_value_of_it()
    {
        var certificate = Certificate();
        DtlsFingerprint Of(string algorithm) => DtlsFingerprints.Compute(algorithm, certificate)!.Value;
        foreach (var algorithm in (string[])["sha-1", "sha-256", "sha-384", "sha-512"])
        {
            Assert.True(DtlsFingerprints.Match([Of(algorithm)], certificate));
            Assert.True(DtlsFingerprints.Match([new(algorithm.ToUpperInvariant(), Of(algorithm).Value.ToLowerInvariant())], certificate));
            Assert.False(DtlsFingerprints.Match([Of(algorithm)], [.. certificate, 0]));
        }

        Assert.True(DtlsFingerprints.Match([Wrong, Of("sha-256")], certificate));
        Assert.True(DtlsFingerprints.Match([new("sha-1", "00"), Of("sha-256")], certificate));
        Assert.False(DtlsFingerprints.Match([Of("sha-1"), Wrong], certificate));
        Assert.True(DtlsFingerprints.Match([new("md5", "00"), new("sha3-256", "00"), Of("sha-256")], certificate));
        Assert.False(DtlsFingerprints.Match([new("md5", Convert.ToHexString(MD5.HashData(certificate)))], certificate));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AB")]
    [InlineData("AB:")]
    [InlineData("AB:C")]
    [InlineData("ABxCD")]
    [InlineData("ZZ:CD")]
    [InlineData("AB:CD ")]
    [InlineData(" AB:CD")]
    [InlineData(null)]
    public void A_malformed_fingerprint_matches_nothing(string? value) =>
        Assert.False(DtlsFingerprints.Match([new("sha-256", value!)], Certificate()));

    private static byte[] Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=a", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1)).RawData;
    }
}
