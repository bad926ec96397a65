using System.Text.RegularExpressions;

namespace Tertulia.Speech.Engines.PocketSphinx;

/// <summary>Makes a line out of the decoder's lower-case words.</summary>
internal static partial class EnglishText
{
    public static string Present(string words)
    {
        var text = FirstPerson().Replace(words, match => "I" + match.Groups[1].Value);
        return text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
    }

    [GeneratedRegex(@"\bi('m|'ll|'ve|'d)?(?=\s|$)")]
    private static partial Regex FirstPerson();
}
