using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Tertulia.Server.Hosting;
using Tertulia.Server.Transport.Acme;
using Tertulia.Server.Transport.Certificates;

namespace Tertulia.Server.Transport;

/// <summary>
/// Where the server listens. Addresses of <c>--urls</c> become entries of <c>Kestrel:Endpoints</c>, so that there is one kind of endpoint, whose
/// scheme Kestrel tells us before it is opened: each is prepared for sharing, and https ones get our certificate unless they have one of their own.
/// </summary>
internal static class EndpointSetup
{
    private const string UsualUrl = "http://localhost:8080";
    private const string Endpoints = "Kestrel:Endpoints";

    // RFC 7443: clients may say in the handshake that they speak TURN.
    private static readonly List<SslApplicationProtocol> s_protocols =
        [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11, new("stun.turn"), new("stun.nat-discovery")];

    /// <summary>To be called once configuration is complete, and before it is read.</summary>
    public static void UseEndpoints(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        if (!configuration.GetSection(Endpoints).Exists())
        {
            var urls = Urls(configuration);
            for (var i = 0; i < urls.Count; i++) configuration[$"{Endpoints}:{i}:Url"] = urls[i];
        }

        // A list of no addresses; were it empty or absent, the host would look for others, and Kestrel would say that they are overridden.
        configuration["urls"] = ";";
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (var endpoint in configuration.GetSection(Endpoints).GetChildren()) kestrel.ConfigurationLoader!.Endpoint(endpoint.Key, Prepare);
        });
    }

    /// <summary>Whether any endpoint is for https.</summary>
    public static bool HasHttps(IConfiguration configuration) => configuration.GetSection(Endpoints).GetChildren().Any(IsHttps);

    /// <summary>Whether any endpoint is for plain http.</summary>
    public static bool HasHttp(IConfiguration configuration) => configuration.GetSection(Endpoints).GetChildren().Any(endpoint => !IsHttps(endpoint));

    /// <summary>Whether an https endpoint relies on the server's own certificate.</summary>
    public static bool NeedsCertificate(IConfiguration configuration) =>
        configuration.GetSection(Endpoints).GetChildren().Any(endpoint => IsHttps(endpoint) && !HasOwnCertificate(endpoint, configuration));

    private static void Prepare(EndpointConfiguration endpoint)
    {
        var services = endpoint.ListenOptions.ApplicationServices;
        var sharing = services.GetRequiredService<PortSharing>();
        if (!endpoint.IsHttps) sharing.Share(endpoint.ListenOptions);
        else if (HasOwnCertificate(endpoint.ConfigSection, services.GetRequiredService<IConfiguration>())) sharing.Share(endpoint.ListenOptions, listen => listen.UseHttps(endpoint.HttpsOptions));
        else sharing.Share(endpoint.ListenOptions, listen => listen.UseHttps(Tls(services.GetRequiredService<ServerCertificate>(), services.GetRequiredService<AcmeChallenges>())));
    }

    private static TlsHandshakeCallbackOptions Tls(ServerCertificate certificate, AcmeChallenges challenges) => new()
    {
        HandshakeTimeout = PortSharing.Patience,
        OnConnection = hello => ValueTask.FromResult(
            hello.Connection.Features.Get<AcmeProof>() is not null && challenges.CertificateOf(hello.ClientHelloInfo.ServerName) is { } proof
                ? Authentication(proof, [AcmeProof.Protocol])
                : Authentication(certificate.Current, s_protocols)),
    };

    private static SslServerAuthenticationOptions Authentication(SslStreamCertificateContext? certificate, List<SslApplicationProtocol> protocols) => new()
    {
        ServerCertificateContext = certificate,
        ApplicationProtocols = protocols,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    private static List<string> Urls(IConfiguration configuration)
    {
        var urls = Split(configuration["urls"]);
        if (urls.Count > 0) return urls;
        urls = [.. Split(configuration["http_ports"]).Select(port => $"http://*:{port}"), .. Split(configuration["https_ports"]).Select(port => $"https://*:{port}")];
        return urls.Count > 0 ? urls : [UsualUrl];
    }

    private static List<string> Split(string? list) => [.. (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static bool IsHttps(IConfigurationSection endpoint) => endpoint["Url"]?.TrimStart().StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true;

    private static bool HasOwnCertificate(IConfigurationSection endpoint, IConfiguration configuration) =>
        endpoint.GetSection("Certificate").Exists() || endpoint.GetSection("Sni").Exists() || configuration.GetSection("Kestrel:Certificates:Default").Exists();
}
