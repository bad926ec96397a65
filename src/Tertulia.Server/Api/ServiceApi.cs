using Microsoft.AspNetCore.Mvc;
using Tertulia.Control.Accounts;
using Tertulia.Control.Accounts.Tokens;
using Tertulia.Server.Hosting;
using Contract = Tertulia.Contracts.Rest;

namespace Tertulia.Server.Api;

/// <summary>For machines: health, and the public keys of meeting tokens.</summary>
internal static class ServiceApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Ok(new Contract.HealthView("ok"))).WithTags("Service")
            .WithName("live").WithSummary("The process answers").Produces<Contract.HealthView>();
        routes.MapGet("/health/ready", ReadyAsync).WithTags("Service")
            .WithName("ready").WithSummary("The server takes meetings: its data is there and it is not about to stop")
            .Produces<Contract.HealthView>().Produces<Contract.HealthView>(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/.well-known/jwks.json", ReadKeys).WithTags("Service")
            .WithName("getKeySet").WithSummary("The keys that verify meeting tokens").Produces<Contract.JsonWebKeySet>();
    }

    private static async Task<IResult> ReadyAsync([FromServices] Readiness readiness, CancellationToken cancellation)
    {
        var checks = await readiness.CheckAsync(cancellation);
        var ready = checks.Values.All(state => state == Readiness.Ok);
        return Results.Json(
            new Contract.HealthView(ready ? Readiness.Ok : "unavailable", checks),
            Contract.RestJson.Default.HealthView,
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult ReadKeys(HttpContext context, MeetingTokens tokens)
    {
        context.Response.Headers.CacheControl = "public, max-age=300";
        return Results.Bytes(JsonWebKeySet.ToJson(tokens.Keys), "application/json");
    }
}
