using Tertulia.Summaries.Language;

namespace Tertulia.Summaries.Rules;

/// <summary>What was said afterwards: withdrawn, handed to somebody else, or only said twice.</summary>
internal static class Takebacks
{
    private const int Within = 4;

    public static IReadOnlyList<ActionCandidate> Apply(IReadOnlyList<ActionCandidate> candidates, Reading reading)
    {
        var kept = new List<ActionCandidate>();
        foreach (var candidate in candidates.Where(candidate => candidate.Task.Length > 0 && !IsTakenBack(candidate, candidates, reading)))
        {
            if (kept.Find(other => IsRepeated(other, candidate)) is { } earlier) Merge(earlier, candidate);
            else kept.Add(candidate);
        }
        return kept;
    }

    private static bool IsTakenBack(ActionCandidate action, IReadOnlyList<ActionCandidate> all, Reading reading)
    {
        foreach (var later in reading.LaterInLine(action.Origin))
        {
            if (Phrases.Withdrawal().IsMatch(later.Lower) || (Phrases.Inability().IsMatch(later.Lower) && reading.PromisesIn(later).Count == 0)) return true;
        }
        if (Phrases.Withdrawal().IsMatch(TailOf(action))) return true;
        foreach (var line in reading.After(action.Origin.Line, Within))
        {
            var speaker = reading.SpeakerOf(line);
            var near = line - action.Origin.Line;
            foreach (var sentence in reading.Of(line))
            {
                var related = Words.Shared(action.ContentWords, sentence.ContentWords) > 0;
                if (near <= 2 && !sentence.IsQuestion && Phrases.AlreadyDone().Match(sentence.Lower) is { Success: true } done &&
                    (related || (near == 1 && !done.Groups["object"].Success))) return true;
                if (Phrases.Withdrawal().IsMatch(sentence.Lower) && (speaker == action.Assignee ? near <= 3 : related || near == 1)) return true;
            }
            if (speaker != action.Assignee && IsTakenOver(action, all, reading, line)) return true;
        }
        return false;
    }

    private static string TailOf(ActionCandidate action) =>
        action.Origin.Lower.LastIndexOf("... ", StringComparison.Ordinal) is var dots and > 0 ? action.Origin.Lower[dots..] : "";

    private static bool IsTakenOver(ActionCandidate action, IReadOnlyList<ActionCandidate> all, Reading reading, int line)
    {
        var spoken = string.Join(' ', reading.Of(line).Select(sentence => sentence.Lower));
        var marked = Phrases.TakingOver().IsMatch(spoken) || reading.Roster.NamedIn(spoken).Contains(action.Assignee);
        return marked && all.Any(other => other != action && other.Origin.Line == line && other.Assignee != action.Assignee &&
            (Words.Shared(action.ContentWords, other.ContentWords) > 0 || other.Evidence.Any(action.Evidence.Contains)));
    }

    private static bool IsRepeated(ActionCandidate earlier, ActionCandidate later)
    {
        if (earlier.Assignee != later.Assignee) return false;
        if (earlier.Evidence.Exists(later.Evidence.Contains) && earlier.Origin != later.Origin) return true;
        var (one, other) = (earlier.ContentWords, later.ContentWords);
        return later.Origin.Line - earlier.LastLine <= Within && later.Origin != earlier.Origin &&
            Words.Shared(one, other) * 2 >= Math.Max(1, Math.Min(one.Distinct().Count(), other.Distinct().Count()));
    }

    private static void Merge(ActionCandidate earlier, ActionCandidate later)
    {
        if (later.ContentWords.Count > earlier.ContentWords.Count) earlier.Task = later.Task;
        earlier.Evidence.AddRange(later.Evidence.Except(earlier.Evidence));
        earlier.DueSources.InsertRange(0, later.DueSources.Except(earlier.DueSources));
    }
}
