using Tertulia.Server.Hosting;

namespace Tertulia.Server.Transport.Certificates;

/// <summary>
/// The operator's certificate files: read at start, where a mistake is fatal, and again whenever they have changed, where the old certificate
/// stays in use until the files are right.
/// </summary>
internal sealed partial class CertificateFiles(TertuliaOptions options, ServerCertificate certificate, TimeProvider time, ILogger<CertificateFiles> log) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    private (FileMark, FileMark) _loaded;

    /// <exception cref="StartupException">They cannot be used.</exception>
    public void LoadFirst()
    {
        if (options.Tls.CertificatePath is not { } certificatePath) return;
        try
        {
            _loaded = Marks(certificatePath);
            Load(certificatePath);
        }
        catch (InvalidDataException e)
        {
            throw new StartupException($"The TLS certificate cannot be used: {e.Message}. See Tertulia__Tls__CertificatePath and Tertulia__Tls__KeyPath.");
        }
    }

    /// <summary>Looks at the files now and then, rather than being told: renewed certificates are often links that change what they lead to.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Tls.CertificatePath is not { } certificatePath) return;
        using var timer = new PeriodicTimer(s_interval, time);
        var before = _loaded;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Two files are written one after the other: what still changes is left alone for a while.
            var now = Marks(certificatePath);
            if (now == before && now != _loaded) Reload(certificatePath, now);
            before = now;
        }
    }

    private void Reload(string certificatePath, (FileMark, FileMark) marks)
    {
        _loaded = marks;
        try
        {
            Load(certificatePath);
            LogReloaded(certificate.Current!.TargetCertificate.Subject, certificate.Current.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (InvalidDataException e)
        {
            LogKept(e.Message);
        }
    }

    private void Load(string certificatePath)
    {
        var read = PemCertificate.Load(certificatePath, options.Tls.KeyPath!);
        certificate.Use(read.Certificate, read.Chain);
    }

    private (FileMark, FileMark) Marks(string certificatePath) => (FileMark.Of(certificatePath), FileMark.Of(options.Tls.KeyPath!));

    [LoggerMessage(Level = LogLevel.Information, Message = "The TLS certificate was renewed: {Subject}, until {End:yyyy-MM-dd}")]
    private partial void LogReloaded(string subject, DateTime end);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The TLS certificate changed but cannot be used, so the former one stays: {Reason}")]
    private partial void LogKept(string reason);

    /// <summary>Tells whether a file is another than before.</summary>
    private readonly record struct FileMark(string? Target, long Length, DateTime Written)
    {
        public static FileMark Of(string path)
        {
            try
            {
                var file = new FileInfo(path);
                var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
                return target.Exists ? new(target.FullName, target.Length, target.LastWriteTimeUtc) : default;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return default;
            }
        }
    }
}
