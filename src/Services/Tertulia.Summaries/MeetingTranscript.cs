namespace Tertulia.Summaries;

/// <summary>What was said, as a summary is made from it.</summary>
/// <param name="Lines">In the order in which they began.</param>
/// <param name="Participants">Display names of everyone who was there; whoever speaks is one of them.</param>
/// <param name="Date">The day of the meeting: what "tomorrow" counts from.</param>
/// <param name="Language">The language of most lines, a BCP 47 tag.</param>
public sealed record MeetingTranscript(
    IReadOnlyList<SpokenLine> Lines, IReadOnlyList<string> Participants, DateOnly Date, string Language)
{
    /// <summary>Whether commitments, decisions and dates can be told by rules.</summary>
    public bool IsEnglish => Language.Equals("en", StringComparison.OrdinalIgnoreCase) || Language.StartsWith("en-", StringComparison.OrdinalIgnoreCase);
}

/// <param name="Start">Seconds since the meeting's start; likewise <paramref name="End"/>.</param>
public sealed record SpokenLine(string SegmentId, string Speaker, double Start, double End, string Text);
