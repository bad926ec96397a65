using Tertulia.Rtc.Net;
using Tertulia.Speech.Captions;
using Tertulia.Speech.Engines;
using Tertulia.Speech.Voice;

namespace Tertulia.CaptionQuality;

/// <param name="Wrong">Lines that resemble somebody else's script more than their speaker's, or bear no speaker's name.</param>
internal sealed record Accuracy(string Situation, double WordErrorRate, int Wrong, IReadOnlyList<JudgedLine> Lines, IReadOnlyList<string> Texts);

/// <param name="Right">Words that its speaker said, in that order.</param>
internal sealed record JudgedLine(double Confidence, int Words, int Right);

/// <summary>Three people speak their scripts in different situations: who is every line's, and how many words are wrong.</summary>
internal static class AccuracyRun
{
    private static readonly Instant Start = new(TimeSpan.FromHours(1).Ticks);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Each has a quarter of a second before every sentence, or long pauses; noise is as many dB below the voice.</summary>
    public static IReadOnlyList<Situation> All { get; } =
    [
        new("one after the other") { InTurns = true },
        new("all at once"),
        new("with pauses") { Pause = sentence => sentence % 2 == 0 ? 2.5 : 0.9 },
        new("in noise 30 dB below the voice") { NoiseBelowVoice = 30 },
        new("in noise 20 dB below the voice") { NoiseBelowVoice = 20 },
        new("with 3 % of packets lost") { Loss = 0.03 },
    ];

    public static async Task<Accuracy> RunAsync(ISpeechEngine engine, Situation situation, int sentences = int.MaxValue)
    {
        var log = new LineLog();
        using var captions = new MeetingCaptions(engine, _ => "en", TimeProvider.System, log.Take);
        var speeches = Script.All.Select(script => Speech.Make(script with { Sentences = [.. script.Sentences.Take(sentences)] }, situation.Pause)).ToList();
        var microphones = speeches.Select(speech => new OpusMicrophone(captions, speech.Script.Name, Start) { Loss = situation.Loss }).ToList();
        var longest = speeches.Max(speech => speech.Samples.Length);
        if (situation.InTurns)
        {
            for (var i = 0; i < speeches.Count; i++)
            {
                microphones[i].Send(Heard(speeches[i], situation, i));
                foreach (var other in microphones.Skip(i + 1)) other.Pause(SpeechAudio.Duration(speeches[i].Samples.Length));
            }
        }
        else
        {
            var heard = speeches.Select((speech, i) => Heard(speech, situation, i)).ToList();
            for (var at = 0; at < longest; at += 1_600)
            {
                for (var i = 0; i < heard.Count; i++) microphones[i].Send(heard[i].AsSpan(Math.Min(at, heard[i].Length), Math.Clamp(heard[i].Length - at, 0, 1_600)));
            }
        }

        foreach (var microphone in microphones) microphone.Dispose();
        captions.Dispose();
        await captions.Completion.WaitAsync(Patience);
        var lines = log.Finals.Select(entry => entry.Caption).ToList();
        return new(
            situation.Name,
            speeches.Average(speech => WordErrors.Rate(speech.Script.Text, log.TextOf(speech.Script.Name))),
            lines.Count(line => IsSomebodyElses(line, speeches)),
            [.. lines.Select(line => Judge(line, speeches))],
            [.. speeches.Select(speech => $"{speech.Script.Name}: {log.TextOf(speech.Script.Name)}")]);
    }

    private static short[] Heard(Speech speech, Situation situation, int person)
    {
        if (situation.NoiseBelowVoice is not { } decibels) return speech.Samples;
        var noise = Sounds.PinkNoise(30, 0.1, seed: 20 + person);
        var voice = speech.Sentences.SelectMany(sentence => speech.Samples.Take(sentence.End).Skip(sentence.Start));
        var gain = Level(voice) / Level(noise) * Math.Pow(10, -decibels / 20);
        return Sounds.Mix(speech.Samples, [.. noise.Select(sample => (short)(sample * gain))]);

        static double Level(IEnumerable<short> samples) => Math.Sqrt(samples.Average(sample => (double)sample * sample));
    }

    private static JudgedLine Judge(Caption line, IReadOnlyList<Speech> speeches)
    {
        var words = line.Text.Split(' ').Length;
        var errors = WordErrors.FewestWithin(speeches.Single(speech => speech.Script.Name == line.PeerId).Script.Text, line.Text);
        return new(line.Confidence, words, Math.Max(0, words - errors));
    }

    /// <summary>Two words nearer to a stretch of somebody else's script than to any of their own: not just misunderstood.</summary>
    private static bool IsSomebodyElses(Caption line, IReadOnlyList<Speech> speeches)
    {
        if (speeches.All(speech => speech.Script.Name != line.PeerId)) return true;
        var errors = speeches.ToDictionary(speech => speech.Script.Name, speech => WordErrors.FewestWithin(speech.Script.Text, line.Text));
        return errors.Values.Min() + 1 < errors[line.PeerId];
    }
}

/// <param name="Name">In words.</param>
internal sealed record Situation(string Name)
{
    /// <summary>One speaks when the other has finished; else all begin together.</summary>
    public bool InTurns { get; init; }

    /// <summary>Seconds before each sentence.</summary>
    public Func<int, double> Pause { get; init; } = _ => 0.7;

    /// <summary>Pink noise on every microphone, in decibels below the mean level of the voice; null for none.</summary>
    public double? NoiseBelowVoice { get; init; }

    public double Loss { get; init; }
}
