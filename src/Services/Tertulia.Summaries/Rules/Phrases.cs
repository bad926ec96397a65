using System.Text.RegularExpressions;

namespace Tertulia.Summaries.Rules;

/// <summary>The turns of phrase that the rules know. All are matched against normalised text.</summary>
internal static partial class Phrases
{
    // What somebody else said, thought or wrote, or oneself once did: not said now.
    [GeneratedRegex(@"\b(?:(?:he|she|they|you|who|\w+) )?(?:said|says|told|tells|mentioned|mentions|promised|promises|wrote|writes that|answered|replied|claimed|thought|swore|announced|remember when|was going to|were going to|used to)\b")]
    public static partial Regex Reported();

    [GeneratedRegex(@"\b(?:if|unless|suppose|supposing|assuming|imagine|in that case|in case|provided that|otherwise|in theory)\b")]
    private static partial Regex Conditions();

    // "I'll check if it works" and "if you like" are no conditions.
    [GeneratedRegex(@"(?:\b(?:see|check|ask|asks|know|wonder|find out|test|verify|look|sure|tell (?:me|you|them|us)) if\b|\bif (?:you (?:like|want|don't mind)|that's (?:ok|okay|fine|all right)|that is (?:ok|okay|fine)|possible|nobody minds|it's okay)\b)")]
    private static partial Regex NoConditions();

    /// <summary>Only under some circumstance, so not promised.</summary>
    public static bool IsConditional(string lower)
    {
        var allowed = NoConditions().Matches(lower);
        return Conditions().Matches(lower).Any(match => !allowed.Any(free => match.Index >= free.Index && match.Index < free.Index + free.Length));
    }

    [GeneratedRegex(@"\b(?:i'll|i will|i shall|i'm going to|i am going to|i'm gonna|i'm about to)\s+(?:(?:also|then|just|quickly|definitely|certainly|happily|gladly|try and|go and|make sure to|try to|have to|simply|personally)\s+)*(?<task>\S.*)")]
    public static partial Regex Commitment();

    /// <summary>"I'm sending it tomorrow": a promise if it names a day to come.</summary>
    [GeneratedRegex(@"\b(?:i'm|i am)\s+(?:also |then |just )?(?<task>(?!going|gonna|being|having|meeting|flying|leaving|working|giving|starting|looking|speaking|seeing|getting|moving|visiting|travelling|traveling|taking (?:a|the) (?:day|week)|doing (?:well|fine|ok))[a-z]+ing\b.*)")]
    public static partial Regex Plan();

    [GeneratedRegex(@"\b(?:i can|i could|i might|i may)\s+(?:(?:also|certainly|definitely|probably|maybe|perhaps|just|quickly)\s+)*(?<task>[a-z]\S*\s+\S.*)")]
    public static partial Regex Offer();

    [GeneratedRegex(@"\b(?:should i|shall i|do you want me to|would you like me to|want me to)\s+(?<task>\S.*)")]
    public static partial Regex OfferAsQuestion();

    [GeneratedRegex(@"\b(?:i need to|i have to|i've got to|i must|i should|i ought to)\s+(?<task>\S.*)")]
    public static partial Regex Need();

    /// <summary>Refers to what was said before: "do that", "have it done".</summary>
    [GeneratedRegex(@"^(?:do|handle|take care of|see to|have|get|look after|manage|sort|finish|take|look into|be up for)\s+(?:it|that|this|those|them|so|both)\b(?:\s+(?:done|ready|sorted|finished|on))?(?<rest>.*)|^look into (?:it|that)\b(?<rest>.*)")]
    public static partial Regex Anaphora();

    [GeneratedRegex(@"\b(?:can|could|would|will)\s+(?:you|(?<name>[\p{L}.' ]{2,40}?))\s+(?:please\s+|maybe\s+|perhaps\s+|possibly\s+|kindly\s+|also\s+|be so kind (?:as )?to\s+|be able to\s+)*(?<mind>mind\s+)?(?<task>[\p{L}'-]+\s.*|[\p{L}'-]+)")]
    public static partial Regex RequestAsQuestion();

    [GeneratedRegex(@"\b(?:may|can|could|might) i ask you to\s+(?<task>\S.*)|\bi(?:'d| would) (?:like|need|want) you to\s+(?<task>\S.*)|\bi (?:need|want) you to\s+(?<task>\S.*)")]
    public static partial Regex RequestByWish();

    [GeneratedRegex(@"(?:^|[,;:.]\s*|\bso\s+|\band\s+|\bokay\s+|\bthen\s+)please\s+(?:also\s+|just\s+)?(?<task>[\p{L}'-]+\s.*)")]
    public static partial Regex RequestByPlease();

