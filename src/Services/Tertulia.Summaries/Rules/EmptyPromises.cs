using System.Text.RegularExpressions;

namespace Tertulia.Summaries.Rules;

/// <summary>"I'll be honest", "I'll believe it when I see it": a future tense that promises nothing to anybody.</summary>
internal static partial class EmptyPromises
{
    // What one thinks, feels, perceives, says or merely is and does oneself: no result that others could wait for.
    private static readonly HashSet<string> s_verbs = [.. """
        accept admit agree appreciate assume bear believe bet blame care choose concede confess consider despise doubt dread endorse enjoy envy excuse expect
        favour favor fear feel figure forget forgive gamble guess hate hear hope ignore imagine insist know lament like lose love mean mind miss need object
        permit pity prefer pretend promise recall reckon refuse regret rejoice relax remember respect second see sense skip smell suffer suppose suspect sympathise
        tend think tolerate treasure trust understand value want warrant welcome wish withdraw wonder worry wager
        add answer argue apologise apologize begin butt comment digress elaborate emphasise emphasize interject interrupt listen mention mute note paraphrase
        phrase quote remark repeat rephrase say simplify stress unmute
        be become behave breathe collapse cope cry dance die doze drink eat end enter explode faint fall freeze get-back go-along grow grin hang hide hurry kneel laugh lie
        live manage nod panic pass pray quit rest retire scream shout shut sigh sing sit sleep smile snore sneeze stand starve stay stop suffocate survive swallow sweat
        wait wake weep whisper win yawn yell age
        arrive attend come depart disappear drop-by fly join leave march return show sit swing travel vanish wander
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];

    public static bool Is(string task)
    {
        var end = 0;
        while (end < task.Length && (char.IsLetter(task[end]) || task[end] == '-')) end++;
        var verb = task[..end];
        if (verb == "be") return !BeingAtIt().IsMatch(task);
        return s_verbs.Contains(verb) || s_verbs.Contains(Base(verb)) || Idiom().IsMatch(task);
    }

    // "sending" is of "send": for "I'm sending it tomorrow".
    private static string Base(string verb) =>
        verb.EndsWith("ing", StringComparison.Ordinal) && verb.Length > 5 ? verb[..^3] is var stem && s_verbs.Contains(stem) ? stem : verb[..^3] + "e" : verb;

    [GeneratedRegex(@"^be (?:on (?!holiday|vacation|leave|my way|time)|preparing|writing|sending|calling|working on|taking care|responsible|in charge)\b")]
    private static partial Regex BeingAtIt();

    [GeneratedRegex(@"^(?:(?:talk|speak) (?:to you|soon|later|about that|while)\b|talk\W*$|speak\W*$|never\b|not\b|n't|no longer|always\b|probably not|also never|still\b|only\b|hardly\b|" +
        @"tell (?:you|y'all)\b|let you\b|let that\b|let it\b|show myself|give you (?:that|a (?:hint|second|moment))|give (?:it|that) (?:a (?:try|go|shot|rest)|some thought)|" +
        @"start(?:\W*$| (?:with (?:me|that|the)|off|us off)\b)|go (?:first|ahead|next|along|on|home|there|now|crazy|mad|with)\b|go (?:through|over) .*\b(?:quickly|briefly|now|first)\b|" +
        @"share (?:my|the) screen|walk you|run you through|spare you|hold (?:your|my|that|on|off)\b|take (?:your|his|her|their|my) word|take (?:that|this|it) (?:as|back|with)\b|take (?:a (?:break|seat|nap|look at it)|my (?:hat|chances))|" +
        @"take (?:questions|the blame|credit)|do (?:what|whatever|my best|anything|everything|without|nothing|so little)\b|get (?:a tattoo|back to (?:it|you|that)|used|over|through|there|going|it\W*$|the (?:bus|train))|" +
        @"keep (?:it|this|my|quiet|you (?:posted|updated|in the loop)|that in mind|going|talking|trying|an open)\b|have (?:to|a (?:think|nap|drink|coffee|beer))\b|have (?:another|some|the) |make (?:it (?:quick|short|up)|do|peace)\b|" +
        @"leave (?:it|that|this)\b|put (?:it|that) (?:this|that|another) way|try\W*$|try to (?:be|remember|keep)\b|hand (?:over|you)\b|turn it over|pay for (?:it|this|that)|catch you|ring off|hang up|call you\b.*\b(?:always|usual|then)\b|call it\b|" +
        @".*\bas (?:always|usual|ever)\b|rather\b|gladly (?:not)|find out (?:the hard way|soon enough)|look forward|turn (?:my|off|on)\b.*\b(?:camera|mic|microphone|video)|use (?:the|this) (?:chance|opportunity)|break (?:it|the news))")]
    private static partial Regex Idiom();
}
