using System.Text.RegularExpressions;
using Tertulia.Summaries.Dates;
using Tertulia.Summaries.Language;

namespace Tertulia.Summaries.Rules;

/// <summary>Finds the day by which something was promised, with the words that gave it.</summary>
internal static partial class DueDates
{
    public static (DateOnly? Date, string? Text) Of(ActionCandidate action, Reading reading)
    {
        foreach (var sentence in action.DueSources)
        {
            if (In(sentence, reading.Transcript.Date, deadlinesOnly: false) is { } due) return due;
            // "I'll write it. You should have it by Tuesday."
            foreach (var next in reading.LaterInLine(sentence).Take(1))
            {
                if (!action.Evidence.Contains(next) && Continuation().IsMatch(next.Lower) && reading.PromisesIn(next).Count == 0 &&
                    In(next, reading.Transcript.Date, deadlinesOnly: true) is { } later)
                {
                    action.Evidence.Add(next);
                    return later;
                }
            }
        }
        return (null, null);
    }

    private static (DateOnly?, string?)? In(Sentence sentence, DateOnly today, bool deadlinesOnly)
    {
        var usable = DateExpressions.Find(sentence.Lower, today)
            .Where(found => found.Date >= today && !found.IsOther && (found.IsDeadline || !deadlinesOnly) && !Aside().IsMatch(sentence.Lower[..found.Index]) &&
                !Afterwards().IsMatch(sentence.Lower[found.Index..]))
            .ToList();
        if (usable.Count == 0) return null;
        var due = usable.Find(found => found.IsDeadline) is { Length: > 0 } deadline ? deadline : usable[0];
        return (due.Date, sentence.Text.Substring(due.Index, due.Length));
    }

    // What follows tells of something else than the promise.
    [GeneratedRegex(@"\b(?:which|who|whose|because|while|where|when|whenever|wants?|until then)\b")]
    private static partial Regex Aside();

    // "I'm seeing her on Wednesday and then I'll write it up": the day is that of something before.
    [GeneratedRegex(@"\band then (?:i'll|i will|i'm going to|i'm gonna)\b")]
    private static partial Regex Afterwards();

    [GeneratedRegex(@"^(?:\w+[,.]? )?(?:it|they|that|this|you|give me|those|should|expect|by|until|before|is|would)\b")]
    private static partial Regex Continuation();
}
