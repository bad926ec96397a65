using Tertulia.Contracts;
using Tertulia.Contracts.Rest;
using Tertulia.Control.Accounts;
using Tertulia.Control.Meetings;
using Tertulia.Server.Auth;
using Tertulia.Server.Hosting;
using Tertulia.Server.Transport;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>Creating, listing, reading and ending meetings.</summary>
internal static class MeetingsApi
{
    private const string Host = "Host";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var meetings = routes.MapGroup("/api/meetings").WithTags("Meetings").WithAccess(ApiAccess.Account);
        meetings.MapPost("", CreateAsync).WithName("createMeeting").WithSummary("Create a meeting, with a token for its host")
            .Produces<MeetingTicket>(StatusCodes.Status201Created).WithProblems(401, 413, 415, 422, 429);
        meetings.MapGet("", ListAsync).WithName("listMeetings").WithSummary("The account's meetings, the newest first")
            .Produces<Page<MeetingView>>().WithPaging().WithProblems(401, 422, 429);
        meetings.MapGet("/{id}", ReadAsync).WithName("getMeeting").WithSummary("One meeting")
            .Produces<MeetingView>().WithProblems(401, 404, 429);
        meetings.MapPost("/{id}/end", EndAsync).WithName("endMeeting").WithSummary("End a meeting for everyone; ending it again changes nothing")
            .Produces<MeetingView>().WithProblems(401, 404, 429);
        meetings.MapDelete("/{id}", DeleteAsync).WithName("deleteMeeting")
            .WithSummary("Delete a meeting with all that it left behind; a running one ends first. Nothing brings it back")
            .Produces(StatusCodes.Status204NoContent).WithProblems(401, 404, 429);
        routes.MapGet("/api/meetings/{id}/public", ReadPublicAsync).WithTags("Meetings").WithAccess(ApiAccess.Public)
            .WithName("getPublicMeeting").WithSummary("What the page behind a join link may know; needs no key")
            .Produces<PublicMeetingView>().WithProblems(404, 429);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, Caller caller, Body<CreateMeetingRequest> body, MeetingStore store, PlanCatalog plans,
        MeetingTickets tickets, ITranscriber transcriber, TimeProvider time)
    {
        var settings = body.Value.Settings ?? new MeetingSettings();
        var title = MeetingRules.Title(body.Value.Title);
        var displayName = MeetingRules.DisplayName(body.Value.DisplayName) ?? Host;
        var metadata = MeetingRules.Metadata(body.Value.Metadata);
        MeetingRules.Check(settings);
        var participants = plans.Find(caller.Account.Plan).EffectiveParticipants(settings.MaxParticipants);
        var meeting = await InsertAsync(store, caller, title, settings, participants, time);
        var ticket = tickets.Issue(context, meeting, displayName, ParticipantRole.Host, metadata, MeetingRules.Warnings(settings, participants, transcriber));
        return Results.Created($"/api/meetings/{meeting.Id}", ticket);
    }

    // 48 random bits may, once in a very long while, be taken already.
    private static async Task<MeetingRecord> InsertAsync(
        MeetingStore store, Caller caller, string title, MeetingSettings settings, int participants, TimeProvider time)
    {
        while (true)
        {
            var now = Timestamps.Truncate(time.GetUtcNow());
            var meeting = new MeetingRecord(Secrets.NewMeetingId(), caller.AccountId, title, settings, participants, now);
            if (await store.InsertAsync(meeting)) return meeting;
        }
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, Caller caller, PageRequest page, MeetingStore store, LiveMeetings live, PublicAddress address, ITranscriber transcriber)
    {
        var slice = await store.ListAsync(caller.AccountId, page.After, page.Limit, context.RequestAborted);
        return Results.Ok(PageRequest.ToPage(slice, meeting => View(context, meeting, live, address, transcriber)));
    }

    private static async Task<IResult> ReadAsync(
        HttpContext context, Caller caller, string id, MeetingLookup lookup, LiveMeetings live, PublicAddress address, ITranscriber transcriber) =>
        Results.Ok(View(context, await lookup.OwnAsync(caller, id, context.RequestAborted), live, address, transcriber));

    private static async Task<IResult> EndAsync(
        HttpContext context, Caller caller, string id, MeetingLookup lookup, LiveMeetings live, PublicAddress address, ITranscriber transcriber)
    {
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        if (meeting.EndedAt is null) await live.EndAsync(id, "ended");
        return Results.Ok(View(context, await lookup.OwnAsync(caller, id, CancellationToken.None), live, address, transcriber));
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, Caller caller, string id, MeetingLookup lookup, Erasure erasure)
    {
        await lookup.OwnAsync(caller, id, context.RequestAborted);
        return await erasure.EraseAsync(id) ? Results.NoContent() : throw ApiProblem.MeetingUnknown();
    }

    private static async Task<IResult> ReadPublicAsync(HttpContext context, string id, MeetingLookup lookup, LiveMeetings live)
    {
        var meeting = await lookup.PublicAsync(context, id);
        return Results.Ok(new PublicMeetingView(
            meeting.Id, meeting.Title, StateOf(meeting), meeting.Settings.Access, live.ParticipantCount(meeting.Id), meeting.MaxParticipants,
            ConnectionSecurity.IsRefusedBy(meeting.Settings, context) ? ApiProblem.PostQuantumRequiredCode : null));
    }

    private static MeetingView View(HttpContext context, MeetingRecord meeting, LiveMeetings live, PublicAddress address, ITranscriber transcriber) => new(
        meeting.Id,
        meeting.Title,
        StateOf(meeting),
        meeting.Settings,
        meeting.MaxParticipants,
        live.ParticipantCount(meeting.Id),
        address.JoinUrl(context, meeting.Id),
        meeting.CreatedAt,
        meeting.StartedAt,
        meeting.EndedAt,
        meeting.EndReason,
        MeetingRules.Warnings(meeting.Settings, meeting.MaxParticipants, transcriber));

    private static string StateOf(MeetingRecord meeting) => meeting.EndedAt is null ? MeetingState.Open : MeetingState.Ended;
}
