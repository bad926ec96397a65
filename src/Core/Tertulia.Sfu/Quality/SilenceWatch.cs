using Tertulia.Rtc;
using Tertulia.Rtc.Net;

namespace Tertulia.Sfu.Quality;

/// <summary>
/// Notices that a line which carried media is dead all at once, long before its consents run out: a firewall has begun to swallow
/// datagrams, or a NAT has forgotten. Only direct UDP is watched: byte streams catch up, or their end is seen.
/// </summary>
internal sealed class SilenceWatch
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    // Datagrams a second. Who has no camera and no microphone on sends a few reports and checks, and may well be silent for that long.
    private const long LeastRate = 20;

    private long _heard;
    private long _rate;

    /// <summary>Once a second.</summary>
    /// <returns>True once for each silence.</returns>
    public bool Look(Instant now, Participant participant)
    {
        long heard = 0;
        var (heardAt, isDatagrams) = (Instant.Zero, false);
        foreach (var connection in participant.Connections.Values)
        {
            heard += connection.HeardDatagrams;
            heardAt = Instant.Max(heardAt, connection.HeardAt);
            isDatagrams |= connection.SelectedPath is { Remote.Carrier: 0 };
        }

        var came = heard - _heard;
        _heard = heard;
        if (came != 0)
        {
            // The second in which it broke off counts little against the one before.
            _rate = Math.Max(came, _rate / 4);
            return false;
        }

        if (_rate < LeastRate || !isDatagrams || now - heardAt < Silence) return false;
        _rate = 0;
        return true;
    }
}
