using Tertulia.Contracts.Events;
using Tertulia.Contracts.Rest;
using Tertulia.Server.Auth;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>What happened in a meeting, for those who missed a webhook or want none.</summary>
internal static class EventsApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/meetings/{id}/events", ListAsync).WithTags("Meetings").WithAccess(ApiAccess.Account)
            .WithName("listEvents").WithSummary("A meeting's events as webhooks are sent them, the oldest first, without gaps")
            .Produces<Page<EventEnvelope>>().WithPaging().WithProblems(401, 404, 422, 429);

    private static async Task<IResult> ListAsync(HttpContext context, Caller caller, string id, PageRequest page, MeetingLookup lookup, EventStore store)
    {
        await lookup.OwnAsync(caller, id, context.RequestAborted);
        var slice = await store.ListAsync(id, page.After, page.Limit, context.RequestAborted);
        return Results.Ok(PageRequest.ToPage(slice, record => EventJson.Read(record.Body)));
    }
}
