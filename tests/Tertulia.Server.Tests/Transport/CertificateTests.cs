using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Transport;

/// <summary>The operator's certificate files: what is wrong with them is said at start, and renewing them needs no restart.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-tls-").FullName;

    private string Certificate => Path.Combine(_folder, "fullchain.pem");

    private string Key => Path.Combine(_folder, "privkey.pem");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Renewed_files_are_used_and_broken_ones_are_not()
    {
        var first = Trust.Write(Certificate, Key, "meet.example.org");
        await using var server = await StartAsync();
        Assert.Equal(first, await ShownAsync(server));
        using (var client = Trust.Client(server, first))
        {
            // An open connection outlives the certificate that it began with.
            using var before = await client.GetAsync("/health/live");
            File.WriteAllText(Certificate, "-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n");
            var second = Trust.Write(Path.Combine(_folder, "next.pem"), Path.Combine(_folder, "next.key"), "meet.example.org");
            await Assert.ThrowsAsync<TimeoutException>(() => WaitForAsync(server, second).WaitAsync(TimeSpan.FromSeconds(5)));
            Assert.Equal(first, await ShownAsync(server));

            // As certbot does it: links that lead to other files.
            Replace(Path.Combine(_folder, "next.pem"), Certificate);
            Replace(Path.Combine(_folder, "next.key"), Key);
            await WaitForAsync(server, second);
            using var after = await client.GetAsync("/health/live");
            Assert.True(after.IsSuccessStatusCode);
        }
    }

    [Theory]
    [InlineData("missing", "cannot be read")]
    [InlineData("empty", "has no certificate in PEM form")]
    [InlineData("damaged", "is damaged")]
    [InlineData("other key", "does not belong")]
    [InlineData("no key", "has no private key in PEM form")]
    [InlineData("ended", "ended on")]
    [InlineData("password", "protected by a password")]
    public async Task Mistakes_are_named_at_start(string mistake, string expected)
    {
        Trust.Write(Certificate, Key, days: mistake == "ended" ? -2 : 30);
        if (mistake == "missing") File.Delete(Certificate);
        if (mistake == "empty") File.WriteAllText(Certificate, "");
        if (mistake == "damaged") File.WriteAllText(Certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        if (mistake == "other key") Trust.Write(Path.Combine(_folder, "x.pem"), Key);
        if (mistake == "no key") File.Copy(Certificate, Key, overwrite: true);
        if (mistake == "password") File.WriteAllText(Key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        var (code, errors) = await ServerProcess.RunToEndAsync(
            ["--urls", "https://127.0.0.1:0"], ("Tertulia__DataDirectory", _folder), ("Tertulia__Tls__CertificatePath", Certificate), ("Tertulia__Tls__KeyPath", Key));
        Assert.Equal(1, code);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Contains("Tertulia__Tls__", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_self_signed_certificate_stays_the_same()
    {
        await using var server = await TestServer.StartAsync("urls=https://127.0.0.1:0");
        var before = await ShownAsync(server);
        await server.RestartAsync();
        Assert.Equal(before, await ShownAsync(server));
        Assert.Equal(Trust.SelfSignedOf(server), before);
    }

    private static void Replace(string target, string link)
    {
        File.Delete(link);
        File.CreateSymbolicLink(link, target);
    }

    private Task<TestServer> StartAsync() =>
        TestServer.StartAsync("urls=https://127.0.0.1:0", $"Tertulia:Tls:CertificatePath={Certificate}", $"Tertulia:Tls:KeyPath={Key}");

    private static Task WaitForAsync(TestServer server, string thumbprint) =>
        Eventually.TrueAsync("the renewed certificate", async () => await ShownAsync(server) == thumbprint, TimeSpan.FromSeconds(20));

    /// <summary>The thumbprint of what a new connection is shown.</summary>
    private static async Task<string> ShownAsync(TestServer server)
    {
        using var client = new TcpClient(server.Url.Host, server.Url.Port);
        var shown = "";
        await using var tls = new SslStream(client.GetStream(), false, (_, certificate, _, _) => (shown = ((X509Certificate2)certificate!).Thumbprint).Length > 0);
        await tls.AuthenticateAsClientAsync("meet.example.org");
        return shown;
    }
}
