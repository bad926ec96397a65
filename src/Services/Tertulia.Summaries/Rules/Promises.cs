using System.Text.RegularExpressions;
using Tertulia.Summaries.Dates;
using Tertulia.Summaries.Language;

namespace Tertulia.Summaries.Rules;

/// <summary>A promise within a sentence.</summary>
/// <param name="Start">Where the task begins.</param>
/// <param name="IsPointing">It says only "do that": what, was said before.</param>
internal readonly record struct Promise(Sentence Sentence, int Start, int End, string Task, bool IsPointing);

/// <summary>Finds what a speaker says that they will do, leaving out quotations, conditions, the past, and empty phrases.</summary>
internal static partial class Promises
{
    public static IEnumerable<Promise> In(Sentence sentence)
    {
        var lower = sentence.Lower;
        if (Phrases.Instruction().IsMatch(lower)) yield break;
        for (var match = Phrases.Commitment().Match(lower); match.Success;)
        {
            var start = match.Groups["task"].Index;
            var next = Phrases.Commitment().Match(lower, start);
            var end = next.Success ? next.Index : lower.Length;
            if (IsMeant(lower, match.Index, start, end))
            {
                var said = lower[start..end];
                var pointing = Phrases.Anaphora().Match(said);
                yield return new(sentence, start, end, TaskText.Of(sentence, start, end), pointing.Success && OnlyWhen().IsMatch(pointing.Groups["rest"].Value));
            }
            match = next;
        }
        if (Phrases.Plan().Match(lower) is { Success: true } plan && plan.Groups["task"] is var planned && DateExpressions.Find(planned.Value, s_anyDay).Exists(date => !date.IsOther) &&
            IsMeant(lower, plan.Index, planned.Index, lower.Length))
        {
            yield return new(sentence, planned.Index, lower.Length, TaskText.Of(sentence, planned.Index, lower.Length), IsPointing: false);
        }
    }

    // Only whether a day is named matters here, not which.
    private static readonly DateOnly s_anyDay = new(2000, 1, 1);

    private static bool IsMeant(string lower, int trigger, int start, int end)
    {
        var before = lower[..trigger];
        var task = lower[start..end].TrimEnd();
        return !EmptyPromises.Is(task) && !Phrases.Reported().IsMatch(before) && !Phrases.IsConditional(lower[..end]) &&
            !Doubt().IsMatch(before) && Words.All(task).Count > 0;
    }

    // Nothing but when and how: the task itself was named before.
    [GeneratedRegex(@"^\W*(?:$|(?:by|on|before|until|till|today|tomorrow|tonight|this|next|right|after|when|as soon|as well|later|for you|for us|myself|anyway|now|in|at|over|first|too|if|then|and|immediately|straight|asap|once|soon|instead)\b)")]
    private static partial Regex OnlyWhen();

    [GeneratedRegex(@"\b(?:don't think|do not think|doubt|whether|hope|wish|what|where|maybe|perhaps|bet|until|not that|how|and maybe|nor|neither|guess)\s*$")]
    private static partial Regex Doubt();
}
