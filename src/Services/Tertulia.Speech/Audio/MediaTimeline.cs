using Tertulia.Rtc.Net;
using Tertulia.Speech.Voice;

namespace Tertulia.Speech.Audio;

/// <summary>
/// When samples were spoken: RTP timestamps give the distances, arrivals the place. The earliest arrival of the last while is the one
/// that was delayed least; a slow drift of the sender's clock is followed.
/// </summary>
internal sealed class MediaTimeline
{
    /// <summary>Opus' RTP clock (RFC 7587) against ours.</summary>
    public const int ClockPerSample = 48_000 / SpeechAudio.SampleRate;

    private static readonly TimeSpan DriftPerSecond = TimeSpan.FromMilliseconds(1);

    private uint _firstTimestamp;
    private long _lastPosition;
    private Instant _origin = Instant.Never;

    public void Start(uint timestamp) => _firstTimestamp = timestamp;

    public void OnArrival(Instant at, uint timestamp)
    {
        var position = Position(timestamp);
        var origin = at - SpeechAudio.Duration(position);
        if (_origin != Instant.Never) _origin += DriftPerSecond * (SpeechAudio.Duration(Math.Max(position - _lastPosition, 0)) / TimeSpan.FromSeconds(1));
        _origin = Instant.Min(_origin, origin);
        _lastPosition = position;
    }

    public Instant TimeOf(long sample) => _origin + SpeechAudio.Duration(sample);

    /// <summary>Unwrapped around the position last seen.</summary>
    private long Position(uint timestamp)
    {
        var last = (uint)(_lastPosition * ClockPerSample) + _firstTimestamp;
        return _lastPosition + (int)(timestamp - last) / ClockPerSample;
    }
}
