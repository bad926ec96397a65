using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;

namespace Tertulia.Sfu.Forwarding;

/// <summary>
/// Translates a participant's NTP clock into ours by its sender reports. Audio and video of a participant share one clock, so
/// whatever delay is mistaken for clock offset is the same for both and lips stay with voices.
/// </summary>
internal sealed class MediaClock
{
    // The report that was delayed least tells best. Rising slowly follows clocks that drift and paths that change.
    private static readonly TimeSpan Rise = TimeSpan.FromMilliseconds(1);

    private NtpTime _origin;
    private Instant _originAt = Instant.Never;

    public void Update(Instant now, NtpTime reported)
    {
        if (_originAt == Instant.Never)
        {
            (_origin, _originAt) = (reported, now);
            return;
        }

        var estimate = now - (reported - _origin);
        if (estimate < _originAt) _originAt = estimate;
        else if (estimate - _originAt > TimeSpan.FromSeconds(2)) (_origin, _originAt) = (reported, now); // the clock was set
        else _originAt = Instant.Min(_originAt + Rise, estimate);
    }

    public Instant ToLocal(NtpTime reported) => _originAt + (reported - _origin);
}