    /// <summary>Questions that are answered on the spot.</summary>
    [GeneratedRegex(@"^(?:see|hear|imagine|repeat|believe|remember|explain|understand|guess|say|think|please repeat|speak|mute|unmute|tell me|tell us|read it|live with|wait|hold|stop|forget|show me|remind me|find it|note|be\b(?! up for)|have it|do without|not\b|name|confirm that you|elaborate|excuse|feel|recall|stay)\b")]
    public static partial Regex EmptyRequest();

    [GeneratedRegex(@"^(?:(?:oh|ah|um|well|hmm|haha)[,. ]+)*(?:yes|yeah|yep|yup|sure|ok|okay|of course|will do|no problem|certainly|absolutely|definitely|happy to|gladly|with pleasure|not at all|consider it done|on it|i'm on it|right away|understood|fine|all right|alright|i'll do|i will|i'll|i can do|can do|sounds good|done|leave (?:it|that) (?:with|to) me|my pleasure|agreed|deal|right|gotcha|got it)\b|^[\p{L}' ]{2,25}, (?:sure|yes|fine|no problem|will do)\b")]
    public static partial Regex Acceptance();

    [GeneratedRegex(@"\b(?:sorry|i can't|i cannot|can't do|i'd rather not|rather not|unfortunately|i'm afraid|i won't|no way|i don't have (?:the )?time|not me|too busy)\b|^(?:no|nah|nope)\b(?! problem| worries)")]
    public static partial Regex Refusal();

    /// <summary>Somebody takes an offer.</summary>
    [GeneratedRegex(@"^(?:(?:oh|ooh|ah|well)[,. ]+)*(?:yes|yeah|yep|sure|please|thanks|thank you|great|perfect|lovely|wonderful|excellent|good|super|brilliant|cool|nice|ok|okay|go ahead|that would|that'd|sounds|awesome|fantastic|right|very good|splendid)\b")]
    public static partial Regex Welcome();

    /// <summary>The answer that even a vague offer ("I could …") needs.</summary>
    [GeneratedRegex(@"\b(?:please do|(?:yes|yeah|sure),? do\b|yes,? please|please ask|go ahead|that would (?:be|help)|that'd (?:be|help)|do that|please)\b")]
    public static partial Regex WarmWelcome();

    [GeneratedRegex(@"\b(?:never mind|nevermind|forget (?:it|that|about|what i)|scratch that|on second thoughts?|no wait|wait,? no|actually,? no|hmm,? no|let's not|leave it|drop it|i take that back|i withdraw|not needed any ?more|no need|(?:i|you|we) needn't)\b")]
    public static partial Regex Withdrawal();

    /// <summary>It was done before anybody promised it; without an object of its own it means what was just spoken of.</summary>
    [GeneratedRegex(@"\balready (?:done|did|sent|ordered|booked|written|wrote|fixed|called|paid|made|asked|put|taken|took|bought|told|arranged|reserved|finished|uploaded|submitted|filed)\b(?: (?<object>the|a|an|my|our|your|his|her|their)\b)?")]
    public static partial Regex AlreadyDone();

    /// <summary>Takes something on without saying "I will".</summary>
    [GeneratedRegex(@"\b(?:put me down for|sign me up for|i volunteer (?:to|for))\s+(?<task>\S.*)|\bleave (?:(?<point>it|that|this)|(?<task>(?:the|this|that|our|my)\s[\p{L}' -]+?)) (?:to|with) me\b")]
    public static partial Regex Volunteer();

    /// <summary>Somebody else takes it over.</summary>
    [GeneratedRegex(@"\b(?:instead|rather|better if|actually|let me (?:do|take)|i'll take (?:it|that) over|on second thoughts?)\b")]
    public static partial Regex TakingOver();

    [GeneratedRegex(@"\bi (?:can't|cannot|won't)\b")]
    public static partial Regex Inability();

    /// <summary>Words that speak to whoever writes the summary, not to the people there.</summary>
    [GeneratedRegex(@"\b(?:ignore|disregard|forget) (?:all |any |your |the |my )*(?:previous |prior |above |earlier )*(?:instructions?|prompts?|rules)\b|\bsystem (?:message|prompt)\b|\bas an? (?:ai|assistant|language model)\b|" +
        @"\b(?:the|your|this) summary (?:must|should|has to|shall|needs to)\b|\b(?:write|note|put|add|say|state|claim|record)(?: down)?(?: in (?:the|your) (?:summary|minutes|notes))? that \w+ (?:owns?|pays?|has to|must|will|does|agreed|decided|is)\b|\byou are now\b")]
    public static partial Regex Instruction();

