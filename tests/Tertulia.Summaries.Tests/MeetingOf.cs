using System.Globalization;

namespace Tertulia.Summaries.Tests;

/// <summary>Small meetings: "Ada: what she said", on Monday, 2 March 2026 unless said otherwise.</summary>
internal static class MeetingOf
{
    public static readonly DateOnly Monday = new(2026, 3, 2);

    public static MeetingTranscript Lines(params string[] lines) => new(
        [.. lines.Select((line, index) => new SpokenLine(
            $"s{index.ToString(CultureInfo.InvariantCulture)}", line[..line.IndexOf(':')], index * 5, index * 5 + 4, line[(line.IndexOf(':') + 2)..]))],
        [.. lines.Select(line => line[..line.IndexOf(':')]).Distinct()], Monday, "en");

    /// <summary>As <c>Ben: Send the report (2026-03-06)</c>.</summary>
    public static string Show(this DraftAction action) =>
        $"{action.Assignee ?? "?"}: {action.Task}{(action.DueDate is { } due ? $" ({due.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)})" : "")}";
}
