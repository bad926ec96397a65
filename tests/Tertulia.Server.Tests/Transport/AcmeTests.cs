using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Tertulia.Server.Tests.Support;
using Tertulia.Server.Transport.Acme;

namespace Tertulia.Server.Tests.Transport;

/// <summary>Certificates from an authority, by the protocol that Let's Encrypt speaks, against its own test server.</summary>
public sealed class AcmeTests : IDisposable
{
    private const string Name = "meet.example.org";

    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-acme-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [PebbleFact]
    public Task A_certificate_is_got_used_and_kept() => IsGotUsedAndKeptAsync("http-01");

    [PebbleFact]
    public Task So_it_is_where_only_the_port_for_TLS_is_open() => IsGotUsedAndKeptAsync("tls-alpn-01");

    private async Task IsGotUsedAndKeptAsync(string challenge)
    {
        var (http, https) = (Pebble.FreePort(), Pebble.FreePort());
        var issued = "";
        var byTls = challenge == "tls-alpn-01";
        using (var pebble = await Pebble.StartAsync(_folder, byTls ? Pebble.FreePort() : http, byTls ? https : Pebble.FreePort()))
        {
            await using var server = await ServerProcess.StartAsync(
                Path.Combine(_folder, "data"), [.. Settings(http, https, pebble.Directory, pebble.TrustPath), ("Tertulia__Tls__Acme__Challenge", challenge)]);
            await Eventually.TrueAsync("the issued certificate", async () =>
            {
                using var shown = await ShownAsync(https);
                issued = shown.Thumbprint;
                return shown.Issuer.Contains("Pebble Intermediate", StringComparison.Ordinal) && shown.MatchesHostname(Name);
            }, TimeSpan.FromSeconds(60));
            Assert.Equal(0, await server.TerminateAsync());
        }

        // The authority is gone; what it gave is still there.
        await using var again = await ServerProcess.StartAsync(Path.Combine(_folder, "data"), Settings(http, https, new("https://localhost:9/dir"), "/dev/null"));
        using var kept = await ShownAsync(https);
        Assert.Equal(issued, kept.Thumbprint);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "data", "tls", "acme.pem")));
    }

    [Theory]
    [InlineData("AcceptTerms", "Domains=meet.example.org")]
    [InlineData("host names", "Domains=192.0.2.1", "AcceptTerms=true")]
    [InlineData("tls-alpn-01", "Domains=meet.example.org", "AcceptTerms=true", "Challenge=dns-01")]
    [InlineData("Directory", "Domains=meet.example.org", "AcceptTerms=true", "Directory=http://example.org")]
    public async Task Mistakes_are_named_at_start(string expected, params string[] settings)
    {
        var (code, errors) = await ServerProcess.RunToEndAsync(
            [.. settings.Select(setting => $"--Tertulia:Tls:Acme:{setting}")], ("Tertulia__DataDirectory", _folder));
        Assert.Equal(1, code);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_third_of_the_life_is_left_for_renewing()
    {
        var from = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(from.AddDays(60), AcmeCertificates.RenewAt(from, from.AddDays(90)));
        Assert.Equal(from.AddDays(4), AcmeCertificates.RenewAt(from, from.AddDays(6)));
    }

    private static (string, string)[] Settings(int http, int https, Uri directory, string trusted) =>
    [
        ("ASPNETCORE_URLS", $"http://127.0.0.1:{http};https://127.0.0.1:{https}"), ("SSL_CERT_FILE", trusted),
        ("Tertulia__Tls__Acme__Domains", Name), ("Tertulia__Tls__Acme__AcceptTerms", "true"), ("Tertulia__Tls__Acme__Email", "ops@example.org"),
        ("Tertulia__Tls__Acme__Directory", directory.ToString()),
    ];

    private static async Task<X509Certificate2> ShownAsync(int port)
    {
        using var client = new TcpClient("127.0.0.1", port);
        X509Certificate2? shown = null;
        await using var tls = new SslStream(client.GetStream(), false, (_, certificate, _, _) => (shown = X509CertificateLoader.LoadCertificate(certificate!.GetRawCertData())) is not null);
        await tls.AuthenticateAsClientAsync(Name);
        return shown!;
    }
}
