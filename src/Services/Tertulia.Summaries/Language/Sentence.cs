using System.Buffers;

namespace Tertulia.Summaries.Language;

/// <summary>One sentence of one line.</summary>
/// <param name="Line">Place of the line in the transcript.</param>
/// <param name="Text">As said.</param>
/// <param name="Lower">See <see cref="Normalized"/>; of the same length.</param>
internal sealed record Sentence(int Line, string Speaker, string Text, string Lower)
{
    public bool IsQuestion => Text.EndsWith('?');

    public IReadOnlyList<string> ContentWords => field ??= Words.Content(Lower);
}

/// <summary>Cuts lines into sentences. What came without punctuation, as recognisers write it, stays one.</summary>
internal static class SentenceSplitter
{
    // Far longer than anybody speaks without a pause; what is longer is cut, which bounds the work of every rule.
    private const int Longest = 400;

    private static readonly SearchValues<char> s_marks = SearchValues.Create(" .!?\"'");
    private static readonly HashSet<string> s_abbreviations = new(StringComparer.OrdinalIgnoreCase) { "mr", "mrs", "ms", "dr", "prof", "st", "no", "vs", "etc", "e.g", "i.e", "approx" };

    public static IReadOnlyList<Sentence> Split(IReadOnlyList<SpokenLine> lines)
    {
        var sentences = new List<Sentence>();
        for (var i = 0; i < lines.Count; i++)
        {
            var (text, lower, from) = (lines[i].Text, Normalized.Of(lines[i].Text), 0);
            for (var at = 0; at <= text.Length; at++)
            {
                var breathless = at - from >= Longest && at < text.Length && text[at] == ' ';
                if (at < text.Length && !breathless && !EndsAt(text, at)) continue;
                var end = Math.Min(at + 1, text.Length);
                while (from < end && char.IsWhiteSpace(text[from])) from++;
                if (end > from && text.AsSpan(from, end - from).IndexOfAnyExcept(s_marks) >= 0)
                {
                    sentences.Add(new(i, lines[i].Speaker, text[from..end].TrimEnd(), lower[from..end].TrimEnd()));
                }
                from = end;
            }
        }
        return sentences;
    }

    private static bool EndsAt(string text, int at)
    {
        if (text[at] is '\u3002' or '\uFF01' or '\uFF1F') return true;
        if (text[at] is not ('.' or '!' or '?') || (at + 1 < text.Length && !char.IsWhiteSpace(text[at + 1]))) return false;
        if (text[at] != '.') return true;
        var begin = at;
        while (begin > 0 && !char.IsWhiteSpace(text[begin - 1])) begin--;
        var word = text[begin..at];
        return !s_abbreviations.Contains(word) && !(word.Length == 1 && char.IsUpper(word[0]) && word != "I");
    }
}
