namespace Tertulia.Summaries;

/// <summary>A summary with the proof of each of its items. What an engine makes is a claim until <see cref="EvidenceVerifier"/> has passed it.</summary>
/// <param name="Notices">What a reader should know of how it was made.</param>
public sealed record SummaryDraft(
    IReadOnlyList<DraftPoint> KeyPoints,
    IReadOnlyList<DraftPoint> Decisions,
    IReadOnlyList<DraftAction> Actions,
    IReadOnlyList<string> Notices);

public sealed record DraftPoint(string Text, IReadOnlyList<Quote> Evidence);

/// <param name="Assignee">A participant's display name, or null.</param>
/// <param name="DueText">The words that gave the due date, as they were said.</param>
public sealed record DraftAction(string? Assignee, string Task, DateOnly? DueDate, string? DueText, IReadOnlyList<Quote> Evidence);

/// <summary>Words of one line of the transcript.</summary>
public sealed record Quote(string SegmentId, string Text);
