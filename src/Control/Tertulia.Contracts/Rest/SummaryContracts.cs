using System.Text.Json.Serialization;

namespace Tertulia.Contracts.Rest;

/// <summary>Body of <c>POST …/summary</c>.</summary>
/// <param name="Format"><c>structured</c> (the usual), <c>markdown</c> or <c>text</c>.</param>
/// <param name="Regenerate">Make a new version even if nothing has changed since the last.</param>
public sealed record CreateSummaryRequest(
    string Format = SummaryFormats.Structured, bool IncludeActionItems = true, bool IncludeDecisions = true, bool Regenerate = false);

/// <summary>Body of <c>PATCH …/summary</c>: each list that is there takes the place of the whole list.</summary>
/// <param name="Version">The version that was edited; if there is a newer one, nothing changes. Null: whatever is the newest.</param>
/// <param name="Restore">Instead of lists: an earlier version, whose content becomes the newest again.</param>
public sealed record EditSummaryRequest(
    IReadOnlyList<string>? KeyPoints = null, IReadOnlyList<string>? Decisions = null, IReadOnlyList<EditedActionItem>? ActionItems = null,
    int? Version = null, int? Restore = null);

public sealed record EditedActionItem(string? Assignee = null, string? Task = null, DateOnly? DueDate = null);

/// <summary>One version of a meeting's summary.</summary>
/// <param name="Text">The whole of it, if the format is not structured.</param>
/// <param name="Evidence">For each item of the three lists, at the same place, what was said; absent once the transcript is deleted.</param>
/// <param name="Version">1, 2, 3 … within the meeting.</param>
/// <param name="Origin"><c>generated</c> or <c>edited</c>.</param>
/// <param name="Engine"><c>rules</c>, or <c>chat:</c> and the model.</param>
/// <param name="Outdated">The transcript has changed since; absent in lists.</param>
/// <param name="Notices">What a reader should know of how it was made.</param>
/// <param name="Edited">Which items somebody wrote or changed by hand; absent if none.</param>
public sealed record SummaryView(
    string SummaryId,
    string MeetingId,
    IReadOnlyList<string> KeyPoints,
    IReadOnlyList<string> Decisions,
    IReadOnlyList<ActionItem> ActionItems,
    SummaryEvidence? Evidence,
    string Format,
    string? Text,
    int Version,
    string Origin,
    string Engine,
    DateTimeOffset CreatedAt,
    bool? Outdated = null,
    IReadOnlyList<string>? Notices = null,
    SummaryMarks? Edited = null);

/// <param name="Assignee">A participant's display name; null, and said so, where nobody took it on by name.</param>
/// <param name="DueDate">Only if a day was named.</param>
public sealed record ActionItem([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Assignee, string Task, DateOnly? DueDate = null);

/// <summary>Each list is as long as the list of items beside it; an item that somebody wrote by hand may have no quotes.</summary>
public sealed record SummaryEvidence(
    IReadOnlyList<IReadOnlyList<EvidenceQuote>> KeyPoints,
    IReadOnlyList<IReadOnlyList<EvidenceQuote>> Decisions,
    IReadOnlyList<IReadOnlyList<EvidenceQuote>> ActionItems)
{
    public SummaryEvidence WithoutDecisions() => this with { Decisions = [] };

    public SummaryEvidence WithoutActionItems() => this with { ActionItems = [] };
}

/// <param name="Quote">Word by word from the line.</param>
/// <param name="Start">Seconds since the meeting's start; likewise <paramref name="End"/>.</param>
/// <param name="Due">The words in it that gave the due date.</param>
public sealed record EvidenceQuote(string SegmentId, string Quote, string Speaker, double Start, double End, string? Due = null);

/// <summary>What is stored of a summary beside its evidence.</summary>
public sealed record SummaryContent(
    IReadOnlyList<string> KeyPoints, IReadOnlyList<string> Decisions, IReadOnlyList<ActionItem> ActionItems, IReadOnlyList<string> Notices,
    SummaryMarks? Edited = null);

/// <summary>For each item of the three lists, at the same place, whether it is marked.</summary>
public sealed record SummaryMarks(IReadOnlyList<bool> KeyPoints, IReadOnlyList<bool> Decisions, IReadOnlyList<bool> ActionItems)
{
    public SummaryMarks WithoutDecisions() => this with { Decisions = [] };

    public SummaryMarks WithoutActionItems() => this with { ActionItems = [] };
}

public static class SummaryFormats
{
    public const string Structured = "structured";
    public const string Markdown = "markdown";
    public const string Text = "text";

    public static bool IsKnown(string value) => value is Structured or Markdown or Text;
}
