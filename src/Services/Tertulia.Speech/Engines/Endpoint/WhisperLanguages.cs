namespace Tertulia.Speech.Engines.Endpoint;

/// <summary>The languages that Whisper's authors name as usable, and the English names some servers answer with.</summary>
public static class WhisperLanguages
{
    private static readonly Dictionary<string, string> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["afrikaans"] = "af", ["arabic"] = "ar", ["armenian"] = "hy", ["azerbaijani"] = "az", ["belarusian"] = "be", ["bosnian"] = "bs",
        ["bulgarian"] = "bg", ["catalan"] = "ca", ["chinese"] = "zh", ["croatian"] = "hr", ["czech"] = "cs", ["danish"] = "da",
        ["dutch"] = "nl", ["english"] = "en", ["estonian"] = "et", ["finnish"] = "fi", ["french"] = "fr", ["galician"] = "gl",
        ["german"] = "de", ["greek"] = "el", ["hebrew"] = "he", ["hindi"] = "hi", ["hungarian"] = "hu", ["icelandic"] = "is",
        ["indonesian"] = "id", ["italian"] = "it", ["japanese"] = "ja", ["kannada"] = "kn", ["kazakh"] = "kk", ["korean"] = "ko",
        ["latvian"] = "lv", ["lithuanian"] = "lt", ["macedonian"] = "mk", ["malay"] = "ms", ["marathi"] = "mr", ["maori"] = "mi",
        ["nepali"] = "ne", ["norwegian"] = "no", ["persian"] = "fa", ["polish"] = "pl", ["portuguese"] = "pt", ["romanian"] = "ro",
        ["russian"] = "ru", ["serbian"] = "sr", ["slovak"] = "sk", ["slovenian"] = "sl", ["spanish"] = "es", ["swahili"] = "sw",
        ["swedish"] = "sv", ["tagalog"] = "tl", ["tamil"] = "ta", ["thai"] = "th", ["turkish"] = "tr", ["ukrainian"] = "uk",
        ["urdu"] = "ur", ["vietnamese"] = "vi", ["welsh"] = "cy",
    };

    public static IReadOnlyList<string> All { get; } = ["auto", .. ByName.Values.Order(StringComparer.Ordinal)];

    /// <summary>The tag for what a server calls a language; what it is already if it is no name.</summary>
    public static string Tag(string language) => ByName.GetValueOrDefault(language, language.ToLowerInvariant());
}
