using Tertulia.CaptionQuality;
using Tertulia.Rtc.Net;
using Tertulia.Speech.Captions;
using Tertulia.Speech.Engines.PocketSphinx;
using Tertulia.Speech.Tests.Support;
using Tertulia.Speech.Voice;

namespace Tertulia.Speech.Tests.Captions;

/// <summary>Real recognition of synthetic voices, from Opus packets to captions.</summary>
public sealed class RecognitionTests(ITestOutputHelper output) : IDisposable
{
    private const string Budget = "Good morning everybody. Could you send the budget to the marketing team? I will write the report on Friday.";
    private const string Release = "The new version is ready for testing. We have to call the customer before Monday.";

    private static readonly Instant Start = new(TimeSpan.FromHours(1).Ticks);

    private readonly CaptionLog _log = new();
    private readonly PocketSphinxEngine _engine = new(SphinxModel.English, decoders: 2);

    public void Dispose() => _engine.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [SphinxFact]
    public async Task Two_people_at_once_are_written_under_their_names()
    {
        using var captions = new MeetingCaptions(_engine, _ => "en", TimeProvider.System, _log.Add);
        using var anna = new OpusMicrophone(captions, "anna", Start) { Loss = 0.02 };
        using var ben = new OpusMicrophone(captions, "ben", Start);
        var (annasVoice, bensVoice) = (Voice(Budget, "slt"), Voice(Release, "rms"));
        for (var i = 0; i < Math.Max(annasVoice.Length, bensVoice.Length); i += 1_600)
        {
            anna.Send(Part(annasVoice, i));
            ben.Send(Part(bensVoice, i));
        }

        anna.Dispose();
        ben.Dispose();
        await _log.WaitAsync(log => WordErrors.Rate(Budget, log.TextOf("anna")) < 0.4 && WordErrors.Rate(Release, log.TextOf("ben")) < 0.4);

        foreach (var (peer, said) in (IEnumerable<(string, string)>)[("anna", Budget), ("ben", Release)])
            output.WriteLine($"{peer}: {WordErrors.Rate(said, _log.TextOf(peer)):P0} of words wrong: {_log.TextOf(peer)}");
        Assert.All(_log.Finals, caption => Assert.InRange(caption.Confidence, 0.35, 1));
        Assert.Contains(_log.All, caption => !caption.IsFinal && _log.Finals.Any(final => final.SegmentId == caption.SegmentId));
        Assert.All(_log.Finals, caption => Assert.True(caption.EndedAt > caption.StartedAt));
    }

    [SphinxFact]
    public async Task A_line_stands_where_it_was_said()
    {
        var began = DateTimeOffset.UtcNow;
        using var captions = new MeetingCaptions(_engine, _ => "en", TimeProvider.System, _log.Add);
        using var anna = new OpusMicrophone(captions, "anna", Start);
        anna.Send(Sounds.Silence(5));
        anna.Pause(TimeSpan.FromSeconds(30));
        var lines = new List<double>();
        for (var i = 0; i < 3; i++)
        {
            lines.Add((anna.Now - Start).TotalSeconds + 0.5); // half a second of silence comes first
            anna.Send([.. Voice(Release, "rms"), .. Sounds.Silence(2)]);
        }

        anna.Dispose();
        await _log.WaitAsync(log => log.Finals.Count(caption => caption.Text.StartsWith("The new version", StringComparison.Ordinal)) == 3);
        var starts = _log.Finals.Where(caption => caption.Text.StartsWith("The new version", StringComparison.Ordinal)).Select(caption => (caption.StartedAt - began).TotalSeconds);
        Assert.All(starts.Order().Zip(lines), line => Assert.InRange(line.First, line.Second - 0.3, line.Second + 0.7));
    }

    [SphinxFact]
    public async Task Silence_noise_and_music_become_no_text_and_speech_after_them_does()
    {
        using var captions = new MeetingCaptions(_engine, _ => "en", TimeProvider.System, _log.Add);
        using var room = new OpusMicrophone(captions, "room", Start);
        foreach (var sound in (short[][])[Sounds.Silence(20), Sounds.WhiteNoise(20), Sounds.PinkNoise(20), Sounds.Keyboard(20), Sounds.PluckedChords(20), Sounds.Melody(20)])
            room.Send(sound);
        Assert.DoesNotContain(_log.All, caption => caption.Text.Length > 0);
        room.Send(Voice(Release, "rms"));
        room.Dispose();
        await _log.WaitAsync(log => WordErrors.Rate(Release, log.TextOf("room")) < 0.4);
    }

    [SphinxTheory]
    [InlineData("one after the other")]
    [InlineData("with pauses")]
    [InlineData("in noise 30 dB below the voice")]
    public async Task Every_line_has_the_right_name_however_three_people_speak(string name)
    {
        var result = await AccuracyRun.RunAsync(_engine, AccuracyRun.All.Single(situation => situation.Name == name), sentences: 2);
        output.WriteLine($"{name}: {result.WordErrorRate:P0} of words wrong\n{string.Join('\n', result.Texts)}");
        Assert.InRange(result.Lines.Count, 3, 12);
        Assert.Equal(0, result.Wrong);
        Assert.InRange(result.WordErrorRate, 0, 0.5);
    }

    /// <summary>Half a second of silence around it.</summary>
    private static short[] Voice(string text, string voice) => [.. Sounds.Silence(0.5), .. Flite.Say(text, voice), .. Sounds.Silence(1)];

    private static ReadOnlySpan<short> Part(short[] samples, int from) =>
        from >= samples.Length ? [] : samples.AsSpan(from, Math.Min(1_600, samples.Length - from));
}
