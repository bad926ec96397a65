using System.Globalization;
using Tertulia.Contracts.Rest;

namespace Tertulia.Server.Api;

/// <summary>
/// A summary as somebody corrected it. An item that stayed keeps its quotes; so does one that was reworded at its place, as long as none was
/// added or taken away. What is new has none: nobody said it. Whatever somebody wrote or changed bears a mark, in later versions too.
/// </summary>
internal static class SummaryEdit
{
    private const int MostItems = 200;
    private const int ItemLength = 1000;

    public static (SummaryContent Content, SummaryEvidence? Evidence) Apply(SummaryContent content, SummaryEvidence? evidence, EditSummaryRequest edit)
    {
        var points = edit.KeyPoints is null ? content.KeyPoints : Texts(edit.KeyPoints, "keyPoints");
        var decisions = edit.Decisions is null ? content.Decisions : Texts(edit.Decisions, "decisions");
        var actions = edit.ActionItems is null ? content.ActionItems : Actions(edit.ActionItems);
        var edited = content with { KeyPoints = points, Decisions = decisions, ActionItems = actions };
        edited = edited with { Edited = Marks(content, edited) };
        if (evidence is null) return (edited, null);
        return (edited, new(
            Follow(content.KeyPoints, points, evidence.KeyPoints, text => text),
            Follow(content.Decisions, decisions, evidence.Decisions, text => text),
            Follow(content.ActionItems, actions, evidence.ActionItems, action => action.Task)));
    }

    private static List<IReadOnlyList<EvidenceQuote>> Follow<T>(
        IReadOnlyList<T> before, IReadOnlyList<T> after, IReadOnlyList<IReadOnlyList<EvidenceQuote>> evidence, Func<T, string> textOf)
    {
        var texts = before.Select(textOf).ToList();
        return [.. after.Select((item, index) =>
        {
            var same = texts.IndexOf(textOf(item));
            return same >= 0 ? evidence[same] : before.Count == after.Count ? evidence[index] : [];
        })];
    }

    private static SummaryMarks? Marks(SummaryContent before, SummaryContent after)
    {
        var marks = new SummaryMarks(
            Changed(before.KeyPoints, after.KeyPoints, before.Edited?.KeyPoints),
            Changed(before.Decisions, after.Decisions, before.Edited?.Decisions),
            Changed(before.ActionItems, after.ActionItems, before.Edited?.ActionItems));
        return marks.KeyPoints.Concat(marks.Decisions).Concat(marks.ActionItems).Contains(true) ? marks : null;
    }

    private static List<bool> Changed<T>(IReadOnlyList<T> before, IReadOnlyList<T> after, IReadOnlyList<bool>? marks)
    {
        var known = before.ToList();
        return [.. after.Select(item => known.IndexOf(item) is var at && (at < 0 || (marks is not null && marks[at])))];
    }

    private static List<string> Texts(IReadOnlyList<string> texts, string field)
    {
        RequireFew(texts.Count, field);
        return [.. texts.Select((text, index) => Text(text, At(field, index)))];
    }

    private static List<ActionItem> Actions(IReadOnlyList<EditedActionItem> actions)
    {
        const string Field = "actionItems";
        RequireFew(actions.Count, Field);
        return [.. actions.Select((action, index) => new ActionItem(
            string.IsNullOrWhiteSpace(action.Assignee) ? null : MeetingRules.SpeakerName(action.Assignee, At(Field, index) + ".assignee"),
            Text(action.Task, At(Field, index) + ".task"),
            action.DueDate))];
    }

    private static void RequireFew(int count, string field)
    {
        if (count > MostItems) throw ApiProblem.InvalidField(field, $"Must have at most {MostItems} items.");
    }

    private static string Text(string? text, string field)
    {
        var line = string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length is 0 or > ItemLength || line.Any(char.IsControl)) throw ApiProblem.InvalidField(field, $"Must have 1 to {ItemLength} characters and no control characters.");
        return line;
    }

    private static string At(string field, int index) => $"{field}[{index.ToString(CultureInfo.InvariantCulture)}]";
}
