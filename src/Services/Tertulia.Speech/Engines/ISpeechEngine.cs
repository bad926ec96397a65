namespace Tertulia.Speech.Engines;

/// <summary>Turns utterances into text. Two real ones: PocketSphinx in this process, and any OpenAI-compatible endpoint.</summary>
public interface ISpeechEngine : IAsyncDisposable
{
    string Name { get; }

    /// <summary>What it can be asked for, as BCP 47 tags; <c>auto</c> among them where it finds the language out by itself.</summary>
    IReadOnlyList<string> Languages { get; }

    /// <summary>Whether speech in that language is understood: <c>en-GB</c> is where <c>en</c> is.</summary>
    bool Knows(string language) => Languages.Any(known =>
        string.Equals(known, language, StringComparison.OrdinalIgnoreCase)
        || (language != "auto" && string.Equals(known, language.Split('-')[0], StringComparison.OrdinalIgnoreCase)));

    /// <summary>Somebody may speak soon: what takes time to be made may be made now.</summary>
    void Prepare()
    {
    }

    /// <summary>
    /// Begins an utterance. Never waits: what the engine is too busy for is kept, in bounds. <paramref name="onResult"/> is called from
    /// threads of the engine's, for one utterance never twice at the same time, and last with a result that ends it.
    /// </summary>
    IUtterance Begin(string language, Action<UtteranceResult> onResult);
}

/// <summary>One stretch of speech of one person.</summary>
public interface IUtterance
{
    /// <summary>16 kHz, one channel.</summary>
    void Append(ReadOnlySpan<short> samples);

    /// <summary>Nothing follows: the final result is wanted.</summary>
    void End();

    /// <summary>It was no speech, or nobody wants it any more. The result that ends it is <see cref="UtteranceOutcome.Nothing"/>.</summary>
    void Abandon();
}

public enum UtteranceOutcome
{
    /// <summary>So far; more may follow.</summary>
    Interim,

    Final,

    /// <summary>Over, and it holds no words.</summary>
    Nothing,

    /// <summary>Over: the engine could not do it.</summary>
    Failed,
}

/// <param name="Confidence">0 to 1: about the share of words that are right.</param>
/// <param name="Language">As recognised, a BCP 47 tag.</param>
public sealed record UtteranceResult(UtteranceOutcome Outcome, string Text, double Confidence, string Language, IReadOnlyList<RecognizedWord> Words)
{
    public bool Ends => Outcome != UtteranceOutcome.Interim;

    /// <summary>What went wrong, in words for the log.</summary>
    public string? Problem { get; init; }

    public static UtteranceResult Nothing { get; } = new(UtteranceOutcome.Nothing, string.Empty, 0, string.Empty, []);

    public static UtteranceResult Failed(string problem) => Nothing with { Outcome = UtteranceOutcome.Failed, Problem = problem };
}

/// <param name="Start">From the start of the utterance.</param>
public readonly record struct RecognizedWord(string Text, TimeSpan Start, TimeSpan End, double Confidence);
