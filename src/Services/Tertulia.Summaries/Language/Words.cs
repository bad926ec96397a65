namespace Tertulia.Summaries.Language;

/// <summary>Words, and which of them carry meaning.</summary>
internal static class Words
{
    private static readonly HashSet<string> s_empty = [.. """
        a about above after again all already also am an and any anybody anyone anything are as at away back be because been before being both but by came can
        can't cannot come could couldn't did didn't do does doesn't doing don't done down each else even ever every everybody everyone everything few first fine for from
        get getting give given go goes going gone gonna good got great had has hasn't have haven't having he he'd he'll he's her here hers herself him himself his
        how i i'd i'll i'm i've if in instead into is isn't it it'd it'll it's its itself just keep last later let let's like little ll lot make many maybe me mean
        might mine more most much must my myself need never next no nobody none nor not nothing now of off okay ok on once one only or other our ours out over own
        perhaps please quite rather re really right said same say says see shall she she'd she'll she's should shouldn't since so some somebody someone something
        soon still such sure take tell than thank thanks that that's the their theirs them then there there's these they they'd they'll they're they've thing things
        think this those though through till to today tomorrow tonight too two under until up upon us use used very want was wasn't way we we'd we'll we're we've
        well went were weren't what what's when where which while who who's whom whose why will with without won't would wouldn't yeah yep yes yesterday yet you
        you'd you'll you're you've your yours day days week weeks month months year years time monday tuesday wednesday thursday friday saturday sunday january february
        march april june july august september october november december end morning afternoon evening hmm oh ah uh um actually
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Words of letters and digits, in order; apostrophes belong to them.</summary>
    public static List<string> All(string lower)
    {
        var words = new List<string>();
        var begin = -1;
        for (var i = 0; i <= lower.Length; i++)
        {
            var inside = i < lower.Length && (char.IsLetterOrDigit(lower[i]) ||
                (lower[i] is '\'' or '-' && begin >= 0 && i + 1 < lower.Length && char.IsLetterOrDigit(lower[i + 1])));
            if (inside)
            {
                if (begin < 0) begin = i;
                continue;
            }
            if (begin >= 0) words.Add(lower[begin..i]);
            begin = -1;
        }
        return words;
    }

    /// <summary>Stems of the words that carry meaning, in order.</summary>
    public static List<string> Content(string lower) =>
        [.. All(lower).Where(word => word.Length > 1 && !s_empty.Contains(word)).Select(Stem)];

    /// <summary>Crude, and the same for every form that matters here: "reports", "reporting", "reported" are one.</summary>
    public static string Stem(string word)
    {
        if (word.EndsWith("'s", StringComparison.Ordinal)) word = word[..^2];
        foreach (var ending in (ReadOnlySpan<string>)["ations", "ation", "ings", "ing", "ers", "ies", "ied", "es", "ed", "er", "ly", "s", "y", "e"])
        {
            if (word.Length - ending.Length >= 3 && word.EndsWith(ending, StringComparison.Ordinal))
            {
                word = word[..^ending.Length];
                break;
            }
        }
        // "planning" and "plan"
        return word.Length > 3 && word[^1] == word[^2] && word[^1] is not ('s' or 'l') ? word[..^1] : word;
    }

    /// <summary>How many of the first list's words the second has.</summary>
    public static int Shared(IEnumerable<string> words, IReadOnlyCollection<string> among) => words.Distinct().Count(among.Contains);
}
