using Tertulia.Contracts.Rest;
using Tertulia.Objects;
using Tertulia.Server.Auth;
using Tertulia.Server.Recordings;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>Recording a meeting, and what came of it.</summary>
internal static class RecordingsApi
{
    // The contract's: whoever stops a recording waits no longer.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(9);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var meeting = routes.MapGroup("/api/meetings/{id}").WithTags("Recordings").WithAccess(ApiAccess.Account);
        meeting.MapPost("/recording/start", StartAsync).WithName("startRecording").WithSummary("Record the meeting from now on; starting it again changes nothing")
            .Produces<RecordingStartedView>().WithProblems(401, 402, 404, 410, 413, 415, 422, 429, 503);
        meeting.MapPost("/recording/stop", StopAsync).WithName("stopRecording")
            .WithSummary("Stop recording; waits up to 10 seconds for the file, whose final address is answered in any case")
            .Produces<RecordingStoppedView>().WithProblems(401, 404, 409, 429);
        meeting.MapGet("/recordings", ListAsync).WithName("listRecordings").WithSummary("The meeting's recordings, with fresh addresses of their files")
            .Produces<Page<RecordingView>>().WithProblems(401, 404, 429);
        meeting.MapPost("/recordings/{recordingId}/render", RenderAsync).WithName("renderRecording").WithSummary("Make another file of a recording, in another layout")
            .Produces<RenditionView>(StatusCodes.Status202Accepted).WithProblems(401, 404, 409, 413, 415, 422, 429);
        meeting.MapPost("/recordings/{recordingId}/retry", RetryAsync).WithName("retryRecording").WithSummary("Try again to make what failed")
            .Produces<RecordingView>(StatusCodes.Status202Accepted).WithProblems(401, 404, 409, 429);
        meeting.MapDelete("/recordings/{recordingId}", DeleteAsync).WithName("deleteRecording").WithSummary("Delete a recording and all files made of it")
            .Produces(StatusCodes.Status204NoContent).WithProblems(401, 404, 409, 429);
    }

    private static async Task<IResult> StartAsync(
        HttpContext context, Caller caller, string id, Body<StartRecordingRequest> body, MeetingLookup lookup, RecordingService recordings, RecordingViews views)
    {
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        var layout = CheckLayout(body.Value.Layout);
        if (RecordingLayouts.IsOfOne(layout)) throw ApiProblem.InvalidField("layout", "One participant alone can be rendered when the recording has stopped.");
        views.Remember(context);
        var (outcome, recording) = await recordings.StartAsync(meeting.Id, layout, by: null);
        return outcome switch
        {
            RecordingOutcome.NotInPlan => throw ApiProblem.PlanLacks("Recording is not part of the account's plan."),
            RecordingOutcome.NoMeeting => throw ApiProblem.MeetingEnded(),
            RecordingOutcome.NoDisk => throw ApiProblem.OfStatus(503),
            _ => Results.Ok(new RecordingStartedView(recording!.Id, RecordingProgress.Recording, recording.StartedAt)),
        };
    }

    private static async Task<IResult> StopAsync(
        HttpContext context, Caller caller, string id, MeetingLookup lookup, RecordingService recordings, RecordingStore store,
        CompositionService composition, RecordingViews views)
    {
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        views.Remember(context);
        // Stopped twice, or by the meeting's end: the answer is the same.
        var stopped = await recordings.StopAsync(id)
            ?? (await store.ListAsync(id, context.RequestAborted) is [.., var last] ? last : throw ApiProblem.WrongState("The meeting has not been recorded."));
        var rendition = (await store.RenditionsAsync(stopped.Id, context.RequestAborted))[0];
        await composition.AnnounceAsync(stopped, rendition);
        rendition = await composition.WaitAsync(rendition.Id, s_patience, context.RequestAborted);
        var current = await store.FindAsync(stopped.Id, context.RequestAborted) ?? stopped;
        return Results.Ok(views.Stopped(meeting, current, rendition));
    }

    private static async Task<IResult> ListAsync(HttpContext context, Caller caller, string id, MeetingLookup lookup, RecordingStore store, RecordingViews views)
    {
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        views.Remember(context);
        var items = new List<RecordingView>();
        foreach (var recording in await store.ListAsync(id, context.RequestAborted))
            items.Add(views.View(meeting, recording, await store.RenditionsAsync(recording.Id, context.RequestAborted)));
        return Results.Ok(new Page<RecordingView>(items));
    }

    private static async Task<IResult> RenderAsync(
        HttpContext context, Caller caller, string id, string recordingId, Body<RenderRecordingRequest> body, MeetingLookup lookup,
        RecordingStore store, CompositionService composition, RecordingViews views, TimeProvider time)
    {
        var recording = await FindAsync(context, caller, id, recordingId, lookup, store);
        var layout = CheckLayout(body.Value.Layout);
        var ofOne = RecordingLayouts.IsOfOne(layout);
        if (ofOne && (string.IsNullOrWhiteSpace(body.Value.PeerId) || body.Value.PeerId.Length > 64))
            throw ApiProblem.InvalidField("peerId", "Must name the participant who is shown.");
        if (recording.State != RecordingProgress.Stopped) throw ApiProblem.WrongState("The recording still goes on.");
        views.Remember(context);
        var rendition = CompositionService.NewRendition(recording, layout, ofOne ? body.Value.PeerId : null, RecordingProgress.Queued, time.GetUtcNow());
        await composition.AnnounceAsync(recording, rendition);
        await store.AddRenditionAsync(rendition);
        composition.Wake();
        return Results.Accepted(value: views.View(rendition));
    }

    private static async Task<IResult> RetryAsync(
        HttpContext context, Caller caller, string id, string recordingId, MeetingLookup lookup, RecordingStore store,
        CompositionService composition, RecordingViews views)
    {
        var recording = await FindAsync(context, caller, id, recordingId, lookup, store);
        views.Remember(context);
        var again = false;
        foreach (var rendition in await store.RenditionsAsync(recordingId))
        {
            if (!await store.RetryAsync(rendition.Id)) continue;
            await composition.AnnounceAsync(recording, rendition);
            again = true;
        }

        if (!again) throw ApiProblem.WrongState("Nothing of this recording has failed.");
        composition.Wake();
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        return Results.Accepted(value: views.View(meeting, recording, await store.RenditionsAsync(recordingId)));
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext context, Caller caller, string id, string recordingId, MeetingLookup lookup, RecordingStore store,
        CompositionService composition, ObjectStore objects, RecordingFolders folders)
    {
        var recording = await FindAsync(context, caller, id, recordingId, lookup, store);
        if (recording.State != RecordingProgress.Stopped) throw ApiProblem.WrongState("The recording still goes on.");
        await composition.AbandonAsync(recordingId);
        foreach (var rendition in await store.RenditionsAsync(recordingId)) await objects.DeleteAsync(rendition.ObjectKey);
        folders.Delete(recordingId);
        await store.DeleteAsync(recordingId);
        return Results.NoContent();
    }

    private static async Task<RecordingRecord> FindAsync(
        HttpContext context, Caller caller, string id, string recordingId, MeetingLookup lookup, RecordingStore store)
    {
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        return await store.FindAsync(recordingId, context.RequestAborted) is { } recording && recording.MeetingId == meeting.Id
            ? recording
            : throw ApiProblem.RecordingUnknown();
    }

    private static string CheckLayout(string? layout)
    {
        var chosen = RecordingService.RecordingLayoutOf(layout);
        return RecordingLayouts.IsKnown(chosen) ? chosen : throw ApiProblem.InvalidField("layout", "Must be grid, speaker, audio, single, track or screen.");
    }
}
