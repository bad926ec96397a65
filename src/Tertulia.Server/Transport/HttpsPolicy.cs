using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Tertulia.Server.Api;
using Tertulia.Server.Hosting;
using Tertulia.Server.Transport.Certificates;

namespace Tertulia.Server.Transport;

/// <summary>Marks a connection that speaks HTTP in the clear on a port that has TLS.</summary>
internal sealed class PlainOnTlsPort
{
    public static readonly PlainOnTlsPort Instance = new();
}

/// <summary>
/// Where there is an https endpoint, people who came by http are sent there, and browsers are told to come that way at once (RFC 6797). Programs that sent
/// something in the clear are refused, so that the mistake is noticed. Left alone are requests over the loopback interface to a plain endpoint: proxies and
/// health checks on the same machine.
/// </summary>
internal sealed class HttpsPolicy(RequestDelegate next, TertuliaOptions options, ServerCertificate certificate, IServer server)
{
    private static readonly PathString s_challenges = "/.well-known/acme-challenge";
    private static readonly PathString s_health = "/health";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.IsHttps)
        {
            if (options.Tls.Hsts > TimeSpan.Zero && certificate is { Current: not null, IsSelfSigned: false } && IsName(request.Host))
                context.Response.Headers.StrictTransportSecurity = $"max-age={(long)options.Tls.Hsts.TotalSeconds}";
            return next(context);
        }

        if (!options.Tls.Redirect || IsLeftAlone(context)) return next(context);
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            throw ApiProblem.BadRequest("https-required", "This server is reached by https", "Nothing was done. What was sent in the clear, a key for one, may have been read on its way.");
        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.Location = $"https://{Target(context)}{request.PathBase}{request.Path}{request.QueryString}";
        return Task.CompletedTask;
    }

    private static bool IsLeftAlone(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(s_challenges) || context.Request.Path.StartsWithSegments(s_health)) return true;
        return context.Features.Get<PlainOnTlsPort>() is null && (context.Connection.RemoteIpAddress is not { } remote || IPAddress.IsLoopback(remote));
    }

    private string Target(HttpContext context)
    {
        if (options.PublicUrl is { Scheme: "https" } url) return url.Authority;
        var host = context.Request.Host;
        if (context.Features.Get<PlainOnTlsPort>() is not null) return host.ToUriComponent();
        var port = Addresses().Select(address => BindingAddress.Parse(address)).FirstOrDefault(address => address.Scheme == "https")?.Port ?? 443;
        return (port == 443 ? new HostString(host.Host) : new HostString(host.Host, port)).ToUriComponent();
    }

    private IEnumerable<string> Addresses() => server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];

    // RFC 6797 section 8.1.1: not for addresses; and an https localhost is nobody's habit to be made.
    private static bool IsName(HostString host) => host.HasValue && host.Host != "localhost" && !IPAddress.TryParse(host.Host.Trim('[', ']'), out _);
}
