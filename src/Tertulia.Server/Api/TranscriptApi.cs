using Tertulia.Contracts.Events;
using Tertulia.Contracts.Rest;
using Tertulia.Contracts.Transcripts;
using Tertulia.Control.Events;
using Tertulia.Objects;
using Tertulia.Server.Auth;
using Tertulia.Server.Hosting;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>What was said in a meeting: reading, correcting names, importing, deleting. Works while the meeting runs and afterwards.</summary>
internal static class TranscriptApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var transcript = routes.MapGroup("/api/meetings/{id}/transcript").WithTags("Transcripts").WithAccess(ApiAccess.Account);
        transcript.MapGet("", ReadAsync).WithName("getTranscript")
            .WithSummary("The transcript: ?format=json (paged, searched by ?q=), or the whole of it as vtt, srt or txt")
            .Produces<TranscriptView>(200, "application/json", TranscriptFile.WebVttType, TranscriptFile.SubRipType, TranscriptFile.PlainTextType)
            .WithPaging().WithProblems(401, 404, 422, 429);
        transcript.MapPost("", ImportAsync).WithName("importTranscript")
            .WithSummary("Add lines that were written elsewhere, as JSON, WebVTT or SubRip; the same lines again change nothing")
            .WithMetadata(new BodyLimit(TranscriptRules.ImportBytes))
            .Produces<ImportedTranscript>().WithProblems(401, 404, 413, 415, 422, 429);
        transcript.MapPatch("", RenameAsync).WithName("renameSpeaker").WithSummary("Correct a speaker's name on all of their lines, also on those to come")
            .Produces<RenamedSpeaker>().WithProblems(401, 404, 413, 415, 422, 429);
        transcript.MapPatch("/{segmentId}", CorrectAsync).WithName("correctTranscriptLine").WithSummary("Correct the speaker's name on one line")
            .Produces<TranscriptLine>().WithProblems(401, 404, 413, 415, 422, 429);
        transcript.MapDelete("", DeleteAsync).WithName("deleteTranscript").WithSummary("Delete the transcript, and the quotes in summaries made from it")
            .Produces(StatusCodes.Status204NoContent).WithProblems(401, 404, 429);
    }

    private static async Task<IResult> ReadAsync(
        HttpContext context, Caller caller, string id, PageRequest page, MeetingLookup lookup, TranscriptStore store, SignedLinks links, PublicAddress address)
    {
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        var query = context.Request.Query;
        var search = TranscriptRules.Search(query["q"]);
        switch (query["format"].ToString())
        {
            case "" or "json":
                var state = await store.StateAsync(id, context.RequestAborted);
                var slice = await store.ListAsync(id, page.After, page.Limit, search, context.RequestAborted);
                return Results.Ok(new TranscriptView(meeting.Id, state.Revision, TranscriptLinks.UrlOf(context, links, address, meeting.Id), [.. slice.Items.Select(View)], slice.Next?.ToString()));
            case "vtt":
                return File(TranscriptFile.ToWebVtt(await CuesAsync()), TranscriptFile.WebVttType, "vtt");
            case "srt":
                return File(TranscriptFile.ToSubRip(await CuesAsync()), TranscriptFile.SubRipType, "srt");
            case "txt":
                return File(TranscriptFile.ToPlainText(await CuesAsync()), TranscriptFile.PlainTextType, "txt");
            default:
                throw ApiProblem.InvalidField("format", "Must be json, vtt, srt or txt.");
        }

        async Task<IEnumerable<TranscriptCue>> CuesAsync() =>
            (await store.ListAsync(id, null, int.MaxValue - 1, search, context.RequestAborted)).Items.Select(Cue);

        IResult File(string text, string type, string ending)
        {
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{meeting.Id}.{ending}\"";
            return Results.Text(text, $"{type}; charset=utf-8");
        }
    }

    private static async Task<IResult> ImportAsync(
        HttpContext context, Caller caller, string id, TranscriptUpload upload, MeetingLookup lookup, TranscriptStore store, SignedLinks links, PublicAddress address,
        MeetingEvents events, TimeProvider time)
    {
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        var now = time.GetUtcNow();
        var lines = TranscriptRules.Lines(meeting, upload.Request, now);
        var import = await store.ImportAsync(id, lines);
        var state = await store.StateAsync(id);
        if (import.Added + import.Changed > 0)
        {
            await events.PublishAsync(new TranscriptReady(MomentOf(meeting, now), lines.Count, lines[0].Language, TranscriptLinks.UrlOf(context, links, address, id)));
        }
        return Results.Ok(new ImportedTranscript(id, lines.Count, import.Added, import.Changed, state.Revision));
    }

    private static async Task<IResult> RenameAsync(
        HttpContext context, Caller caller, string id, Body<RenameSpeakerRequest> body, MeetingLookup lookup, TranscriptStore store)
    {
        await lookup.OwnAsync(caller, id, context.RequestAborted);
        var speaker = TranscriptRules.Speaker(body.Value.Speaker, "speaker");
        var name = TranscriptRules.Speaker(body.Value.Name, "name");
        var lines = await store.RenameSpeakerAsync(id, speaker, name);
        return lines > 0 ? Results.Ok(new RenamedSpeaker(name, lines)) : throw ApiProblem.SpeakerUnknown();
    }

    private static async Task<IResult> CorrectAsync(
        HttpContext context, Caller caller, string id, string segmentId, Body<CorrectLineRequest> body, MeetingLookup lookup, TranscriptStore store)
    {
        await lookup.OwnAsync(caller, id, context.RequestAborted);
        var name = TranscriptRules.Speaker(body.Value.Speaker, "speaker");
        if (!TranscriptRules.IsSegmentId(segmentId) || !await store.RenameLineAsync(id, segmentId, name)) throw ApiProblem.SegmentUnknown();
        return Results.Ok(View(await store.FindAsync(id, segmentId) ?? throw ApiProblem.SegmentUnknown()));
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, Caller caller, string id, MeetingLookup lookup, TranscriptStore store)
    {
        await lookup.OwnAsync(caller, id, context.RequestAborted);
        await store.DeleteAsync(id);
        return Results.NoContent();
    }

    /// <summary>When something happens to a meeting from outside.</summary>
    public static EventMoment MomentOf(MeetingRecord meeting, DateTimeOffset now) =>
        new(meeting.Id, now, meeting.StartedAt is { } started ? Math.Max(0, (now - started).TotalSeconds) : 0);

    public static TranscriptCue Cue(TranscriptRecord line) => new(line.SegmentId, line.Speaker, line.Start, line.End, line.Text);

    private static TranscriptLine View(TranscriptRecord line) => new(
        line.SegmentId, line.PeerId, line.Speaker, line.Start, line.End, line.Timestamp, line.Text, line.Confidence, line.Language, line.Revision, line.SpokenAs);
}
