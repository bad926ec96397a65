using Tertulia.Speech.Voice;

namespace Tertulia.Speech.Engines.PocketSphinx;

/// <summary>
/// One utterance on its way through a decoder: audio is collected as it comes, and recognised in short turns, one after the other, by
/// whichever thread has time.
/// </summary>
internal sealed class SphinxUtterance(PocketSphinxEngine engine, Action<UtteranceResult> onResult) : IUtterance
{
    private const int SamplesBetweenInterims = SpeechAudio.SampleRate / 4;

    // Longer than any utterance that is cut from a microphone, so nothing is lost while it waits for a decoder.
    private const int MostSamples = 40 * SpeechAudio.SampleRate;

    // A turn: others wait no longer than it takes to recognise that much.
    private const int TurnSamples = SpeechAudio.SampleRate / 5;

    private readonly Lock _lock = new();
    private readonly List<short> _audio = [];
    private readonly short[] _turn = new short[TurnSamples];
    private PocketSphinxDecoder? _decoder;
    private int _taken; // of _audio
    private bool _isScheduled;
    private bool _isEnded;
    private volatile bool _isAbandoned;

    // Of the turns alone.
    private bool _isStarted;
    private int _sinceInterim;
    private string _shown = string.Empty;

    public void Append(ReadOnlySpan<short> samples)
    {
        lock (_lock)
        {
            if (_isEnded || _audio.Count + samples.Length > MostSamples) return;
            _audio.AddRange(samples);
            Schedule();
        }
    }

    public void End()
    {
        lock (_lock)
        {
            _isEnded = true;
            Schedule();
        }
    }

    public void Abandon()
    {
        _isAbandoned = true;
        End();
    }

    public void Refuse(string problem) => onResult(UtteranceResult.Failed(problem));

    public void Take(PocketSphinxDecoder decoder)
    {
        lock (_lock)
        {
            _decoder = decoder;
            if (_audio.Count > 0 || _isEnded) Schedule();
        }
    }

    /// <summary>
    /// Takes a turn. At the end of the utterance it returns the decoder, which is of no use if this was no speech: it has adapted to the
    /// sound of something else (cepstral mean normalisation) and would understand the next speaker badly.
    /// </summary>
    public (PocketSphinxDecoder Decoder, bool IsUsable)? Run()
    {
        var decoder = _decoder!;
        if (!_isStarted) decoder.Start();
        _isStarted = true;
        var isOver = Next(out var count);
        if (!_isAbandoned && count > 0) decoder.Process(_turn.AsSpan(0, count));
        if (isOver || _isAbandoned) return End(decoder);
        _sinceInterim += count;
        if (_sinceInterim >= SamplesBetweenInterims) ShowInterim(decoder);
        lock (_lock)
        {
            _isScheduled = false;
            if (_taken < _audio.Count || _isEnded) Schedule();
        }

        return null;
    }

    /// <summary>The next audio; true if that was all and nothing follows.</summary>
    private bool Next(out int count)
    {
        lock (_lock)
        {
            count = Math.Min(_audio.Count - _taken, TurnSamples);
            _audio.CopyTo(_taken, _turn, 0, count);
            _taken += count;
            return _isEnded && _taken == _audio.Count;
        }
    }

    private void ShowInterim(PocketSphinxDecoder decoder)
    {
        _sinceInterim = 0;
        var text = decoder.Hypothesis();
        if (text.Length == 0 || text == _shown) return;
        _shown = text;
        if (!_isAbandoned) onResult(new(UtteranceOutcome.Interim, EnglishText.Present(text), 0.5, "en", []));
    }

    private (PocketSphinxDecoder Decoder, bool IsUsable) End(PocketSphinxDecoder decoder)
    {
        lock (_lock) _isEnded = true;
        var words = decoder.Finish();
        onResult(_isAbandoned ? UtteranceResult.Nothing : PlausibleSpeech.Judge(words));
        return (decoder, !_isAbandoned);
    }

    private void Schedule()
    {
        if (_isScheduled || _decoder is null) return;
        _isScheduled = true;
        engine.Schedule(this, _isEnded);
    }
}
