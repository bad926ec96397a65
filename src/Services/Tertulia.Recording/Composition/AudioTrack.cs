using Tertulia.Opus;
using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Recording.Composition;

/// <summary>Decodes one stream of sound and puts it where it belongs on the mixer's clock.</summary>
internal sealed class AudioTrack(AudioMixer mixer, StreamClock clock, Instant start) : IDisposable
{
    // A stream plays on without a seam unless its clock says that it is off by more.
    private const int Tolerance = Sound.SampleRate * 12 / 1000;
    private const int LongestConcealment = Sound.SampleRate * 100 / 1000;
    private const int ConcealmentUnit = Sound.SampleRate * 10 / 1000;

    private readonly OpusDecoder _decoder = new(Sound.SampleRate, Sound.Channels);
    private readonly short[] _pcm = new short[OpusDecoder.LongestPacket(Sound.SampleRate) * Sound.Channels];
    private long _next = long.MinValue;

    public StreamClock Clock => clock;

    public void Play(in MediaFrame frame)
    {
        clock.OnArrival(frame.At, frame.Timestamp);
        var at = (clock.At(frame.Timestamp) - start).Ticks * Sound.SampleRate / TimeSpan.TicksPerSecond;
        if (_next != long.MinValue && frame.FollowsLoss) Conceal(at);
        if (_next != long.MinValue && Math.Abs(at - _next) <= Tolerance) at = _next;
        var frames = _decoder.Decode(frame.Data, _pcm);
        mixer.Add(at, _pcm.AsSpan(0, frames * Sound.Channels));
        _next = at + frames;
    }

    public void Dispose() => _decoder.Dispose();

    private void Conceal(long until)
    {
        for (var missing = until - _next; missing is >= ConcealmentUnit and <= LongestConcealment; missing = until - _next)
        {
            var frames = _decoder.Conceal(_pcm.AsSpan(0, ConcealmentUnit * Sound.Channels));
            if (frames == 0) return;
            mixer.Add(_next, _pcm.AsSpan(0, frames * Sound.Channels));
            _next += frames;
        }
    }
}
