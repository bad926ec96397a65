using Tertulia.Rtc;
using Tertulia.Rtc.Net;

namespace Tertulia.Sfu.Quality;

/// <summary>Watches one participant's line, and says what of it is worth telling.</summary>
internal sealed class LineMonitor
{
    // Worse counts once it has lasted two looks, better after five: a sign that flickers tells nothing.
    private const int WorseLooks = 2;
    private const int BetterLooks = 5;
    private const double NewShare = 0.4;
    private const int LeastPackets = 20;

    // Whoever is there sends checks, reports or media far more often.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    // Estimates begin low; until they had time to rise they say nothing about the line.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);

    private Instant _connectedAt = Instant.Never;
    private long _expected;
    private long _received;
    private double _uplinkLoss;
    private LineQuality _candidate;
    private int _looks;

    public LineQuality Quality { get; private set; }

    public LineMeasure Measure { get; private set; }

    /// <summary>Once a second.</summary>
    /// <returns>True when <see cref="Quality"/> has changed.</returns>
    public bool Look(Instant now, Participant participant)
    {
        if (!TryMeasure(now, participant, out var seen)) return false;
        var worse = seen > Quality;
        if (seen != _candidate) (_candidate, _looks) = (seen, 0);
        if (seen == Quality) return false;
        var needed = seen == LineQuality.Lost || Quality == LineQuality.Lost ? 1 : worse ? WorseLooks : BetterLooks;
        if (++_looks < needed) return false;
        Quality = seen;
        return true;
    }

    private bool TryMeasure(Instant now, Participant participant, out LineQuality seen)
    {
        seen = LineQuality.Excellent;
        var (isConnected, heardAt) = (false, Instant.Zero);
        Measure = default;
        foreach (var connection in participant.Connections.Values)
        {
            isConnected |= connection.Connection.State == PeerConnectionState.Connected;
            heardAt = Instant.Max(heardAt, connection.HeardAt);
            if (connection.Key.Kind == ConnectionKind.Uplink) MeasureUplink(connection);
            else if (connection.Connection.State == PeerConnectionState.Connected) Measure = Measure.With(connection);
        }

        Measure = Measure with { UplinkLoss = _uplinkLoss };
        if (isConnected && _connectedAt == Instant.Never) _connectedAt = now;
        if (_connectedAt == Instant.Never || participant.Connections.Count == 0) return false;
        if (!isConnected || now - heardAt > Silence) seen = LineQuality.Lost;
        else if (now - _connectedAt < WarmUp && Quality != LineQuality.Lost) return false;
        else seen = Measure.Quality;
        return true;
    }

    private void MeasureUplink(RoomConnection uplink)
    {
        uplink.Connection.CountReceived(out var expected, out var received);
        var (newlyExpected, newlyReceived) = (expected - _expected, received - _received);
        (_expected, _received) = (expected, received);

        // Streams come and go, and with them their counts.
        if (newlyExpected < LeastPackets) return;
        var lost = Math.Clamp(1 - newlyReceived / (double)newlyExpected, 0, 1);
        _uplinkLoss += (lost - _uplinkLoss) * NewShare;
    }
}
