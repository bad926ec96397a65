using Tertulia.Recording.Composition;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Recording.Live;

/// <summary>
/// One participant's camera or screen: its frames wait here for their moment, then go to a decoder. When it has to be shown at another size a
/// second decoder begins at the next key frame, and takes over with its first picture. Frames come on the tap's thread, all else happens
/// on the broadcast's.
/// </summary>
internal sealed class LivePicture : IDisposable
{
    // So much is kept while nobody releases it; older is of no use.
    private const int MostWaiting = 300;

    // A camera that sends nothing for so long is not shown any more; a screen may simply not change.
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(4);

    private readonly Queue<Frame> _waiting = new();
    private LiveDecoder? _shown, _coming;
    private Instant _lastAt = Instant.Never;
    private volatile bool _wasBroken;

    public void Add(in MediaFrame frame, Instant at)
    {
        lock (_waiting)
        {
            if (_waiting.Count >= MostWaiting)
            {
                _waiting.Clear();
                _wasBroken = true;
            }

            _waiting.Enqueue(new(at, frame.Codec, frame.IsKeyFrame, (frame.VideoOrientation ?? 0) & 3, frame.Data.ToArray()));
        }
    }

    /// <summary>Something was lost for good: pictures can only go on from a key frame.</summary>
    public void Break() => _wasBroken = true;

    /// <summary>Decodes what was captured before <paramref name="until"/>, to be shown at that size.</summary>
    /// <returns>False if a key frame is needed for it.</returns>
    public bool Release(Instant until, int width, int height)
    {
        while (TryTake(until, out var frame))
        {
            _lastAt = frame.At;
            if (frame.IsKey)
            {
                _wasBroken = false;
                if (!Fits(_shown, frame, width, height) && !Fits(_coming, frame, width, height))
                {
                    _coming?.Dispose();
                    _coming = new LiveDecoder(frame.Codec, width, height, frame.QuarterTurns);
                }
            }

            if (_shown is { } shown && shown.Codec == frame.Codec) shown.Push(frame.Data);
            if (_coming is { } coming && coming.Codec == frame.Codec) coming.Push(frame.Data);
        }

        if (_coming is { HasPicture: true })
        {
            _shown?.Dispose();
            (_shown, _coming) = (_coming, null);
        }

        if (_coming is { HasFailed: true })
        {
            _coming.Dispose();
            _coming = null;
        }

        return !_wasBroken && (_coming is not null || _shown is { HasFailed: false } fine && fine.Width == width && fine.Height == height);
    }

    /// <summary>Null while nothing is sent.</summary>
    public Picture? Latest(Instant now, bool mayRest)
    {
        if (_shown is null || (!mayRest && now - _lastAt > s_longestPause)) return null;
        return _shown.Latest();
    }

    /// <summary>It is not to be seen now: nothing is decoded.</summary>
    public void Rest()
    {
        lock (_waiting) _waiting.Clear();
        Dispose();
    }

    public void Dispose()
    {
        _shown?.Dispose();
        _coming?.Dispose();
        (_shown, _coming) = (null, null);
    }

    private static bool Fits(LiveDecoder? decoder, in Frame frame, int width, int height) =>
        decoder is { HasFailed: false } && decoder.Codec == frame.Codec && decoder.QuarterTurns == frame.QuarterTurns && decoder.Width == width && decoder.Height == height;

    private bool TryTake(Instant until, out Frame frame)
    {
        lock (_waiting)
        {
            if (!_waiting.TryPeek(out frame) || frame.At > until) return false;
            _waiting.Dequeue();
            return true;
        }
    }

    private readonly record struct Frame(Instant At, CodecKind Codec, bool IsKey, int QuarterTurns, byte[] Data);
}
