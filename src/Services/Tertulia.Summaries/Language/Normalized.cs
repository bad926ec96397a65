using System.Text;

namespace Tertulia.Summaries.Language;

/// <summary>Text as the rules look at it: of the same length as the original, so that a place in one is a place in the other.</summary>
internal static class Normalized
{
    /// <summary>Lower case, straight apostrophes, and blanks in place of what stands in quotation marks: those are other people's words.</summary>
    public static string Of(string text)
    {
        var lower = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            lower.Append(c switch
            {
                '\u2019' or '\u02BC' => '\'',
                '\u201C' or '\u201D' or '\u00AB' or '\u00BB' or '\u201E' => '"',
                '\u2018' or '\u201A' => '\'',
                _ when char.IsWhiteSpace(c) => ' ',
                _ => char.ToLowerInvariant(c),
            });
        }
        BlankQuotations(lower, '"');
        BlankQuotations(lower, '\'');
        return lower.ToString();
    }

    // An apostrophe opens a quotation only before a word and closes it only after one: "don't" has none.
    private static void BlankQuotations(StringBuilder text, char mark)
    {
        for (var open = 0; open < text.Length; open++)
        {
            if (text[open] != mark || (open > 0 && char.IsLetterOrDigit(text[open - 1])) || open + 1 >= text.Length || !char.IsLetterOrDigit(text[open + 1])) continue;
            for (var close = open + 1; close < text.Length; close++)
            {
                if (text[close] != mark || (close + 1 < text.Length && char.IsLetterOrDigit(text[close + 1]))) continue;
                for (var i = open; i <= close; i++) text[i] = ' ';
                open = close;
                break;
            }
        }
    }
}
