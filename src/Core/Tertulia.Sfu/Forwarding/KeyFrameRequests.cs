using Tertulia.Rtc.Net;

namespace Tertulia.Sfu.Forwarding;

/// <summary>
/// How often one receiver may have a key frame made. A line that can hardly carry the picture would ask for them without end: they are
/// what it can carry least, and everybody else who watches gets them too. So each request that follows soon waits longer.
/// </summary>
internal sealed class KeyFrameRequests
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPauseForOthers = TimeSpan.FromSeconds(8);

    private Instant _lastAt = Instant.Never;
    private TimeSpan _pause = ShortestPause;

    /// <summary>False while the receiver has to wait; it will ask again.</summary>
    public bool TryTake(Instant now, bool disturbsOthers)
    {
        var longest = disturbsOthers ? LongestPauseForOthers : LongestPause;
        var since = _lastAt == Instant.Never ? TimeSpan.MaxValue : now - _lastAt;
        if (since < _pause && since < longest) return false;

        // A while without requests, and all is forgiven.
        _pause = since > _pause * 4 ? ShortestPause : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, longest.Ticks));
        _lastAt = now;
        return true;
    }
}
