namespace Tertulia.Speech.Engines.Endpoint;

/// <summary>
/// Whisper-like models write fluent text for silence and noise, and sometimes repeat themselves without end. The thresholds of the first
/// two rules are those of the Whisper paper (Radford et al. 2022, section 4.5); the others look at the text itself, for servers that tell
/// nothing else.
/// </summary>
internal static class InventedText
{
    private const double NoSpeech = 0.6;
    private const double UnsureLogProbability = -1.0;
    private const double RepetitiveCompression = 2.4;
    private const double FastestCharactersPerSecond = 40;
    private const int LongestPhrase = 8;
    private const int Repetitions = 4;

    public static bool IsInvented(TranscribedSegment segment) =>
        (segment.NoSpeechProbability > NoSpeech && segment.AverageLogProbability is null or < UnsureLogProbability)
        || (segment.NoSpeechProbability is null && segment.AverageLogProbability < UnsureLogProbability)
        || segment.CompressionRatio > RepetitiveCompression
        || IsRepetition(segment.Text);

    /// <summary>More than a mouth can say in that time.</summary>
    public static bool IsTooFast(string text, TimeSpan duration) => text.Length > 20 + FastestCharactersPerSecond * duration.TotalSeconds;

    /// <summary>A phrase of up to eight words over and over.</summary>
    public static bool IsRepetition(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var length = 1; length <= LongestPhrase; length++)
        {
            var same = 0;
            for (var i = length; i < words.Length; i++)
            {
                same = string.Equals(words[i], words[i - length], StringComparison.OrdinalIgnoreCase) ? same + 1 : 0;
                if (same >= length * (Repetitions - 1) && (length > 1 || same >= Repetitions)) return true;
            }
        }

        return false;
    }
}
