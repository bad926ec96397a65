using System.Threading.Channels;
using Tertulia.Speech.Voice;

namespace Tertulia.Speech.Engines.PocketSphinx;

/// <summary>Audio of one utterance on its way to whichever decoder takes it.</summary>
internal sealed class SphinxUtterance(Action<UtteranceResult> onResult) : IUtterance
{
    private const int SamplesBetweenInterims = SpeechAudio.SampleRate * 3 / 10;

    // Longer than any utterance that is cut from a microphone, so nothing is lost while it waits for a decoder.
    private readonly Channel<short[]> _audio = Channel.CreateBounded<short[]>(
        new BoundedChannelOptions(2_000) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private volatile bool _abandoned;
    private int _ended;

    public void Append(ReadOnlySpan<short> samples) => _audio.Writer.TryWrite(samples.ToArray());

    public void End() => _audio.Writer.TryComplete();

    public void Abandon()
    {
        _abandoned = true;
        _audio.Writer.TryComplete();
    }

    public void Refuse(string problem) => Finish(UtteranceResult.Failed(problem));

    /// <summary>
    /// Recognises as audio comes; returns when the utterance is over. False if it was no speech: the decoder has adapted to the sound of
    /// something else then (cepstral mean normalisation) and would understand the next speaker badly.
    /// </summary>
    public bool Run(PocketSphinxDecoder decoder)
    {
        decoder.Start();
        var shown = string.Empty;
        var sinceInterim = 0;
        while (!_abandoned && WaitForAudio())
        {
            while (!_abandoned && _audio.Reader.TryRead(out var samples))
            {
                decoder.Process(samples);
                sinceInterim += samples.Length;
            }

            if (sinceInterim < SamplesBetweenInterims) continue;
            sinceInterim = 0;
            var text = decoder.Hypothesis();
            if (text.Length == 0 || text == shown) continue;
            shown = text;
            if (!_abandoned) onResult(new(UtteranceOutcome.Interim, EnglishText.Present(text), 0.5, "en", []));
        }

        var words = decoder.Finish();
        Finish(_abandoned ? UtteranceResult.Nothing : PlausibleSpeech.Judge(words));
        return !_abandoned;
    }

    private bool WaitForAudio() => _audio.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    private void Finish(UtteranceResult result)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0) onResult(result);
    }
}
