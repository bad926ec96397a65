using Tertulia.CaptionQuality;
using Tertulia.Speech.Tests.Support;
using Tertulia.Speech.Voice;

namespace Tertulia.Speech.Tests.Voice;

public sealed class VoiceActivityTests(ITestOutputHelper output)
{
    private const string Sentences = "Good morning everybody. The meeting starts at nine. I will write the report on Friday.";

    public static TheoryData<string> NoSpeech => new(Others.Keys);

    private static Dictionary<string, Func<double, short[]>> Others { get; } = new()
    {
        ["silence"] = Sounds.Silence,
        ["white noise"] = seconds => Sounds.WhiteNoise(seconds),
        ["pink noise"] = seconds => Sounds.PinkNoise(seconds),
        ["brown noise"] = seconds => Sounds.BrownNoise(seconds),
        ["keyboard"] = seconds => Sounds.Keyboard(seconds),
        ["plucked chords"] = seconds => Sounds.PluckedChords(seconds),
        ["held chords"] = Sounds.HeldChords,
        ["drums"] = seconds => Sounds.Drums(seconds),
        ["faster drums"] = seconds => Sounds.Drums(seconds, seed: 8),
        ["gusts"] = seconds => Sounds.Gusts(seconds),
        ["singing without words"] = seconds => Sounds.Vocalise(seconds),
        ["melody"] = seconds => Sounds.Melody(seconds),
        ["mains hum"] = Sounds.MainsHum,
    };

    [Theory]
    [MemberData(nameof(NoSpeech))]
    public void What_is_no_speech_makes_no_utterance(string name)
    {
        var utterances = Segment(Others[name](60));
        output.WriteLine($"{name}: {utterances.Count} begun, {utterances.Count(u => u.IsSpeech)} taken for speech");
        Assert.DoesNotContain(utterances, utterance => utterance.IsSpeech);
    }

    [FliteFact]
    public void A_voice_makes_utterances_that_hold_all_of_it()
    {
        foreach (var voice in (string[])["rms", "slt", "awb", "kal16"])
        {
            var speech = Flite.Say(Sentences, voice);
            var utterances = Segment([.. Sounds.Silence(1), .. speech, .. Sounds.Silence(1)]);
            output.WriteLine($"{voice}: " + string.Join(", ", utterances));
            Assert.All(utterances, utterance => Assert.True(utterance.IsSpeech));
            Assert.InRange(utterances[0].First, 0.6, 1.3);
            var spoken = speech.Length / (double)SpeechAudio.SampleRate;
            Assert.InRange(utterances[^1].Last, spoken + 0.5, spoken + 2);
        }
    }

    [FliteFact]
    public void A_single_word_is_speech()
    {
        var missed = new List<string>();
        foreach (var voice in (string[])["rms", "slt", "awb", "kal16"])
        {
            foreach (var word in (string[])["Yes.", "But.", "Right.", "Bob.", "Okay.", "Ten.", "Stop."])
            {
                var utterances = Segment([.. Sounds.Silence(1), .. Flite.Say(word, voice), .. Sounds.Silence(1)]);
                if (!utterances.Any(utterance => utterance.IsSpeech)) missed.Add($"{word} by {voice}");
            }
        }

        output.WriteLine("missed: " + string.Join(", ", missed));
        Assert.InRange(missed.Count, 0, 3); // of 28
    }

    [FliteFact]
    public void Noise_in_the_background_hides_no_speech()
    {
        var speech = Flite.Say(Sentences, "rms");
        var level = 0.06; // about 15 dB below the voice
        var utterances = Segment([.. Sounds.PinkNoise(3, level), .. Sounds.Mix(speech, Sounds.PinkNoise(20, level)), .. Sounds.PinkNoise(2, level)]);
        output.WriteLine(string.Join(", ", utterances));
        Assert.InRange(utterances.Where(u => u.IsSpeech).Sum(u => u.Last - u.First), 0.7 * speech.Length / SpeechAudio.SampleRate, 100);
    }

    private static List<Utterance> Segment(short[] samples)
    {
        var sink = new Sink();
        var segmenter = new UtteranceSegmenter(sink);
        for (var i = 0; i + SpeechAudio.FrameSamples <= samples.Length; i += SpeechAudio.FrameSamples)
            segmenter.Process(samples.AsSpan(i, SpeechAudio.FrameSamples));
        segmenter.Interrupt();
        return sink.Utterances;
    }

    private sealed record Utterance(double First, double Last, bool IsSpeech);

    private sealed class Sink : IUtteranceSink
    {
        private long _first;
        private long _length;

        public List<Utterance> Utterances { get; } = [];

        public void Begin(long firstSample) => (_first, _length) = (firstSample, 0);

        public void Append(ReadOnlySpan<short> samples) => _length += samples.Length;

        public void End(bool isSpeech) => Utterances.Add(new(Math.Round(_first / 16_000.0, 2), Math.Round((_first + _length) / 16_000.0, 2), isSpeech));
    }
}
