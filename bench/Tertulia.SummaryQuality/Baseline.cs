using System.Text.RegularExpressions;
using Tertulia.Summaries;

namespace Tertulia.SummaryQuality;

/// <summary>"Every sentence with I'll is a task": what the set must be too hard for.</summary>
public static partial class Baseline
{
    public static SummaryDraft Summarize(MeetingTranscript transcript)
    {
        var actions = from line in transcript.Lines
                      from Match sentence in Sentence().Matches(line.Text)
                      where Promise().IsMatch(sentence.Value)
                      select new DraftAction(line.Speaker, sentence.Value.Trim(), null, null, [new Quote(line.SegmentId, sentence.Value.Trim())]);
        return new([], [], [.. actions], []);
    }

    [GeneratedRegex(@"[^.!?]+[.!?]*")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\b(?:I'll|I will)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Promise();
}
