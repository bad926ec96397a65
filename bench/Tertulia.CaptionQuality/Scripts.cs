using Tertulia.Speech.Voice;

namespace Tertulia.CaptionQuality;

/// <summary>What somebody says, and the flite voice that says it.</summary>
internal sealed record Script(string Name, string Voice, IReadOnlyList<string> Sentences)
{
    public string Text => string.Join(' ', Sentences);

    /// <summary>Three people with nothing to say in common, so that a line under the wrong name is recognised as such.</summary>
    public static IReadOnlyList<Script> All { get; } =
    [
        new("ada", "slt",
        [
            "Good morning everybody.", "The new version is ready for testing.", "We found a small problem with the database yesterday.",
            "I think we should move the meeting to next week.", "Half of the team is on holiday until Wednesday.",
        ]),
        new("ben", "rms",
        [
            "I will write the report on Friday and send it to the customer.", "The customer asked for a discount.",
            "We agreed on ten percent for the first year.", "Please call the bank about the payment.", "That is all from my side.",
        ]),
        new("cleo", "awb",
        [
            "Could you send the budget to the marketing team?", "We have to decide whether we hire another engineer.",
            "The summer is always very busy in our office.", "Nobody has time to train a new colleague.", "Let us talk about it tomorrow.",
        ]),
    ];
}

/// <summary>One sentence in a stretch of audio; positions in samples, from the first sound of it to the last.</summary>
internal sealed record SpokenSentence(string Text, int Start, int End);

/// <summary>A script as audio: what a microphone hears, and where in it each sentence is.</summary>
internal sealed record Speech(Script Script, short[] Samples, IReadOnlyList<SpokenSentence> Sentences)
{
    public double SpokenSeconds => Sentences.Sum(sentence => (double)(sentence.End - sentence.Start)) / SpeechAudio.SampleRate;

    /// <param name="pause">Seconds before each sentence, by its number; the same after the last.</param>
    public static Speech Make(Script script, Func<int, double> pause)
    {
        var samples = new List<short>();
        var sentences = new List<SpokenSentence>();
        foreach (var text in script.Sentences)
        {
            samples.AddRange(Sounds.Silence(pause(sentences.Count)));
            var voice = Flite.Say(text, script.Voice);
            sentences.Add(new(text, samples.Count + FirstSound(voice), samples.Count + LastSound(voice)));
            samples.AddRange(voice);
        }

        samples.AddRange(Sounds.Silence(pause(sentences.Count)));
        return new(script, [.. samples], sentences);
    }

    private const int Audible = 330; // -40 dB

    private static int FirstSound(short[] voice) => Array.FindIndex(voice, sample => Math.Abs((int)sample) > Audible);

    private static int LastSound(short[] voice) => Array.FindLastIndex(voice, sample => Math.Abs((int)sample) > Audible);
}
