using System.Globalization;
using System.Text;
using Tertulia.Contracts.Rest;
using Tertulia.Contracts.Transcripts;

namespace Tertulia.Summaries;

/// <summary>Writes a summary as Markdown, with boxes to tick, and as plain text. What people said cannot become markup.</summary>
public static class SummaryDocument
{
    public static string ToMarkdown(string title, DateOnly date, SummaryContent content, SummaryEvidence? evidence)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Escape(title)}\n\n{Day(date)}\n");
        Section("Key points", content.KeyPoints, (item, i) => $"- {Escape(item)}{Time(evidence?.KeyPoints, i)}");
        Section("Decisions", content.Decisions, (item, i) => $"- {Escape(item)}{Time(evidence?.Decisions, i)}");
        Section("Action items", content.ActionItems, (item, i) =>
            $"- [ ] {(item.Assignee is null ? "" : $"**{Escape(item.Assignee)}**: ")}{Escape(item.Task)}{(item.DueDate is { } due ? $" (by {Day(due)})" : "")}{Time(evidence?.ActionItems, i)}");
        foreach (var notice in content.Notices) text.Append(CultureInfo.InvariantCulture, $"\n_{Escape(notice)}_\n");
        return text.ToString();

        void Section<T>(string heading, IReadOnlyList<T> items, Func<T, int, string> line)
        {
            if (items.Count == 0) return;
            text.Append(CultureInfo.InvariantCulture, $"\n## {heading}\n\n");
            foreach (var (item, i) in items.Select((item, i) => (item, i))) text.Append(line(item, i)).Append('\n');
        }
    }

    public static string ToText(string title, DateOnly date, SummaryContent content)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{OneLine(title)}, {Day(date)}\n");
        Section("Key points", content.KeyPoints.Select(OneLine));
        Section("Decisions", content.Decisions.Select(OneLine));
        Section("Action items", content.ActionItems.Select(item =>
            $"{(item.Assignee is null ? "" : $"{OneLine(item.Assignee)}: ")}{OneLine(item.Task)}{(item.DueDate is { } due ? $" (by {Day(due)})" : "")}"));
        foreach (var notice in content.Notices) text.Append(CultureInfo.InvariantCulture, $"\n{notice}\n");
        return text.ToString();

        void Section(string heading, IEnumerable<string> items)
        {
            if (!items.Any()) return;
            text.Append(CultureInfo.InvariantCulture, $"\n{heading}:\n");
            foreach (var item in items) text.Append(CultureInfo.InvariantCulture, $"- {item}\n");
        }
    }

    private static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Time(IReadOnlyList<IReadOnlyList<EvidenceQuote>>? evidence, int index) =>
        evidence is not null && index < evidence.Count && evidence[index] is [var quote, ..] ? $" ({TranscriptFile.Clock(quote.Start)})" : "";

    // Everything that CommonMark gives a meaning, HTML included, gets a backslash (CommonMark 2.4).
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in OneLine(text))
        {
            if (c is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '#' or '|' or '~' or '&' or '!' && (c != '!' || escaped.Length == 0)) escaped.Append('\\');
            escaped.Append(c);
        }
        return escaped.ToString();
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
