using Tertulia.Server.Hosting;
using Tertulia.Server.Transport.Certificates;

namespace Tertulia.Server.Transport;

internal static class TransportRegistration
{
    public static void AddTransport(this IServiceCollection services)
    {
        services.AddSingleton<TransportMetrics>();
        services.AddSingleton<ListeningPorts>();
        services.AddHostedService<TcpCandidates>();
        services.AddSingleton<PortSharing>();
        services.AddSingleton<ServerCertificate>();
        services.AddSingleton<CertificateFiles>();
        services.AddSingleton<TlsSummary>();
        services.AddHostedService(provider => provider.GetRequiredService<CertificateFiles>());
    }

    /// <summary>The first certificate, before anything listens.</summary>
    /// <exception cref="StartupException">The configured one cannot be used.</exception>
    public static void PrepareTransport(this IServiceProvider services)
    {
        var options = services.GetRequiredService<TertuliaOptions>();
        if (options.Tls.CertificatePath is not null) services.GetRequiredService<CertificateFiles>().LoadFirst();
        else if (EndpointSetup.NeedsCertificate(services.GetRequiredService<IConfiguration>()))
        {
            var own = SelfSigned.LoadOrCreate(options.DataDirectory);
            services.GetRequiredService<ServerCertificate>().Use(own.Certificate, own.Chain);
        }
    }
}
