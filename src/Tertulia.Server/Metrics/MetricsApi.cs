using System.Security.Cryptography;
using System.Text;
using Tertulia.Control.Accounts;
using Tertulia.Server.Api;
using Tertulia.Server.Auth;
using Tertulia.Server.Hosting;

namespace Tertulia.Server.Metrics;

/// <summary><c>GET /metrics</c>, for Prometheus. With the operator's API key, or with a key that opens nothing else.</summary>
internal static class MetricsApi
{
    private const string Bearer = "Bearer ";

    public static void AddMeetingMetrics(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<MetricsCollector>();
        services.AddSingleton<MeetingMetrics>();
        services.AddSingleton<ProcessMetrics>();
    }

    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        // All exist from the start, so that nothing is missed.
        routes.ServiceProvider.GetRequiredService<MetricsCollector>();
        routes.ServiceProvider.GetRequiredService<MeetingMetrics>();
        routes.ServiceProvider.GetRequiredService<ProcessMetrics>();
        routes.MapGet("/metrics", ReadAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> ReadAsync(
        HttpContext context, MetricsCollector collector, TertuliaOptions options, ApiKeys keys, AddressLimits limits)
    {
        limits.RequireTrust(context);
        var authorization = context.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) throw ApiProblem.KeyMissing();
        if (await MayReadAsync(authorization[Bearer.Length..].Trim(), options, keys, context.RequestAborted))
            return Results.Text(PrometheusText.Write(collector.Collect()), PrometheusText.ContentType);
        limits.CountFailedSignin(context);
        throw ApiProblem.KeyInvalid();
    }

    // Other accounts' keys open their own meetings, not the figures of the whole server.
    private static async Task<bool> MayReadAsync(string secret, TertuliaOptions options, ApiKeys keys, CancellationToken cancellation) =>
        (options.MetricsKey is { } key && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(secret)))
        || (await keys.AuthenticateAsync(secret, cancellation))?.AccountId == DefaultAccount.Id;
}
