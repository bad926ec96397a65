using Tertulia.Rtc;
using Tertulia.Rtc.Net;

namespace Tertulia.LoadTest.Clients;

/// <summary>
/// All that one client sends, and when: the encodings of a camera share one capture clock and leave through one pacer, which spreads a
/// frame's packets as Chromium's does, in steps of 5 ms at two and a half times the rate of the encoders.
/// </summary>
internal sealed class MediaPublisher(MediaProfile profile, uint seed)
{
    private const double PacingFactor = 2.5;
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(5);

    private readonly List<VideoSource> _video = [];
    private readonly int _bytesPerStep = (int)(profile.Encodings.Sum(encoding => encoding.BitsPerSecond) / 8.0 * PacingFactor * s_step.TotalSeconds);
    private AudioSource? _audio;
    private Instant _nextStep = Instant.Never;
    private Instant _firstFrameAt;
    private int _budget;

    public IReadOnlyList<VideoSource> Video => _video;

    public void Add(VideoSource source) => _video.Add(source);

    public void Add(AudioSource source) => _audio = source;

    public Instant NextAt
    {
        get
        {
            var next = _nextStep;
            if (_audio is not null) next = Instant.Min(next, _audio.NextAt);
            foreach (var source in _video) next = Instant.Min(next, source.NextFrameAt);
            return next;
        }
    }

    public void OnKeyFrameRequested(SendStream stream)
    {
        foreach (var source in _video)
        {
            if (source.Stream == stream) source.KeyFrameRequested = true;
        }
    }

    public void Tick(Instant now, DatagramBatch outbox)
    {
        _audio?.Tick(now, outbox);
        if (_video.Count == 0) return;
        if (_firstFrameAt == Instant.Zero) _firstFrameAt = now + TimeSpan.FromSeconds(seed % 89 / 89.0 / profile.FramesPerSecond);
        foreach (var source in _video) source.Encode(now, _firstFrameAt);
        Pace(now, outbox);
    }

    private void Pace(Instant now, DatagramBatch outbox)
    {
        if (_nextStep == Instant.Never || now >= _nextStep) _budget = Math.Min(_budget, 0) + _bytesPerStep;
        _nextStep = Instant.Never;
        foreach (var source in _video)
        {
            while (source.HasPackets && (profile.Burst > 0 || _budget > 0)) _budget -= source.SendNext(now, outbox);
            if (source.HasPackets) _nextStep = now + s_step;
        }
    }
}
