namespace Tertulia.Speech.Engines.PocketSphinx;

/// <summary>
/// Whether what was recognised can have been said. The decoder finds words in anything; in noise and music they are few, unsure, or
/// mere interjections.
/// </summary>
internal static class PlausibleSpeech
{
    private const double LowestConfidence = 0.35;
    private const double LowestConfidenceOfOneWord = 0.6;

    private static readonly HashSet<string> Interjections = new(StringComparer.Ordinal)
    {
        "ah", "aha", "eh", "er", "ha", "hm", "hmm", "huh", "mm", "mmm", "oh", "ooh", "uh", "um", "a",
    };

    public static UtteranceResult Judge(IReadOnlyList<RecognizedWord> words)
    {
        var telling = words.Where(word => !Interjections.Contains(word.Text)).ToList();
        if (telling.Count == 0) return UtteranceResult.Nothing;
        var confidence = Confidence(telling);
        var lowest = telling.Count == 1 ? LowestConfidenceOfOneWord : LowestConfidence;
        if (confidence < lowest) return UtteranceResult.Nothing;
        var text = EnglishText.Present(string.Join(' ', words.Select(word => word.Text)));
        return new(UtteranceOutcome.Final, text, Math.Round(confidence, 2), "en", words);
    }

    /// <summary>Words that take longer say more about whether the text is right than "a" and "the" do.</summary>
    private static double Confidence(IReadOnlyList<RecognizedWord> words)
    {
        var length = words.Sum(word => (word.End - word.Start).TotalSeconds);
        return words.Sum(word => word.Confidence * (word.End - word.Start).TotalSeconds) / length;
    }
}
