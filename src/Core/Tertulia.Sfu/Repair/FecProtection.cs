using Tertulia.Rtc;
using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Fec;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Sfu.Repair;

/// <summary>Protects one receiver's video stream with repair packets while its line is such that retransmissions come too late.</summary>
internal sealed class FecProtection
{
    // Loss that is there is acted upon at once, loss that went away is remembered: it comes back.
    private const double Attack = 0.3;
    private const double Decay = 0.12;

    // Reports come about once a second; a shorter time would say little about the rate.
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(500);

    private readonly SendStream _stream;
    private readonly SendSideBandwidthEstimator _bandwidth;
    private readonly FecStream _fec;
    private FecPlan _plan;
    private double _loss;
    private long _reports;
    private Instant _decidedAt = Instant.Never;
    private uint _packetsAtDecision;
    private Instant _rowBegan;

    private FecProtection(SendStream stream, FecStream fec, SendSideBandwidthEstimator bandwidth) => (_stream, _fec, _bandwidth) = (stream, fec, bandwidth);

    /// <summary>Null when the receiver takes no repair packets.</summary>
    public static FecProtection? Of(NegotiatedMedia media, SendStream stream, SendSideBandwidthEstimator bandwidth, EntropySource entropy)
    {
        if (media.FlexFecPayloadType is not { } payloadType || media.LocalTrack?.FecSsrc is not { } ssrc) return null;
        var encoder = new FlexFecEncoder(stream.Ssrc, MutableExtensions.Of(media));
        stream.Fec = new FecStream(ssrc, payloadType, (ushort)(entropy.NextUInt32() & 0x7fff), encoder);
        return new FecProtection(stream, stream.Fec, bandwidth);
    }

    /// <summary>Repair packets for each media packet now, 0 to 0.5; they are as large as the largest that they protect.</summary>
    public double Overhead => _fec.Encoder.Overhead;

    /// <summary>A media packet was sent: sends the repair packets that follow it.</summary>
    /// <param name="endsFrame">Its marker.</param>
    public void AfterSend(Instant now, uint timestamp, bool endsFrame, MediaSender sender, DatagramBatch outbox)
    {
        if (_stream.ReportsReceived != _reports) Decide(now);
        if (_plan.IsNone) return;
        var encoder = _fec.Encoder;
        if (encoder.Pending == 1) _rowBegan = now;

        // The rest of the row may be a while in coming when the picture stands still.
        if (endsFrame && encoder.Pending > 1 && now - _rowBegan >= FecPolicy.LongestRow) encoder.EndRow();
        sender.SendRepairs(now, _stream, timestamp, outbox);
    }

    private void Decide(Instant now)
    {
        _reports = _stream.ReportsReceived;

        // More packets do not help against losses that came of too many.
        var reported = _stream.FractionLost;
        if (reported <= _loss || !_bandwidth.IsCongested(now)) _loss += (reported - _loss) * (reported > _loss ? Attack : Decay);
        if (_decidedAt == Instant.Never)
        {
            (_decidedAt, _packetsAtDecision) = (now, _stream.PacketsSent);
            return;
        }

        var elapsed = now - _decidedAt;
        if (elapsed < ShortestInterval) return;
        var packetsPerSecond = (_stream.PacketsSent - _packetsAtDecision) / elapsed.TotalSeconds;
        (_decidedAt, _packetsAtDecision) = (now, _stream.PacketsSent);
        var plan = FecPolicy.Choose(_loss, _bandwidth.LeastRoundTripTime, packetsPerSecond, _plan);
        if (plan == _plan) return;
        _plan = plan;
        if (plan.IsNone) _fec.Encoder.Stop();
        else _fec.Encoder.Start(plan.RowLength, plan.WithDiagonals);
    }
}
