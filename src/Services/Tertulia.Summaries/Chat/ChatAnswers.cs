using System.Globalization;
using System.Text.Json;

namespace Tertulia.Summaries.Chat;

/// <summary>Reads answers, which may be anything: what does not have the shape is left out, and quotes are mapped back to their lines.</summary>
internal static class ChatAnswers
{
    private const int MostItems = 100;

    public static SummaryDraft Read(JsonElement answer, IReadOnlyList<SpokenLine> lines) => new(
        [.. Items(answer, "keyPoints").Select(item => Point(item, lines)).OfType<DraftPoint>()],
        [.. Items(answer, "decisions").Select(item => Point(item, lines)).OfType<DraftPoint>()],
        [.. Items(answer, "actionItems").Select(item => Action(item, lines)).OfType<DraftAction>()],
        []);

    /// <summary>The chosen of a list, in its order; all of it if the answer says nothing of it.</summary>
    public static IReadOnlyList<T> Chosen<T>(JsonElement answer, string name, IReadOnlyList<T> candidates)
    {
        if (Property(answer, name) is not { ValueKind: JsonValueKind.Array } list) return candidates;
        var keep = list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _)).Select(item => item.GetInt32()).ToHashSet();
        return [.. candidates.Where((_, index) => keep.Contains(index))];
    }

    private static DraftPoint? Point(JsonElement item, IReadOnlyList<SpokenLine> lines) =>
        Text(item, "text") is { } text ? new(text, Quotes(item, lines)) : null;

    private static DraftAction? Action(JsonElement item, IReadOnlyList<SpokenLine> lines)
    {
        if (Text(item, "task") is not { } task) return null;
        var due = DateOnly.TryParseExact(Text(item, "dueDate"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : (DateOnly?)null;
        return new(Text(item, "assignee"), task, due, Text(item, "dueText"), Quotes(item, lines));
    }

    private static List<Quote> Quotes(JsonElement item, IReadOnlyList<SpokenLine> lines)
    {
        var quotes = new List<Quote>();
        foreach (var evidence in Items(item, "evidence"))
        {
            if (Text(evidence, "quote") is { } quote && Property(evidence, "line") is { ValueKind: JsonValueKind.Number } number &&
                number.TryGetInt32(out var line) && line >= 0 && line < lines.Count) quotes.Add(new(lines[line].SegmentId, quote));
        }
        return quotes;
    }

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).Take(MostItems)
            : [];

    private static string? Text(JsonElement element, string name)
    {
        try
        {
            return Property(element, name) is { ValueKind: JsonValueKind.String } value && !string.IsNullOrWhiteSpace(value.GetString()) ? value.GetString()!.Trim() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // bytes or escapes that are no characters: JsonElement finds that out when it is read
        }
    }

    private static JsonElement? Property(JsonElement element, string name)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            return null; // the same in a name
        }
    }
}
