using System.Text.RegularExpressions;
using Tertulia.Summaries.Language;

namespace Tertulia.Summaries.Rules;

/// <summary>Turns the rest of a sentence into the wording of a task.</summary>
internal static partial class TaskText
{
    private const int Longest = 160;

    /// <param name="sentence">Where it stands.</param>
    /// <param name="start">Where the task begins.</param>
    /// <param name="end">Where the next promise of the same sentence begins, or its end.</param>
    public static string Of(Sentence sentence, int start, int end)
    {
        var length = end - start;
        if (Tail().Match(sentence.Lower, start, length) is { Success: true } tail && tail.Index > start + 3) length = tail.Index - start;
        var text = sentence.Text.Substring(start, Math.Min(length, sentence.Text.Length - start)).Trim().TrimEnd('.', '!', '?', ',', ';', ':', ' ', '-', '\u2026');
        if (text.Length > Longest) text = text[..(text.LastIndexOf(' ', Longest) is var space and > 0 ? space : Longest)] + "\u2026";
        return text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..];
    }

    // Reasons and afterthoughts.
    [GeneratedRegex(@"[,;]? \b(?:because|so that|which|although|though|since you|but|if that's|if you|before somebody|before someone|is that|is everybody|are you|okay with)\b|, (?:actually|then|too|please|though|i think|i suppose|okay|right|no problem|maybe)\b|[,;]? (?:and )?$|\.\.\.| and $|, $|;")]
    private static partial Regex Tail();
}
