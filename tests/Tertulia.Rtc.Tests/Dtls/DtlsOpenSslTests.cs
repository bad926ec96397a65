using System.Text.RegularExpressions;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc.Tests.Dtls;

/// <summary>Against the openssl program over real sockets: its own timers, its own record handling.</summary>
public sealed partial class DtlsOpenSslTests
{
    private const string Keys = "-keymatexport EXTRACTOR-dtls_srtp -keymatexportlen";

    [OpenSslTheory]
    [InlineData("SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM", SrtpProfile.AeadAes128Gcm, false)]
    [InlineData("SRTP_AES128_CM_SHA1_80", SrtpProfile.Aes128CmHmacSha1_80, false)]
    [InlineData("SRTP_AES128_CM_SHA1_80", SrtpProfile.Aes128CmHmacSha1_80, true)]
    public void A_client_connects_and_exports_the_same_keys(string offered, SrtpProfile expected, bool rsa)
    {
        using var tool = new OpenSslTool(rsa);
        using var server = new DtlsTransport(DtlsRole.Server, DtlsPeers.ServerCertificate, [tool.Fingerprint]);
        tool.Start($"s_client -dtls1_2 -connect 127.0.0.1:{tool.Port} -mtu 1200 -use_srtp {offered} {Keys} {KeyLength(expected)}");
        Assert.True(tool.Run(server, () => server.State == DtlsState.Connected && KeyingMaterial(tool.Output) is not null), tool.Output);
        Assert.Equal(expected, server.Keys!.Profile);
        Assert.Equal(KeyingMaterial(tool.Output), Exported(server.Keys.Mirror()));

        // A typed R asks for a renegotiation. It is refused by an alert, upon which this client leaves.
        tool.Type("R");
        Assert.True(tool.Run(server, () => server.State == DtlsState.Closed && tool.Output.Contains("no renegotiation")), tool.Output);
        Assert.Equal(KeyingMaterial(tool.Output), Exported(server.Keys.Mirror()));
    }

    [OpenSslFact]
    public void A_client_says_goodbye()
    {
        using var tool = new OpenSslTool();
        using var server = new DtlsTransport(DtlsRole.Server, DtlsPeers.ServerCertificate, [tool.Fingerprint]);
        tool.Start($"s_client -dtls1_2 -connect 127.0.0.1:{tool.Port} -use_srtp SRTP_AEAD_AES_128_GCM {Keys} 56");
        Assert.True(tool.Run(server, () => server.State == DtlsState.Connected && KeyingMaterial(tool.Output) is not null), tool.Output);
        tool.Type("Q");
        Assert.True(tool.Run(server, () => server.State == DtlsState.Closed));
    }

    [OpenSslFact]
    public void A_client_with_another_certificate_is_refused()
    {
        using var tool = new OpenSslTool();
        using var server = new DtlsTransport(DtlsRole.Server, DtlsPeers.ServerCertificate, [DtlsPeers.ClientCertificate.Fingerprint]);
        tool.Start($"s_client -dtls1_2 -connect 127.0.0.1:{tool.Port} -use_srtp SRTP_AEAD_AES_128_GCM");
        Assert.True(tool.Run(server, () => server.State == DtlsState.Failed), tool.Output);
        Assert.Equal(DtlsFailure.FingerprintMismatch, server.Failure);
        Assert.True(tool.Run(server, () => tool.Output.Contains("alert bad certificate")), tool.Output);
    }

    [OpenSslTheory]
    [InlineData("-use_srtp SRTP_AES128_CM_SHA1_32", DtlsFailure.NoSrtpProfile)]
    [InlineData("", DtlsFailure.NoSrtpProfile)]
    [InlineData("-use_srtp SRTP_AEAD_AES_128_GCM -cipher ECDHE-ECDSA-CHACHA20-POLY1305", DtlsFailure.Protocol)]
    public void A_client_that_has_nothing_in_common_with_us_is_refused(string arguments, DtlsFailure failure)
    {
        using var tool = new OpenSslTool();
        using var server = new DtlsTransport(DtlsRole.Server, DtlsPeers.ServerCertificate, [tool.Fingerprint]);
        tool.Start($"s_client -dtls1_2 -connect 127.0.0.1:{tool.Port} {arguments}");
        Assert.True(tool.Run(server, () => server.State == DtlsState.Failed), tool.Output);
        Assert.Equal(failure, server.Failure);
    }

    [OpenSslTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void We_connect_to_a_server(bool rsa)
    {
        using var tool = new OpenSslTool(rsa);
        var port = OpenSslTool.FreePort();
        tool.Start($"s_server -dtls1_2 -accept 127.0.0.1:{port} -mtu 1200 -Verify 1 -use_srtp SRTP_AEAD_AES_128_GCM {Keys} 56");
        tool.Connect(port);
        Assert.True(SpinWait.SpinUntil(() => tool.Output.Contains("ACCEPT"), TimeSpan.FromSeconds(30)), tool.Output);
        using var client = new DtlsTransport(DtlsRole.Client, DtlsPeers.ClientCertificate, [tool.Fingerprint]);
        Assert.True(tool.Run(client, () => client.State == DtlsState.Connected && KeyingMaterial(tool.Output) is not null), tool.Output);
        Assert.Equal(KeyingMaterial(tool.Output), Exported(client.Keys!));
        client.Close();
        tool.Send(client);
        Assert.True(tool.Run(client, () => tool.Output.Contains("DONE") || tool.Output.Contains("CONNECTION CLOSED")), tool.Output);
    }

    private static int KeyLength(SrtpProfile profile) => 2 * (profile.MasterKeyLength() + profile.MasterSaltLength());

    private static string? KeyingMaterial(string output) =>
        KeyingMaterialLine().Match(output) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>RFC 5764 section 4.2: both keys, then both salts, the client's first.</summary>
    private static string Exported(SrtpKeyingMaterial client) =>
        Convert.ToHexString([.. client.LocalKey, .. client.RemoteKey, .. client.LocalSalt, .. client.RemoteSalt]);

    [GeneratedRegex(@"Keying material: ([0-9A-F]+)\s")]
    private static partial Regex KeyingMaterialLine();
}
