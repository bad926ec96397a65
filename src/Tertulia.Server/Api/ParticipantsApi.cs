using Tertulia.Contracts.Rest;
using Tertulia.Server.Auth;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>Who is and was in a meeting, and managing them from outside.</summary>
internal static class ParticipantsApi
{
    private static readonly string[] s_sources = ["microphone", "camera", "screen", "screen-audio"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var participants = routes.MapGroup("/api/meetings/{id}/participants").WithTags("Participants").WithAccess(ApiAccess.Account);
        participants.MapGet("", ListAsync).WithName("listParticipants").WithSummary("Everyone who is or was in the meeting, in order of joining")
            .Produces<Page<ParticipantView>>().WithPaging().WithProblems(401, 404, 422, 429);
        participants.MapDelete("/{peerId}", RemoveAsync).WithName("removeParticipant").WithSummary("Remove a participant, who cannot come back with that token")
            .Produces(StatusCodes.Status204NoContent).WithProblems(401, 404, 409, 429);
        participants.MapPost("/{peerId}/mute", MuteAsync).WithName("muteParticipant").WithSummary("Mute a source at the server and tell the participant")
            .Produces(StatusCodes.Status204NoContent).WithProblems(401, 404, 409, 413, 415, 422, 429);
        participants.MapGet("/{peerId}/quality", QualityAsync).WithName("getParticipantQuality")
            .WithSummary("What a participant of a running meeting gets over its line, and why it is not more")
            .Produces<ParticipantQualityView>().WithProblems(401, 404, 409, 429);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, Caller caller, string id, PageRequest page, MeetingLookup lookup, AttendanceStore attendance)
    {
        await lookup.OwnAsync(caller, id, context.RequestAborted);
        var slice = await attendance.ListAsync(id, page.After, page.Limit, context.RequestAborted);
        return Results.Ok(PageRequest.ToPage(slice, stay => new ParticipantView(
            stay.PeerId, stay.DisplayName, stay.Role, stay.LeftAt is null ? "present" : "left", stay.JoinedAt, stay.LeftAt, stay.Reason, stay.RelayedBytes, stay.Security)));
    }

    private static async Task<IResult> RemoveAsync(
        HttpContext context, Caller caller, string id, string peerId, MeetingLookup lookup, LiveMeetings live)
    {
        RequireOpen(await lookup.OwnAsync(caller, id, context.RequestAborted));
        return await live.RemoveAsync(id, peerId) ? Results.NoContent() : throw ApiProblem.ParticipantUnknown();
    }

    private static async Task<IResult> MuteAsync(
        HttpContext context, Caller caller, string id, string peerId, Body<MuteParticipantRequest> body, MeetingLookup lookup, LiveMeetings live)
    {
        if (!s_sources.Contains(body.Value.Source)) throw ApiProblem.InvalidField("source", "Must be microphone, camera, screen or screen-audio.");
        RequireOpen(await lookup.OwnAsync(caller, id, context.RequestAborted));
        return await live.MuteAsync(id, peerId, body.Value.Source) ? Results.NoContent() : throw ApiProblem.ParticipantUnknown();
    }

    private static async Task<IResult> QualityAsync(HttpContext context, Caller caller, string id, string peerId, MeetingLookup lookup, LiveMeetings live)
    {
        RequireOpen(await lookup.OwnAsync(caller, id, context.RequestAborted));
        return await live.GetQualityAsync(id, peerId) is { } quality ? Results.Ok(quality) : throw ApiProblem.ParticipantUnknown();
    }

    private static void RequireOpen(MeetingRecord meeting)
    {
        if (meeting.EndedAt is not null) throw ApiProblem.WrongState("It has ended.");
    }
}
