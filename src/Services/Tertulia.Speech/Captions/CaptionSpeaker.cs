using Tertulia.Rtc.Net;
using Tertulia.Speech.Audio;
using Tertulia.Speech.Engines;
using Tertulia.Speech.Voice;
using Tertulia.Taps;

namespace Tertulia.Speech.Captions;

/// <summary>One participant's microphone: its audio becomes utterances, and these become captions in its name.</summary>
internal sealed class CaptionSpeaker : IUtteranceSink, IDisposable
{
    // Longer than any hiccup on the way from the network to here: a flush in the middle of a word costs two.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly MicrophoneAudio _audio;
    private readonly Func<string, Func<UtteranceResult, Task>, IUtterance> _recognise;
    private readonly Func<Instant, DateTimeOffset> _wallClock;
    private readonly Func<Caption, Task> _publish;
    private readonly string _peerId;
    private IUtterance? _utterance;
    private CaptionLine? _line;
    private Instant _lastPacket;
    private bool _isFlushed = true;

    public CaptionSpeaker(string peerId, string language, Func<string, Func<UtteranceResult, Task>, IUtterance> recognise, Func<Instant, DateTimeOffset> wallClock, Func<Caption, Task> publish)
    {
        _peerId = peerId;
        Language = language;
        _recognise = recognise;
        _wallClock = wallClock;
        _publish = publish;
        _audio = new(new UtteranceSegmenter(this));
    }

    /// <summary>What this participant speaks; of the next utterance.</summary>
    public string Language { get; set; }

    public void OnPacket(in TappedPacket packet)
    {
        _lastPacket = packet.At;
        _isFlushed = false;
        _audio.Add(packet);
    }

    /// <summary>To be called now and then: a microphone that sends nothing any more leaves no utterance open.</summary>
    public void OnTime(Instant now)
    {
        if (_isFlushed || now - _lastPacket < Quiet) return;
        Flush();
    }

    public void Flush()
    {
        _isFlushed = true;
        _audio.Flush();
    }

    public void Dispose()
    {
        Flush();
        _audio.Dispose();
    }

    void IUtteranceSink.Begin(long firstSample)
    {
        _line = new CaptionLine(_peerId, Language, _wallClock(_audio.TimeOf(firstSample)), _publish);
        _utterance = _recognise(Language, _line.OnResult);
    }

    void IUtteranceSink.Append(ReadOnlySpan<short> samples)
    {
        _line!.Grow(SpeechAudio.Duration(samples.Length));
        _utterance!.Append(samples);
    }

    void IUtteranceSink.End(bool isSpeech)
    {
        if (isSpeech) _utterance!.End();
        else _utterance!.Abandon();
    }
}
