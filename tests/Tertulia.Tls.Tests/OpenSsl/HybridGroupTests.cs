using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tertulia.Tls.Wire;

namespace Tertulia.Tls.Tests.OpenSsl;

/// <summary>.NET's own TLS with the hybrid group, against libssl with chosen groups, and what is read of it off the wire.</summary>
public sealed class HybridGroupTests
{
    private const string Hybrid = "X25519MLKEM768";
    private const int Tls12 = 0x0303;
    private const int Tls13 = 0x0304;

    private static readonly X509Certificate2 s_certificate = Line.Certificate();

    public HybridGroupTests() => PostQuantum.EnsureEnabled();

    [Fact]
    public void The_group_is_available() => Assert.True(PostQuantum.Source is PostQuantumSource.BuiltIn or PostQuantumSource.OpenSsl, PostQuantum.Obstacle);

    [Theory]
    [InlineData(Hybrid, 0, Tls13, NamedGroups.X25519MLKEM768)]
    [InlineData("X25519MLKEM768:X25519", 0, Tls13, NamedGroups.X25519MLKEM768)]
    [InlineData("X25519", 0, Tls13, 0x1d)]
    [InlineData("P-256", 0, Tls13, 0x17)]
    [InlineData("P-384:X25519MLKEM768", 0, Tls13, 0x18)]
    [InlineData("X25519:P-256", Tls12, Tls12, 0x1d)]
    [InlineData("P-256", Tls12, Tls12, 0x17)]
    public async Task A_server_takes_what_the_client_offers_first(string groups, int maxVersion, int version, int group)
    {
        using var line = Line.Open();
        var reader = new ServerHelloReader();
        await using var server = new SslStream(new ObservedStream(new NetworkStream(line.Far), reader, observeWrites: true));
        var serving = Task.Run(() => server.AuthenticateAsServer(Options()));
        using var client = await Task.Run(() => LibSslPeer.Connect(line.Near, groups, maxVersion));
        await serving;

        var hearing = Task.Run(client.Receive);
        server.Write("hello"u8);
        Assert.Equal("hello", await hearing);
        Assert.Equal((version, group), (reader.Version, reader.Group));
    }

    /// <summary>Both ways: the first share is classical, so a server that insists on the hybrid answers with a HelloRetryRequest.</summary>
    [Theory]
    [InlineData(Hybrid, NamedGroups.X25519MLKEM768)]
    [InlineData("X25519", 0x1d)]
    [InlineData("P-256", 0x17)]
    [InlineData("P-384", 0x18)]
    public async Task A_client_gives_servers_what_they_insist_on(string groups, int group)
    {
        using var line = Line.Open();
        var reader = new ServerHelloReader();
        var accepting = Task.Run(() => LibSslPeer.Accept(line.Far, groups, s_certificate));
        await using var client = new SslStream(new ObservedStream(new NetworkStream(line.Near), reader, observeWrites: false));
        await Task.Run(() => client.AuthenticateAsClient(Trusting()));
        using var server = await accepting;

        var hearing = Task.Run(server.Receive);
        client.Write(Encoding.ASCII.GetBytes("hello"));
        Assert.Equal("hello", await hearing);
        Assert.Equal((Tls13, group), (reader.Version, reader.Group));
    }

    [Fact]
    public async Task A_connection_resumed_still_exchanges_keys()
    {
        var options = Options();
        for (var round = 0; round < 2; round++)
        {
            using var line = Line.Open();
            var reader = new ServerHelloReader();
            await using var server = new SslStream(new ObservedStream(new NetworkStream(line.Far), reader, observeWrites: true));
            await using var client = new SslStream(new NetworkStream(line.Near));
            var serving = Task.Run(() => server.AuthenticateAsServer(options));
            await Task.Run(() => client.AuthenticateAsClient(Trusting()));
            await serving;
            server.Write("x"u8);
            Assert.Equal(1, await client.ReadAsync(new byte[1]));
            Assert.Equal((Tls13, 0x1d), (reader.Version, reader.Group));
        }
    }

    private static SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(s_certificate, null, offline: true),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    private static SslClientAuthenticationOptions Trusting() => new()
    {
        TargetHost = "localhost",
        RemoteCertificateValidationCallback = (_, shown, _, _) => s_certificate.Equals(shown),
    };
}
