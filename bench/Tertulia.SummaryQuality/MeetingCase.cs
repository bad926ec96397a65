using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tertulia.Summaries;

namespace Tertulia.SummaryQuality;

/// <summary>A written meeting with what a careful reader takes from it. A line's marks (<c>Ada [a1]: …</c>) say which items it is evidence of.</summary>
public sealed partial record MeetingCase(
    string Set, string Name, bool Adversarial, MeetingTranscript Transcript,
    IReadOnlyList<ExpectedAction> Actions, IReadOnlyList<ExpectedItem> Decisions, IReadOnlyList<ExpectedItem> OptionalDecisions)
{
    public const string Tuning = "tuning";
    public const string HeldOut = "heldout";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>Every meeting of the set, in order.</summary>
    public static IReadOnlyList<MeetingCase> All()
    {
        var assembly = typeof(MeetingCase).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(name => name.Contains('/') || name.Contains('\\')).Order(StringComparer.Ordinal).Select(name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            return Load(name.Replace('\\', '/'), JsonSerializer.Deserialize<File>(stream, s_json)!);
        })];
    }

    private static MeetingCase Load(string path, File file)
    {
        var lines = new List<SpokenLine>();
        var marks = new Dictionary<string, HashSet<string>>();
        foreach (var (text, index) in file.Lines.Select((text, index) => (text, index)))
        {
            var match = Line().Match(text);
            if (!match.Success || !file.Participants.Contains(match.Groups["name"].Value)) throw new FormatException($"{path}: no line of a participant: {text}");
            var id = $"l{index.ToString(CultureInfo.InvariantCulture)}";
            lines.Add(new(id, match.Groups["name"].Value, index * 6, index * 6 + 5, match.Groups["text"].Value));
            foreach (var mark in match.Groups["marks"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (!marks.TryGetValue(mark, out var marked)) marks[mark] = marked = [];
                marked.Add(id);
            }
        }
        IReadOnlySet<string> Of(string id) => marks.TryGetValue(id, out var marked) ? marked : throw new FormatException($"{path}: no line is marked {id}");
        var optional = file.OptionalDecisions ?? [];
        return new(
            path.Split('/')[0], path.Split('/')[1], file.Adversarial, new(lines, file.Participants, file.Date, "en"),
            [.. file.Actions.Select(item => new ExpectedAction(item.Id, item.Words, Of(item.Id), item.Assignee, item.Due, item.OptionalDue))],
            [.. file.Decisions.Select(item => new ExpectedItem(item.Id, item.Words, Of(item.Id)))],
            [.. optional.Select(id => new ExpectedItem(id, [""], Of(id)))]);
    }

    private sealed record File(
        DateOnly Date, IReadOnlyList<string> Participants, bool Adversarial, IReadOnlyList<string> Lines, IReadOnlyList<Item> Actions, IReadOnlyList<Item> Decisions,
        IReadOnlyList<string>? OptionalDecisions);

    private sealed record Item(string Id, IReadOnlyList<string> Words, string? Assignee, DateOnly? Due, DateOnly? OptionalDue);

    [GeneratedRegex(@"^(?<name>[^:\[]+?)(?: \[(?<marks>[^\]]*)\])?: (?<text>.+)$")]
    private static partial Regex Line();
}

/// <param name="Words">One of them must stand in the item's text.</param>
/// <param name="Lines">One of them must be in its evidence.</param>
public record ExpectedItem(string Id, IReadOnlyList<string> Words, IReadOnlySet<string> Lines)
{
    public bool Fits(string text, IEnumerable<Quote> evidence) =>
        evidence.Any(quote => Lines.Contains(quote.SegmentId)) && Words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}

/// <param name="OptionalDue">Also right: a day that was said, though not quite as a deadline.</param>
public sealed record ExpectedAction(
    string Id, IReadOnlyList<string> Words, IReadOnlySet<string> Lines, string? Assignee, DateOnly? Due, DateOnly? OptionalDue) : ExpectedItem(Id, Words, Lines);
