using Tertulia.Server.Auth;

namespace Tertulia.Server.Api;

/// <summary>Calls of the contract whose feature this version lacks: they say so, for meetings that the caller may see.</summary>
internal static class UnavailableApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        OfMeeting(routes.MapPost, "summary", "createSummary", "Summaries");
    }

    private static void OfMeeting(Func<string, Delegate, RouteHandlerBuilder> map, string path, string name, string feature) =>
        map($"/api/meetings/{{id}}/{path}", ForMeetingAsync).WithMetadata(new Feature(feature)).WithTags("Not available yet").WithAccess(ApiAccess.Account)
            .WithSummary($"{feature} are not available in this version").WithProblems(401, 404, 429, 501).WithName(name);

    private static async Task<IResult> ForMeetingAsync(HttpContext context, Caller caller, string id, MeetingLookup lookup)
    {
        await lookup.OwnAsync(caller, id, context.RequestAborted);
        return Unavailable(context.GetEndpoint()!.Metadata.GetRequiredMetadata<Feature>().Name);
    }

    private static IResult Unavailable(string feature) => throw ApiProblem.FeatureUnavailable(feature);

    private sealed record Feature(string Name);
}
