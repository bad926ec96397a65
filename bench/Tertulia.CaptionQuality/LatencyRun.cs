using System.Diagnostics;
using Tertulia.Rtc.Net;
using Tertulia.Speech.Captions;
using Tertulia.Speech.Engines;
using Tertulia.Speech.Voice;

namespace Tertulia.CaptionQuality;

/// <summary>
/// People who speak at the same time, in real time: how long after the first sound of a sentence its first words are there, how long after
/// the last sound its final line, and what that costs.
/// </summary>
internal static class LatencyRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(ISpeechEngine engine, int people, TextWriter output)
    {
        var random = new Random(7);
        var speeches = Enumerable.Range(0, people)
            .Select(i => Speech.Make(Script.All[i % Script.All.Count] with { Name = $"{Script.All[i % Script.All.Count].Name}{i}" }, _ => 1.2 + 1.5 * random.NextDouble()))
            .ToList();
        var log = new LineLog();
        var captions = new MeetingCaptions(engine, _ => "en", TimeProvider.System, log.Take);
        await Task.Delay(TimeSpan.FromSeconds(2)); // what is prepared for a meeting is ready before anybody speaks
        var used = Process.GetCurrentProcess().TotalProcessorTime;
        var (began, beganAt) = (log.Now, DateTimeOffset.UtcNow);
        await Task.Factory.StartNew(() => SendInRealTime(captions, speeches), TaskCreationOptions.LongRunning);
        captions.Dispose();
        await captions.Completion.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        used = Process.GetCurrentProcess().TotalProcessorTime - used;

        var (first, final, lost) = Measure(speeches, log, began, beganAt);
        var spoken = speeches.Sum(speech => speech.SpokenSeconds);
        output.WriteLine($"{people} at once, {first.Count + lost} sentences, {spoken:0} s of speech: {used.TotalSeconds / spoken:0.00} s of CPU for a second of speech");
        output.WriteLine($"  first words  {Summary(first)}");
        output.WriteLine($"  final line   {Summary(final)}");
        output.WriteLine($"  {lost} sentences without a line, {speeches.Average(speech => WordErrors.Rate(speech.Script.Text, log.TextOf(speech.Script.Name))):P0} of words wrong");
    }

    private static void SendInRealTime(MeetingCaptions captions, IReadOnlyList<Speech> speeches)
    {
        var start = new Instant(TimeSpan.FromHours(1).Ticks);
        var microphones = speeches.Select(speech => new OpusMicrophone(captions, speech.Script.Name, start)).ToList();
        var frames = speeches.Max(speech => speech.Samples.Length) / SpeechAudio.FrameSamples;
        var watch = Stopwatch.StartNew();
        for (var frame = 0; frame < frames; frame++)
        {
            var due = frame * SpeechAudio.FrameDuration - watch.Elapsed;
            if (due > TimeSpan.Zero) Thread.Sleep(due);
            for (var i = 0; i < speeches.Count; i++)
            {
                var at = frame * SpeechAudio.FrameSamples;
                var rest = speeches[i].Samples.Length - at;
                microphones[i].Send(rest < SpeechAudio.FrameSamples ? new short[SpeechAudio.FrameSamples] : speeches[i].Samples.AsSpan(at, SpeechAudio.FrameSamples));
            }
        }

        foreach (var microphone in microphones) microphone.Dispose();
    }

    private static (List<double> First, List<double> Final, int Lost) Measure(IReadOnlyList<Speech> speeches, LineLog log, TimeSpan began, DateTimeOffset beganAt)
    {
        var (first, final, lost) = (new List<double>(), new List<double>(), 0);
        foreach (var speech in speeches)
        {
            var lines = log.All.Where(entry => entry.Caption.PeerId == speech.Script.Name && entry.Caption.Text.Length > 0).ToList();
            foreach (var sentence in speech.Sentences)
            {
                var (start, end) = (Seconds(sentence.Start), Seconds(sentence.End));
                var ids = lines.Where(line => line.Caption.IsFinal && Overlap(line.Caption, start, end) > 0.3 * (end - start)).Select(line => line.Caption.SegmentId).ToHashSet();
                if (ids.Count == 0)
                {
                    lost++;
                    continue;
                }

                var states = lines.Where(line => ids.Contains(line.Caption.SegmentId)).ToList();
                first.Add(states.Min(state => (state.At - began).TotalSeconds) - start);
                final.Add(states.Where(state => state.Caption.IsFinal).Max(state => (state.At - began).TotalSeconds) - end);
            }
        }

        return (first, final, lost);

        double Overlap(Caption line, double start, double end) =>
            Math.Min((line.EndedAt - beganAt).TotalSeconds, end) - Math.Max((line.StartedAt - beganAt).TotalSeconds, start);
    }

    private static double Seconds(int samples) => (double)samples / SpeechAudio.SampleRate;

    private static string Summary(List<double> delays)
    {
        delays.Sort();
        return delays.Count == 0 ? "never" : $"{Of(0.5):0.00} s (median)  {Of(0.9):0.00} s (90 %)  {delays[^1]:0.00} s (worst)";

        double Of(double share) => delays[(int)(share * (delays.Count - 1))];
    }
}
