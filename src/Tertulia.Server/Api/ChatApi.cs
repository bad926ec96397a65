using Tertulia.Contracts.Rest;
using Tertulia.Server.Auth;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>What was said in a meeting's chat, to everyone; what was said to one alone stays between the two.</summary>
internal static class ChatApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/meetings/{id}/chat", ListAsync).WithTags("Meetings").WithAccess(ApiAccess.Account)
            .WithName("listChat").WithSummary("The meeting's chat, the oldest first, without private messages")
            .Produces<Page<ChatMessageView>>().WithPaging().WithProblems(401, 404, 422, 429);

    private static async Task<IResult> ListAsync(
        HttpContext context, Caller caller, string id, PageRequest page, MeetingLookup lookup, ChatStore chat)
    {
        await lookup.OwnAsync(caller, id, context.RequestAborted);
        var slice = await chat.ListAsync(id, page.After, page.Limit, publicOnly: true, context.RequestAborted);
        return Results.Ok(PageRequest.ToPage(slice, message => new ChatMessageView(
            message.Id, message.DisplayName, message.PeerId, message.Text, message.Timestamp, message.Offset, message.ToPeerId)));
    }
}
