using System.Globalization;
using Tertulia.Contracts.Rest;
using Tertulia.Control.Accounts;
using Tertulia.Server.Auth;
using Tertulia.Storage;
using Tertulia.Summaries;

namespace Tertulia.Server.Api;

/// <summary>Summaries of meetings, running or past, for as long as there is a transcript to make them from; what was made stays.</summary>
internal static class SummaryApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var summary = routes.MapGroup("/api/meetings/{id}/summary").WithTags("Summaries").WithAccess(ApiAccess.Account);
        summary.MapPost("", CreateAsync).WithName("createSummary")
            .WithSummary("Summarise the meeting as it is now; the newest version again while its transcript is unchanged")
            .Produces<SummaryView>().WithProblems(401, 402, 404, 409, 413, 415, 422, 429);
        summary.MapGet("", ReadAsync).WithName("getSummary").WithSummary("The newest version, or ?version=; ?format=markdown or text for a file")
            .Produces<SummaryView>(200, "application/json", "text/markdown", "text/plain").WithProblems(401, 404, 422, 429);
        summary.MapPatch("", EditAsync).WithName("editSummary").WithSummary("Replace lists of the newest version, or restore an earlier one, as a new version")
            .Produces<SummaryView>().WithProblems(401, 404, 409, 413, 415, 422, 429);
        summary.MapDelete("", DeleteAsync).WithName("deleteSummary").WithSummary("Delete every version")
            .Produces(StatusCodes.Status204NoContent).WithProblems(401, 404, 429);
        routes.MapGet("/api/meetings/{id}/summaries", ListAsync).WithTags("Summaries").WithAccess(ApiAccess.Account)
            .WithName("listSummaries").WithSummary("All versions, the oldest first")
            .Produces<Page<SummaryView>>().WithPaging().WithProblems(401, 404, 422, 429);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, Caller caller, string id, Body<CreateSummaryRequest> body, MeetingLookup lookup, PlanCatalog plans, Summarizer summarizer,
        TranscriptStore transcripts)
    {
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        var request = body.Value;
        if (!SummaryFormats.IsKnown(request.Format)) throw ApiProblem.InvalidField("format", "Must be structured, markdown or text.");
        if (!plans.Find(caller.Account.Plan).Summaries) throw ApiProblem.PlanLacks("Summaries are part of larger plans.");
        var summary = await summarizer.SummarizeAsync(meeting, request.Regenerate, context.RequestAborted);
        if (summary is null) throw ApiProblem.TranscriptMissing((await transcripts.StateAsync(id)).DeletedAt, meeting.Settings.Transcription is { Enabled: true });
        return Results.Ok(await ViewAsync(meeting, summary, request.Format, request.IncludeDecisions, request.IncludeActionItems, outdated: false, transcripts));
    }

    private static async Task<IResult> ReadAsync(
        HttpContext context, Caller caller, string id, MeetingLookup lookup, SummaryStore store, Summarizer summarizer, TranscriptStore transcripts)
    {
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        var summary = await store.FindAsync(id, Version(context.Request.Query["version"]), context.RequestAborted) ?? throw ApiProblem.SummaryUnknown();
        var format = context.Request.Query["format"].ToString() switch
        {
            "" or "json" or SummaryFormats.Structured => SummaryFormats.Structured,
            SummaryFormats.Markdown => SummaryFormats.Markdown,
            SummaryFormats.Text => SummaryFormats.Text,
            _ => throw ApiProblem.InvalidField("format", "Must be json, markdown or text."),
        };
        var outdated = await summarizer.IsOutdatedAsync(summary, context.RequestAborted);
        var view = await ViewAsync(meeting, summary, format, decisions: true, actionItems: true, outdated, transcripts);
        if (format == SummaryFormats.Structured) return Results.Ok(view);
        var (type, ending) = format == SummaryFormats.Markdown ? ("text/markdown", "md") : ("text/plain", "txt");
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{meeting.Id}-summary.{ending}\"";
        return Results.Text(view.Text, $"{type}; charset=utf-8");
    }

    private static async Task<IResult> EditAsync(
        HttpContext context, Caller caller, string id, Body<EditSummaryRequest> body, MeetingLookup lookup, SummaryStore store, Summarizer summarizer,
        TranscriptStore transcripts)
    {
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        var newest = await store.FindAsync(id, null, context.RequestAborted) ?? throw ApiProblem.SummaryUnknown();
        if (body.Value is { Restore: not null } and not { KeyPoints: null, Decisions: null, ActionItems: null })
            throw ApiProblem.InvalidField("restore", "Cannot stand beside lists.");
        if (body.Value.Version is { } version && version != newest.Version) throw ApiProblem.SummaryChanged(newest.Version);
        var edited = (body.Value.Restore is { } restored
            ? await summarizer.RestoreAsync(newest, await store.FindAsync(id, restored, context.RequestAborted) ?? throw ApiProblem.SummaryUnknown())
            : await ApplyAsync(summarizer, newest, body.Value)) ?? throw ApiProblem.SummaryChanged(newest.Version + 1);
        return Results.Ok(await ViewAsync(meeting, edited, SummaryFormats.Structured, true, true, await summarizer.IsOutdatedAsync(edited), transcripts));
    }

    private static Task<SummaryRecord?> ApplyAsync(Summarizer summarizer, SummaryRecord newest, EditSummaryRequest edit)
    {
        var (content, evidence) = SummaryEdit.Apply(Summarizer.ContentOf(newest), Summarizer.EvidenceOf(newest), edit);
        return summarizer.EditAsync(newest, content, evidence);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, Caller caller, string id, MeetingLookup lookup, SummaryStore store)
    {
        await lookup.OwnAsync(caller, id, context.RequestAborted);
        await store.DeleteAsync(id);
        return Results.NoContent();
    }

    private static async Task<IResult> ListAsync(HttpContext context, Caller caller, string id, PageRequest page, MeetingLookup lookup, SummaryStore store)
    {
        await lookup.OwnAsync(caller, id, context.RequestAborted);
        var slice = await store.ListAsync(id, page.After, page.Limit, context.RequestAborted);
        return Results.Ok(PageRequest.ToPage(slice, summary => View(
            summary, Summarizer.ContentOf(summary), Summarizer.EvidenceOf(summary), SummaryFormats.Structured, null, null)));
    }

    private static async Task<SummaryView> ViewAsync(
        MeetingRecord meeting, SummaryRecord summary, string format, bool decisions, bool actionItems, bool? outdated, TranscriptStore transcripts)
    {
        var (content, evidence) = (Summarizer.ContentOf(summary), Summarizer.EvidenceOf(summary));
        if (!decisions) (content, evidence) = (content with { Decisions = [], Edited = content.Edited?.WithoutDecisions() }, evidence?.WithoutDecisions());
        if (!actionItems) (content, evidence) = (content with { ActionItems = [], Edited = content.Edited?.WithoutActionItems() }, evidence?.WithoutActionItems());
        if (format == SummaryFormats.Structured) return View(summary, content, evidence, format, null, outdated);
        var first = (await transcripts.ListAsync(meeting.Id, null, 1, null)).Items;
        var date = Summarizer.DateOf(meeting, first);
        var text = format == SummaryFormats.Markdown
            ? SummaryDocument.ToMarkdown(meeting.Title, date, content, evidence)
            : SummaryDocument.ToText(meeting.Title, date, content);
        return View(summary, content, evidence, format, text, outdated);
    }

    private static SummaryView View(SummaryRecord summary, SummaryContent content, SummaryEvidence? evidence, string format, string? text, bool? outdated) => new(
        summary.Id, summary.MeetingId, content.KeyPoints, content.Decisions, content.ActionItems, evidence, format, text,
        summary.Version, summary.Origin, summary.Engine, summary.CreatedAt, outdated, content.Notices.Count > 0 ? content.Notices : null, content.Edited);

    private static int? Version(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
            ? version
            : throw ApiProblem.InvalidField("version", "Must be a version's number.");
    }
}
