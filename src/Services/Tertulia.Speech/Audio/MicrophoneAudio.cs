using Tertulia.Opus;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Speech.Voice;
using Tertulia.Taps;

namespace Tertulia.Speech.Audio;

/// <summary>
/// One microphone's packets, put in order, decoded, and cut into frames of 20 ms. Short losses are recovered or concealed; pauses of the
/// sender's (DTX) become silence; longer ones are told as such, so that nothing is invented over them.
/// </summary>
internal sealed class MicrophoneAudio(UtteranceSegmenter segmenter) : IDisposable
{
    private const int MaxHeld = 8; // 160 ms of the usual packets: what comes later than that is lost

    private static readonly TimeSpan LongestFill = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestConcealment = TimeSpan.FromMilliseconds(100);

    private readonly OpusDecoder _decoder = new(SpeechAudio.SampleRate, channels: 1);
    private readonly SortedList<long, HeldPacket> _held = [];
    private readonly MediaTimeline _timeline = new();
    private readonly short[] _pcm = new short[OpusDecoder.LongestPacket(SpeechAudio.SampleRate)];
    private readonly short[] _frame = new short[SpeechAudio.FrameSamples];
    private int _frameCount;
    private long _next = -1;
    private uint _expectedTimestamp;

    /// <summary>When the sample at that position (counted by the segmenter) was spoken, as far as arrivals tell.</summary>
    public Instant TimeOf(long sample) => _timeline.TimeOf(sample);

    public void Add(in TappedPacket packet)
    {
        var number = packet.SequenceNumber.Value;
        if (_next >= 0 && number < _next) return; // came too late
        _held[number] = new(packet.At, packet.Timestamp, packet.Payload.ToArray());
        while (_held.Count > 0 && (_next < 0 || _held.Keys[0] == _next || _held.Count > MaxHeld)) TakeFirst();
    }

    /// <summary>Nothing more will come soon: what waits for an earlier packet waits no longer.</summary>
    public void Flush()
    {
        while (_held.Count > 0) TakeFirst();
        segmenter.Interrupt();
    }

    public void Dispose() => _decoder.Dispose();

    private void TakeFirst()
    {
        var number = _held.Keys[0];
        var packet = _held.Values[0];
        _held.RemoveAt(0);
        var samples = OpusDecoder.SamplesOf(packet.Payload, SpeechAudio.SampleRate);
        if (samples == 0) return;
        if (_next >= 0) Bridge((int)(packet.Timestamp - _expectedTimestamp) / MediaTimeline.ClockPerSample, isLoss: number != _next, packet.Payload);
        else _timeline.Start(packet.Timestamp);
        _next = number + 1;
        _expectedTimestamp = packet.Timestamp + (uint)(samples * MediaTimeline.ClockPerSample);
        _timeline.OnArrival(packet.At, packet.Timestamp);
        Emit(_pcm.AsSpan(0, _decoder.Decode(packet.Payload, _pcm)));
    }

    /// <summary>The audio between the last packet and this one.</summary>
    private void Bridge(int missing, bool isLoss, ReadOnlySpan<byte> next)
    {
        if (missing <= 0) return;
        if (isLoss && SpeechAudio.Duration(missing) <= LongestConcealment)
        {
            var pcm = _pcm.AsSpan(0, Math.Min(missing, _pcm.Length));
            Emit(pcm[..(missing <= SpeechAudio.FrameSamples ? _decoder.Recover(next, pcm) : _decoder.Conceal(pcm))]);
        }
        else if (SpeechAudio.Duration(missing) <= LongestFill)
        {
            _pcm.AsSpan().Clear();
            for (; missing > 0; missing -= _pcm.Length) Emit(_pcm.AsSpan(0, Math.Min(missing, _pcm.Length)));
        }
        else
        {
            segmenter.Skip(missing);
        }
    }

    private void Emit(ReadOnlySpan<short> samples)
    {
        while (!samples.IsEmpty)
        {
            var taken = Math.Min(samples.Length, _frame.Length - _frameCount);
            samples[..taken].CopyTo(_frame.AsSpan(_frameCount));
            samples = samples[taken..];
            _frameCount += taken;
            if (_frameCount < _frame.Length) return;
            _frameCount = 0;
            segmenter.Process(_frame);
        }
    }

    private readonly record struct HeldPacket(Instant At, uint Timestamp, byte[] Payload);
}
