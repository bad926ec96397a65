using System.Security.Cryptography.X509Certificates;
using Tertulia.Server.Hosting;
using Tertulia.Server.Transport.Certificates;

namespace Tertulia.Server.Transport.Acme;

/// <summary>
/// Keeps a certificate from a certificate authority: gets it when there is none, renews it when a third of its life is left, and tries again after
/// failures, ever more patiently. Account and certificate are kept in the data folder.
/// </summary>
internal sealed partial class AcmeCertificates(
    TertuliaOptions options, ServerCertificate certificate, AcmeChallenges challenges, IConfiguration configuration, IHostApplicationLifetime lifetime,
    TimeProvider time, ILogger<AcmeCertificates> log) : BackgroundService
{
    // Authorities count failures by the hour, and let few pass.
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromHours(6);
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromHours(6);

    private string Folder => Path.Combine(options.DataDirectory, "tls");

    private string CertificatePath => Path.Combine(Folder, "acme.pem");

    /// <summary>Takes up what an earlier run got, if it is for the same names and still good; false if there is nothing.</summary>
    public bool TryLoad()
    {
        if (options.Tls.Acme is not { } acme || !File.Exists(CertificatePath)) return false;
        try
        {
            var kept = Read();
            if (!Names(kept.Certificate).SetEquals(acme.Domains)) return false;
            certificate.Use(kept.Certificate, kept.Chain);
            return true;
        }
        catch (InvalidDataException e)
        {
            LogUnusable(e.Message);
            return false;
        }
    }

    /// <summary>When to renew: authorities give anything from days to months.</summary>
    public static DateTimeOffset RenewAt(DateTimeOffset from, DateTimeOffset to) => from + (to - from) * 2 / 3;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Tls.Acme is not { } acme) return;
        await StartedAsync(stoppingToken);
        var pause = s_firstPause;
        while (true)
        {
            var wait = s_betweenLooks;
            if (IsDue(acme))
            {
                try
                {
                    await GetAsync(acme, stoppingToken);
                    pause = s_firstPause;
                }
                catch (Exception e) when (e is AcmeException or HttpRequestException or InvalidDataException or IOException or System.Text.Json.JsonException
                    or KeyNotFoundException || (e is OperationCanceledException && !stoppingToken.IsCancellationRequested))
                {
                    LogFailed(acme.Directory, e.Message, pause);
                    wait = pause;
                    pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
                }
            }

            await Task.Delay(wait, time, stoppingToken);
        }
    }

    private bool IsDue(AcmeOptions acme)
    {
        if (certificate.Current?.TargetCertificate is not { } current || !Names(current).SetEquals(acme.Domains)) return true;
        return time.GetUtcNow() >= RenewAt(current.NotBefore, current.NotAfter);
    }

    private async Task GetAsync(AcmeOptions acme, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Tertulia");
        using var key = AccountKey();
        var order = new AcmeOrder(new AcmeSession(http, key, acme.Directory), key, challenges, acme.Challenge ?? UsualChallenge(), time);
        SecretFile.Write(CertificatePath, await order.RunAsync(acme.Domains, acme.Email, cancellation));
        var got = Read();
        certificate.Use(got.Certificate, got.Chain);
        LogObtained(string.Join(", ", acme.Domains), got.Certificate.NotAfter.ToUniversalTime());
    }

    // Where there is no endpoint for plain HTTP, port 443 has to do.
    private string UsualChallenge() => EndpointSetup.HasHttp(configuration) ? AcmeOptions.Http : AcmeOptions.Tls;

    private AcmeKey AccountKey()
    {
        var path = Path.Combine(Folder, "acme-account.key");
        if (File.Exists(path)) return AcmeKey.FromPem(File.ReadAllText(path));
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Folder);
        else Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var key = AcmeKey.Create();
        SecretFile.Write(path, key.ToPem());
        return key;
    }

    private PemCertificate Read() => PemCertificate.Load(CertificatePath, CertificatePath);

    private static HashSet<string> Names(X509Certificate2 certificate) => new(
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames()), StringComparer.OrdinalIgnoreCase);

    // The authority comes to the server's own port.
    private async Task StartedAsync(CancellationToken stopping)
    {
        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stopping);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A certificate for {Names} was issued, until {End:yyyy-MM-dd}")]
    private partial void LogObtained(string names, DateTime end);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No certificate could be had from {Directory}: {Reason}. Next try in {Pause}")]
    private partial void LogFailed(Uri directory, string reason, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate that was kept is not used: {Reason}")]
    private partial void LogUnusable(string reason);
}
