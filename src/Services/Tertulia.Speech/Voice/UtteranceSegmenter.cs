using System.Numerics;
using System.Runtime.InteropServices;

namespace Tertulia.Speech.Voice;

/// <summary>Who takes the utterances of one microphone, in their order.</summary>
internal interface IUtteranceSink
{
    /// <summary>Somebody began to speak at <paramref name="firstSample"/>, counted from the start of the microphone's audio.</summary>
    void Begin(long firstSample);

    void Append(ReadOnlySpan<short> samples);

    /// <summary>The utterance is over; by all that was heard of it, it was no speech if <paramref name="isSpeech"/> is false.</summary>
    void End(bool isSpeech);
}

/// <summary>
/// Cuts a microphone's audio into utterances. One begins with a few voiced frames close together, a little before them, so that the first
/// consonant is in it; and ends with a pause, or in a weak moment when it has become too long for one caption. It is held back until it
/// has shown that it is no music: engines learn the sound of what they hear.
/// </summary>
internal sealed class UtteranceSegmenter(IUtteranceSink sink)
{
    private const int OnsetWindow = 12; // frames
    private const int OnsetVoiced = 5;

    private static readonly TimeSpan Proof = TimeSpan.FromMilliseconds(700); // with the lead
    private static readonly TimeSpan Lead = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(160);
    private static readonly TimeSpan LongUtterance = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestUtterance = TimeSpan.FromSeconds(15);

    private readonly VoiceActivityDetector _voice = new();
    private readonly SpeechLikeness _likeness = new();
    private readonly List<short> _unproven = [];
    private readonly short[] _lead = new short[SpeechAudio.Samples(Lead) + OnsetWindow * SpeechAudio.FrameSamples];
    private int _leadCount;
    private uint _voicedBits;
    private long _position;
    private long _beganAt;
    private long _lastVoiceAt;
    private bool _isOpen;
    private bool _isProven;

    /// <summary>Takes the next 20 ms.</summary>
    public void Process(ReadOnlySpan<short> frame)
    {
        var kind = _voice.Process(frame);
        _voicedBits = ((_voicedBits << 1) | (kind.IsVoiced ? 1u : 0)) & ((1u << OnsetWindow) - 1);
        if (kind.IsVoiced) _lastVoiceAt = _position;
        _likeness.Add(kind);
        _position += frame.Length;
        if (_isOpen)
        {
            Append(frame);
            if (IsOver()) End();
            return;
        }

        Remember(frame);
        if (BitOperations.PopCount(_voicedBits) >= OnsetVoiced) Begin();
        else if (_voicedBits == 0) _likeness.Reset();
    }

    /// <summary>Nothing came for a while (muted, gone): what was begun is over.</summary>
    public void Interrupt()
    {
        if (_isOpen) End();
        _voicedBits = 0;
        _leadCount = 0;
    }

    /// <summary>Audio is missing here and is not made up: positions go on as if it had been there.</summary>
    public void Skip(long samples)
    {
        Interrupt();
        _position += samples;
    }

    private bool IsOver()
    {
        var silence = SpeechAudio.Duration(_position - _lastVoiceAt);
        var length = SpeechAudio.Duration(_position - _beganAt);
        return silence >= Pause || (length >= LongUtterance && silence >= ShortPause) || length >= LongestUtterance;
    }

    private void Begin()
    {
        _isOpen = true;
        _isProven = false;
        _beganAt = _position - _leadCount;
        Append(_lead.AsSpan(0, _leadCount));
        _leadCount = 0;
    }

    private void Append(ReadOnlySpan<short> samples)
    {
        if (_isProven)
        {
            sink.Append(samples);
            return;
        }

        _unproven.AddRange(samples);
        if (SpeechAudio.Duration(_unproven.Count) >= Proof && _likeness.IsSpeech) Prove();
    }

    private void Prove()
    {
        _isProven = true;
        sink.Begin(_beganAt);
        sink.Append(CollectionsMarshal.AsSpan(_unproven));
        _unproven.Clear();
    }

    private void End()
    {
        if (!_isProven && _likeness.IsSpeech) Prove();
        if (_isProven) sink.End(_likeness.IsSpeech);
        _isOpen = false;
        _unproven.Clear();
        _likeness.Reset();
        _voicedBits = 0;
    }

    private void Remember(ReadOnlySpan<short> frame)
    {
        var overflow = _leadCount + frame.Length - _lead.Length;
        if (overflow > 0)
        {
            _lead.AsSpan(overflow, _leadCount - overflow).CopyTo(_lead);
            _leadCount -= overflow;
        }

        frame.CopyTo(_lead.AsSpan(_leadCount));
        _leadCount += frame.Length;
    }
}
