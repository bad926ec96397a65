using Tertulia.Server.Hosting;
using Tertulia.Server.Transport.Acme;
using Tertulia.Server.Transport.Certificates;

namespace Tertulia.Server.Transport;

internal static class TransportRegistration
{
    public static void AddTransport(this IServiceCollection services)
    {
        services.AddSingleton<TransportMetrics>();
        services.AddSingleton<PortSharing>();
        services.AddSingleton<ServerCertificate>();
        services.AddSingleton<CertificateFiles>();
        services.AddSingleton<TlsSummary>();
        services.AddSingleton<AcmeChallenges>();
        services.AddSingleton<AcmeCertificates>();
        services.AddHostedService(provider => provider.GetRequiredService<AcmeCertificates>());
        services.AddHostedService(provider => provider.GetRequiredService<CertificateFiles>());
    }

    /// <summary>Where a certificate authority looks; only where certificates are got from one.</summary>
    public static void MapAcmeChallenges(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetRequiredService<TertuliaOptions>().Tls.Acme is null) return;
        var challenges = routes.ServiceProvider.GetRequiredService<AcmeChallenges>();
        routes.MapGet("/.well-known/acme-challenge/{token}", (string token) => challenges.Answer(token)).ExcludeFromDescription();
    }

    /// <summary>The first certificate, before anything listens.</summary>
    /// <exception cref="StartupException">The configured one cannot be used.</exception>
    public static void PrepareTransport(this IServiceProvider services)
    {
        var options = services.GetRequiredService<TertuliaOptions>();
        if (options.Tls.CertificatePath is not null) services.GetRequiredService<CertificateFiles>().LoadFirst();
        else if (services.GetRequiredService<AcmeCertificates>().TryLoad()) return;
        else if (EndpointSetup.NeedsCertificate(services.GetRequiredService<IConfiguration>()))
        {
            var own = SelfSigned.LoadOrCreate(options.DataDirectory);
            services.GetRequiredService<ServerCertificate>().Use(own.Certificate, own.Chain);
        }
    }
}
