using System.Diagnostics;
using Tertulia.Rtc.Net;
using Tertulia.Speech.Captions;
using Tertulia.Speech.Engines;

namespace Tertulia.CaptionQuality;

/// <summary>An hour of what is heard in meetings and is no speech, faster than real time: every word that comes of it is one too many.</summary>
internal static class SilenceRun
{
    /// <summary>Twenty minutes each of silence, noise and music if <c>minutes</c> is 60.</summary>
    private static readonly (string Name, Func<int, short[]> Minute)[] s_sounds =
    [
        ("digital silence", _ => Sounds.Silence(60)),
        ("a quiet room", seed => Sounds.PinkNoise(60, 0.003, seed)),
        ("mains hum", _ => Sounds.MainsHum(60)),
        ("a room with a fan", seed => Sounds.Mix(Sounds.BrownNoise(60, 0.1, seed), Sounds.PinkNoise(60, 0.004, seed))),

        ("white noise", seed => Sounds.WhiteNoise(60, 0.02 + 0.02 * (seed % 8), seed)),
        ("pink noise", seed => Sounds.PinkNoise(60, 0.04 + 0.04 * (seed % 8), seed)),
        ("keyboard", seed => Sounds.Mix(Sounds.Keyboard(60, seed), Sounds.PinkNoise(60, 0.005, seed))),
        ("wind", seed => Sounds.Gusts(60, seed)),

        ("plucked chords", seed => Sounds.PluckedChords(60, seed)),
        ("held chords", _ => Sounds.HeldChords(60)),
        ("melody", seed => Sounds.Melody(60, seed)),
        ("drums", seed => Sounds.Drums(60, seed)),
        ("band", seed => Sounds.Mix(Sounds.Mix(Sounds.PluckedChords(60, seed), Sounds.Melody(60, seed + 1)), Sounds.Drums(60, seed + 2))),
        ("singing without words", seed => Sounds.Vocalise(60, seed)),
    ];

    /// <returns>The number of words that were written down.</returns>
    public static async Task<int> RunAsync(ISpeechEngine engine, int minutes, TextWriter output)
    {
        var counting = new CountingEngine(engine);
        var words = 0;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < s_sounds.Length; i++)
        {
            var (name, minute) = s_sounds[i];
            var share = i < 8 ? minutes / 12.0 : minutes / 18.0;
            words += await PlayAsync(counting, name, minute, (int)Math.Round(share * 60), output);
        }

        output.WriteLine($"{words} words in {minutes} minutes, which took {watch.Elapsed.TotalMinutes:0.0}");
        return words;
    }

    private static async Task<int> PlayAsync(CountingEngine engine, string name, Func<int, short[]> minute, int seconds, TextWriter output)
    {
        var log = new LineLog();
        var captions = new MeetingCaptions(engine, _ => "en", TimeProvider.System, log.Take);
        var (begun, judged) = (engine.Begun, engine.Judged);
        using (var microphone = new OpusMicrophone(captions, name, new Instant(TimeSpan.FromHours(1).Ticks)))
        {
            short[] played = [];
            for (var sent = 0; sent < seconds; sent++)
            {
                var second = sent % 60;
                if (second == 0) played = minute(100 + sent / 60);
                microphone.Send(played.AsSpan(second * 16_000, 16_000));
                await engine.CaughtUpAsync();
            }
        }

        captions.Dispose();
        await captions.Completion;
        var shown = log.All.Where(entry => entry.Caption.Text.Length > 0).ToList();
        var words = log.Finals.Sum(entry => entry.Caption.Text.Split(' ').Length);
        output.WriteLine($"{name,-22} {seconds / 60.0,5:0.0} min  {engine.Begun - begun,4} utterances, {engine.Judged - judged,4} heard to the end, {shown.Count(entry => !entry.Caption.IsFinal),4} interim, {words,3} words"
            + string.Concat(log.Finals.Select(entry => $"\n    {entry.Caption.Confidence:0.00} {entry.Caption.Text}")));
        return words;
    }

    /// <summary>Counts utterances, and lets the sender wait until those that are over have their result.</summary>
    private sealed class CountingEngine(ISpeechEngine engine) : ISpeechEngine
    {
        private readonly SemaphoreSlim _changed = new(0);
        private int _begun;
        private int _judged;
        private int _pending;

        public int Begun => _begun;

        public int Judged => _judged;

        public string Name => engine.Name;

        public IReadOnlyList<string> Languages => engine.Languages;

        public IUtterance Begin(string language, Action<UtteranceResult> onResult)
        {
            Interlocked.Increment(ref _begun);
            var utterance = engine.Begin(language, result =>
            {
                onResult(result);
                if (!result.Ends) return;
                Interlocked.Decrement(ref _pending);
                _changed.Release();
            });
            return new CountedUtterance(this, utterance);
        }

        public async Task CaughtUpAsync()
        {
            while (Volatile.Read(ref _pending) > 0) await _changed.WaitAsync();
        }

        public ValueTask DisposeAsync() => engine.DisposeAsync();

        private sealed class CountedUtterance(CountingEngine owner, IUtterance inner) : IUtterance
        {
            public void Append(ReadOnlySpan<short> samples) => inner.Append(samples);

            public void End()
            {
                Interlocked.Increment(ref owner._judged);
                Interlocked.Increment(ref owner._pending);
                inner.End();
            }

            public void Abandon()
            {
                Interlocked.Increment(ref owner._pending);
                inner.Abandon();
            }
        }
    }
}