    [GeneratedRegex(@"\bwe(?:'ve| have)? (?:just |now |all |already |also )?(?:decided|agreed|made up our minds|settled|resolved|chosen|concluded)\b|\b(?:that's|that is|it's|it is|so that's) (?:now |then |therefore )?(?:decided|settled|final|agreed|a deal)\b|" +
        @"\b(?:the )?decision is\b|\bmotion is (?:carried|passed|adopted)\b|\b(?:decided|settled)[.!]?$|\bit was decided\b|\bthat settles it\b|\bwe'?re agreed\b")]
    public static partial Regex Decided();

    [GeneratedRegex(@"\b(?:not|haven't|hasn't|never|didn't|yet to|nothing|until it's|once it's|when) (?:yet |been |really |all )?(?:be |been )?(?:decided|agreed|decide|agree|settled)\b|\bdecide that (?:today|now|later)\b|\b(?:last time|last week|last year|back then|in the past)\b.*\b(?:decided|agreed)\b|\b(?:decided|agreed) last\b|\bwill be (?:decided|made|agreed)\b")]
    public static partial Regex NotDecided();

    [GeneratedRegex(@"\blet's\s+(?<what>(?!not\b)\S.*)|\b(?<!\b(?:should|could|can|do|did|if) )(?:i|we) (?:suggest|propose|move|recommend|vote)(?: that)? (?:we )?(?<what>\S.*)|\bshall we\s+(?<what>\S.*)|\b(?:how|what) about (?:if )?we\s+(?<what>\S.*)|\bwhy don't we\s+(?<what>\S.*)|" +
        @"\bso,? (?:then )?we (?:will |'ll )?(?<what>(?!have\b|need\b|are\b|can\b|could\b|should\b|must\b|still\b|had\b|were\b|got\b|don't\b)\S.*)|\b(?:we'll|we will|we're going to|we are going to|we're|we are) (?<what>(?:not )?(?:keep|use|drop|take|move|go|stay|stick|hold|switch|start|stop|leave|postpone|buy|build|doing|hire|launch|ship|cancel|sticking|going with|keeping|dropping|moving|getting rid of|staying|staying with)\b.*)")]
    public static partial Regex Proposal();

    /// <summary>"Let's start", "let's see": about the talk, not about the matter.</summary>
    [GeneratedRegex(@"^(?:start|begin|get (?:started|going)|go (?:through|over|on|round|around)|talk|see|hope|plan|move (?:on|to the next)|look|wait|hear|be\b|say(?! (?:the|on|at|in)\b)|discuss|come back|count|do (?:a|the) (?:quick )?(?:round|intro)|continue|wrap|take (?:a|five)|have a|face|imagine|call it a day|begin|think|find out|review|not decide|meet\b|pause|hold on|open it|crack on|check in|try to|keep (?:it|this) short|find somebody|find someone|will see|see who|pretend|assume|recap|jump|dive|turn to)\b")]
    public static partial Regex EmptyProposal();

    [GeneratedRegex(@"^(?:(?:oh|ah|well|yes|yeah|okay|ok)[,. ]+)*(?:agreed|i agree|agree|works for me|sounds good|sounds great|good idea|great idea|fine|ok|okay|yes|yeah|yep|yup|sure|perfect|absolutely|definitely|deal|i second|seconded|i'm in favou?r|i'm for it|let's do|let's|very happy|happy with|hard no|me too|exactly|all right|alright|good plan|excellent|i'm fine|i like it|same here|no objections?|suits me|go for it|makes sense|so we|done)\b")]
    public static partial Regex Agreement();

    [GeneratedRegex(@"^(?:no\b|nah|nope|wait|hmm|hold on|but\b|i'm not|not (?:yet|sure)|i disagree|i don't think|really\?|i'm against|i'd rather|maybe|perhaps)|\b(?:not convinced|disagree|against it|objection!|bad idea|i doubt)\b")]
    public static partial Regex Objection();

    [GeneratedRegex(@"^(?:that|this|it|so|those|them|both|the same)\b|^do (?:that|this|it|so)\b")]
    public static partial Regex Pointing();

    [GeneratedRegex(@"\b(?:someone|somebody|anyone|anybody|who)\b.*\b(?:will|should|could|can|takes|has to|needs to|is going to|'s|ought to|wants to)\b|\bwho\s|\bwho's\b|\bneeds? to be\b|\bwe (?:need|have) to\b|\bwe should\b|\bought to\b")]
    public static partial Regex OpenTask();
}
