using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Recording.Composition;

/// <summary>Decodes one stream of sound and puts it where it belongs on the mixer's clock.</summary>
internal sealed class AudioTrack(AudioMixer mixer, StreamClock clock, Instant start) : IDisposable
{
    // A stream plays on without a seam unless its clock says that it is off by more.
    private const int Tolerance = OpusDecoder.SampleRate * 12 / 1000;
    private const int LongestConcealment = OpusDecoder.SampleRate * 100 / 1000;
    private const int ConcealmentUnit = OpusDecoder.SampleRate * 10 / 1000;

    private readonly OpusDecoder _decoder = new();
    private readonly short[] _pcm = new short[OpusDecoder.MaxFrames * OpusDecoder.Channels];
    private long _next = long.MinValue;

    public StreamClock Clock => clock;

    public void Play(in MediaFrame frame)
    {
        clock.OnArrival(frame.At, frame.Timestamp);
        var at = (clock.At(frame.Timestamp) - start).Ticks * OpusDecoder.SampleRate / TimeSpan.TicksPerSecond;
        if (_next != long.MinValue && frame.FollowsLoss) Conceal(at);
        if (_next != long.MinValue && Math.Abs(at - _next) <= Tolerance) at = _next;
        var frames = _decoder.Decode(frame.Data, _pcm);
        mixer.Add(at, _pcm.AsSpan(0, frames * OpusDecoder.Channels));
        _next = at + frames;
    }

    public void Dispose() => _decoder.Dispose();

    private void Conceal(long until)
    {
        for (var missing = until - _next; missing is >= ConcealmentUnit and <= LongestConcealment; missing = until - _next)
        {
            var frames = _decoder.Conceal(ConcealmentUnit, _pcm);
            if (frames == 0) return;
            mixer.Add(_next, _pcm.AsSpan(0, frames * OpusDecoder.Channels));
            _next += frames;
        }
    }
}
