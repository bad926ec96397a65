using Microsoft.AspNetCore.OpenApi;
using Tertulia.Contracts.Rest;
using Tertulia.Server.Auth;

namespace Tertulia.Server.Api;

/// <summary>All REST calls, and what is common to them.</summary>
internal static class ApiRoutes
{
    private const string CorsPolicy = "api";

    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddSingleton<LiveMeetings>();
        services.AddSingleton<MeetingLookup>();
        services.AddSingleton<MeetingTickets>();
        services.AddSingleton<IceServers>();
        services.AddSingleton<AddressLimits>();
        services.ConfigureHttpJsonOptions(options =>
        {
            var json = options.SerializerOptions;
            json.TypeInfoResolverChain.Insert(0, RestJson.Default);
            json.DefaultIgnoreCondition = RestJson.Default.Options.DefaultIgnoreCondition;
            json.NumberHandling = RestJson.Default.Options.NumberHandling;
            json.RespectNullableAnnotations = true;
            foreach (var converter in RestJson.Default.Options.Converters) json.Converters.Add(converter);
        });
        // A key in a header is all that counts, so any page of any origin may call; cookies are never part of that.
        services.AddCors(cors => cors.AddPolicy(CorsPolicy, policy => policy
            .AllowAnyOrigin().AllowAnyMethod().AllowAnyHeader()
            .WithExposedHeaders(
                "Location", "Retry-After", Idempotency.ReplayedHeader, "WWW-Authenticate",
                "Accept-Ranges", "Content-Range", "Content-Disposition", "ETag")
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));
        services.AddOpenApi("v1", OpenApiDocument.Configure);
        // Describing all calls takes a while and needs no key: done once in a while, not for everyone who asks.
        services.AddOutputCache();
        return services;
    }

    /// <summary>What every call passes before its endpoint. Runs after routing.</summary>
    public static void UseApi(this IApplicationBuilder app)
    {
        app.UseMiddleware<CallerGate>();
        app.UseMiddleware<Idempotency>();
    }

    /// <summary>CORS, for paths that scripts of other origins may call; outside of whatever may fail, so that errors have it too.</summary>
    public static void UseApiCors(this IApplicationBuilder app) =>
        app.UseWhen(context => IsApi(context.Request.Path), api => api.UseCors(CorsPolicy));

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        MeetingsApi.Map(routes);
        JoinApi.Map(routes);
        ParticipantsApi.Map(routes);
        ChatApi.Map(routes);
        RecordingsApi.Map(routes);
        BroadcastsApi.Map(routes);
        TranscriptApi.Map(routes);
        EventsApi.Map(routes);
        TranscriptionApi.Map(routes);
        TranscriptLinks.Map(routes);
        SummaryApi.Map(routes);
        AccountApi.Map(routes);
        WebhooksApi.Map(routes);
        DeliveriesApi.Map(routes);
        SessionApi.Map(routes);
        ObjectsApi.Map(routes);
        ServiceApi.Map(routes);
        routes.MapOpenApi("/openapi/v1.json").CacheOutput(cache => cache.Expire(TimeSpan.FromHours(1)));
    }

    /// <summary>Paths that are for programs, so that even a mistake in one is answered in their language.</summary>
    public static bool IsApi(PathString path) =>
        path.StartsWithSegments("/api") || path.StartsWithSegments("/objects") || path.StartsWithSegments("/broadcasts") || path.StartsWithSegments("/transcripts") || path.StartsWithSegments("/openapi") || path.StartsWithSegments("/.well-known") ||
        path.StartsWithSegments("/health") || path.StartsWithSegments("/metrics") || path.StartsWithSegments("/ws");

    public static RouteHandlerBuilder WithProblems(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (var status in statuses) route.Produces<Problem>(status, Problem.ContentType);
        return route;
    }

    /// <summary>Documents the query of a <see cref="PageRequest"/>.</summary>
    public static RouteHandlerBuilder WithPaging(this RouteHandlerBuilder route) => route.WithMetadata(PagedMetadata.Instance);
}

/// <summary>Marks a list.</summary>
internal sealed class PagedMetadata
{
    public static readonly PagedMetadata Instance = new();
}
