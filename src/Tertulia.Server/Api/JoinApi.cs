using Tertulia.Contracts;
using Tertulia.Contracts.Rest;
using Tertulia.Server.Auth;
using Tertulia.Server.Transport;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>A fresh token for one more participant: with a key, or as a guest who knows the link.</summary>
internal static class JoinApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/meetings/{id}/join", JoinAsync).WithTags("Meetings").WithAccess(ApiAccess.Account)
            .WithName("joinMeeting").WithSummary("A token for one more participant; the body is optional")
            .Produces<MeetingTicket>().WithProblems(401, 404, 409, 410, 413, 415, 422, 429);
        routes.MapPost("/api/meetings/{id}/guest", JoinAsGuestAsync).WithTags("Meetings").WithAccess(ApiAccess.Public)
            .WithName("joinAsGuest").WithSummary("A guest's token, for whoever knows the link; needs no key")
            .Produces<MeetingTicket>().WithProblems(403, 404, 409, 410, 413, 415, 422, 429);
    }

    private static async Task<IResult> JoinAsync(
        HttpContext context, Caller caller, string id, Body<JoinMeetingRequest> body, MeetingLookup lookup, LiveMeetings live, MeetingTickets tickets)
    {
        var request = body.Value;
        var role = MeetingRules.Role(request.Role);
        var name = MeetingRules.DisplayName(request.DisplayName);
        var metadata = MeetingRules.Metadata(request.Metadata);
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        RequireRoom(meeting, live);
        return Results.Ok(tickets.Issue(context, meeting, name ?? await live.ReserveDisplayNameAsync(id), role, metadata));
    }

    private static async Task<IResult> JoinAsGuestAsync(
        HttpContext context, string id, Body<GuestJoinRequest> body, MeetingLookup lookup, LiveMeetings live, MeetingTickets tickets)
    {
        var name = MeetingRules.DisplayName(body.Value.DisplayName);
        var meeting = await lookup.PublicAsync(context, id);
        if (meeting.Settings.Access != MeetingAccess.Link) throw ApiProblem.KeyOnly();
        RequireRoom(meeting, live);
        // A guest's browser opens its socket the same way as it asks here. Holders of a key ask for others.
        if (ConnectionSecurity.IsRefusedBy(meeting.Settings, context)) throw ApiProblem.PostQuantumRequired(ConnectionSecurity.Of(context));
        return Results.Ok(tickets.Issue(context, meeting, name ?? await live.ReserveDisplayNameAsync(id), ParticipantRole.Guest));
    }

    // Two who see the last place here are told apart when they connect.
    private static void RequireRoom(MeetingRecord meeting, LiveMeetings live)
    {
        if (meeting.EndedAt is not null) throw ApiProblem.MeetingEnded();
        if (live.ParticipantCount(meeting.Id) >= meeting.MaxParticipants) throw ApiProblem.MeetingFull(meeting.MaxParticipants);
    }
}
