using Tertulia.Summaries.Dates;
using Tertulia.Summaries.Language;
using Tertulia.Summaries.Rules;

namespace Tertulia.Summaries;

/// <summary>
/// Stands behind every engine and believes none: an item stays only if its quotes were really said, and carry it. An assignee stays only if they
/// speak or are named there, a due date only if its words are there and mean that day.
/// </summary>
public static class EvidenceVerifier
{
    // Of the words that carry an item's meaning, how many must have been said in its evidence.
    private const double Carried = 0.5;
    private const int LongestItem = 500;

    public static SummaryDraft Verify(MeetingTranscript transcript, SummaryDraft draft)
    {
        var said = new Said(transcript);
        return new(
            [.. draft.KeyPoints.Select(said.Verify).OfType<DraftPoint>()],
            [.. draft.Decisions.Select(said.Verify).OfType<DraftPoint>()],
            [.. draft.Actions.Select(said.Verify).OfType<DraftAction>()],
            draft.Notices);
    }

    private sealed class Said(MeetingTranscript transcript)
    {
        private readonly Dictionary<string, SpokenLine> _lines = transcript.Lines.GroupBy(line => line.SegmentId).ToDictionary(group => group.Key, group => group.First());
        private readonly Roster _roster = new(transcript.Participants);

        public DraftPoint? Verify(DraftPoint point) =>
            Evidence(point.Evidence) is { Count: > 0 } evidence && IsCarried(point.Text, evidence) ? point with { Evidence = evidence } : null;

        public DraftAction? Verify(DraftAction action)
        {
            var evidence = Evidence(action.Evidence);
            if (evidence.Count == 0 || !IsCarried(action.Task, evidence)) return null;
            var assignee = action.Assignee is { } name && IsConcerned(name, evidence) ? name : null;
            var due = action.DueDate is { } date && action.DueText is { } words && IsSaid(words, date, evidence) ? (Date: (DateOnly?)date, Text: (string?)words) : (null, null);
            return new(assignee, action.Task, due.Date, due.Text, evidence);
        }

        /// <summary>The quotes that stand in the line that they name, in its own spelling; nothing that speaks to whoever writes the summary.</summary>
        private List<Quote> Evidence(IReadOnlyList<Quote> quotes)
        {
            var found = new List<Quote>();
            foreach (var quote in quotes)
            {
                if (!_lines.TryGetValue(quote.SegmentId, out var line) || Find(line.Text, quote.Text) is not { } text) continue;
                if (Phrases.Instruction().IsMatch(Normalized.Of(line.Text)) || found.Exists(other => other.SegmentId == line.SegmentId && other.Text == text)) continue;
                found.Add(new(line.SegmentId, text));
            }
            return found;
        }

        private bool IsCarried(string text, List<Quote> evidence)
        {
            if (string.IsNullOrWhiteSpace(text) || text.Length > LongestItem) return false;
            var spoken = evidence.SelectMany(quote => Words.All(Normalized.Of(_lines[quote.SegmentId].Text)).Select(Words.Stem)).ToHashSet();
            // That somebody speaks there does not prove what is said of them.
            var speakers = evidence.SelectMany(quote => Words.Content(Normalized.Of(_lines[quote.SegmentId].Speaker))).ToHashSet();
            var words = Words.Content(Normalized.Of(text)).Distinct().Where(word => !speakers.Contains(word)).ToList();
            // A number that nobody said is wrong, however much of the rest was said.
            if (Words.All(Normalized.Of(text)).Any(word => word.All(char.IsAsciiDigit) && !spoken.Contains(word))) return false;
            if (words.Count > 0) return words.Count(spoken.Contains) >= Carried * words.Count;
            // Nothing but "do that": then word by word.
            return Words.All(Normalized.Of(text)) is { Count: > 0 } all && all.TrueForAll(word => spoken.Contains(Words.Stem(word)));
        }

        private bool IsConcerned(string name, List<Quote> evidence) =>
            _roster.Contains(name) && evidence.Exists(quote =>
                _lines[quote.SegmentId].Speaker == name || _roster.NamedIn(Normalized.Of(quote.Text)).Contains(name));

        private bool IsSaid(string words, DateOnly date, List<Quote> evidence)
        {
            if (date < transcript.Date) return false;
            return evidence.Exists(quote => Find(quote.Text, words) is not null && DateExpressions.Find(Normalized.Of(quote.Text), transcript.Date).Exists(found =>
                found.Date == date && Overlaps(quote.Text, found, words)));
        }

        private static bool Overlaps(string text, DateExpression found, string words) =>
            Normalized.Of(text).IndexOf(Normalized.Of(words), StringComparison.Ordinal) is var at and >= 0 && at < found.End && found.Index < at + words.Length;

        /// <summary>The place of the text that says this, whatever the case, the white space and the kind of apostrophes; null if there is none.</summary>
        private static string? Find(string text, string sought)
        {
            var wanted = Fold(sought, out _).Trim();
            if (wanted.Length < 2) return null;
            var folded = Fold(text, out var places);
            var at = folded.IndexOf(wanted, StringComparison.Ordinal);
            return at < 0 ? null : text[places[at]..(places[at + wanted.Length - 1] + 1)];
        }

        private static string Fold(string text, out List<int> places)
        {
            places = [];
            var folded = new System.Text.StringBuilder(text.Length);
            for (var i = 0; i < text.Length; i++)
            {
                var c = text[i] is '\u2019' or '\u2018' ? '\'' : text[i] is '\u201C' or '\u201D' ? '"' : char.ToLowerInvariant(text[i]);
                if (char.IsWhiteSpace(c))
                {
                    if (folded.Length == 0 || folded[^1] == ' ') continue;
                    c = ' ';
                }
                folded.Append(c);
                places.Add(i);
            }
            return folded.ToString();
        }
    }
}
