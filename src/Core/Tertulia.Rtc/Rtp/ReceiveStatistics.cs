using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;

namespace Tertulia.Rtc.Rtp;

/// <summary>
/// What a receiver report says about one incoming stream (RFC 3550 sections 6.4.1, A.3, A.8). Packets recovered by RTX do not count:
/// they belong to the RTX stream's own statistics (RFC 4588 section 5.3).
/// </summary>
public sealed class ReceiveStatistics
{
    private readonly Ssrc _ssrc;
    private readonly int _clockRate;
    private readonly SequenceUnwrapper _unwrapper = new();
    private long _first = -1;
    private long _expectedAtReport;
    private long _receivedAtReport;
    private uint _jitterTimes16;
    private uint _lastTransit;
    private NtpTime _senderReport;
    private Instant _senderReportArrival;

    public ReceiveStatistics(Ssrc ssrc, int clockRate)
    {
        _ssrc = ssrc;
        _clockRate = clockRate;
    }

    public Ssrc Ssrc => _ssrc;

    /// <summary>Packets received, duplicates and late ones included.</summary>
    public long Packets { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Packets that should have come, from the first to the highest sequence number.</summary>
    public long Expected => Packets == 0 ? 0 : _unwrapper.Highest.Value - _first + 1;

    /// <summary>Negative if duplicates outweigh losses.</summary>
    public long Lost => Expected - Packets;

    /// <summary>In units of the RTP clock.</summary>
    public uint Jitter => _jitterTimes16 >> 4;

    public Instant LastArrival { get; private set; }

    /// <summary>Counts a packet and unwraps its sequence number.</summary>
    public ExtendedSequenceNumber OnPacket(Instant now, in RtpPacket packet) =>
        OnPacket(now, packet.SequenceNumber, packet.Timestamp, packet.Bytes.Length);

    public ExtendedSequenceNumber OnPacket(Instant now, ushort sequenceNumber, uint timestamp, int bytes)
    {
        var number = _unwrapper.Unwrap(sequenceNumber);
        if (Packets == 0) _first = number.Value;
        // A packet from before the first one would make more packets received than expected for ever.
        _first = Math.Min(_first, number.Value);

        UpdateJitter(now, timestamp);
        Packets++;
        Bytes += bytes;
        LastArrival = now;
        return number;
    }

    /// <summary>Remembers the peer's sender report for LSR and DLSR.</summary>
    public void OnSenderReport(Instant now, NtpTime time)
    {
        _senderReport = time;
        _senderReportArrival = now;
    }

    /// <summary>The report block of this moment; the fraction lost covers the time since the last one.</summary>
    public ReportBlock CreateReportBlock(Instant now)
    {
        var expected = Expected - _expectedAtReport;
        var lost = expected - (Packets - _receivedAtReport);
        _expectedAtReport = Expected;
        _receivedAtReport = Packets;

        var fraction = expected <= 0 || lost <= 0 ? 0 : Math.Min(lost * 256 / expected, 255);
        // The unwrapper starts one cycle above zero, the report counts cycles from 0.
        var highest = Packets == 0 ? 0 : (uint)(_unwrapper.Highest.Value - 0x10000);
        return new(
            _ssrc, (byte)fraction, (int)Math.Clamp(Lost, -0x80_0000, 0x7f_ffff), highest, Jitter,
            _senderReport.Compact, _senderReport.Compact == 0 ? 0 : NtpTime.ToCompact(now - _senderReportArrival));
    }

    private void UpdateJitter(Instant now, uint timestamp)
    {
        // Modulo 2^32 like the timestamps; 128 bits because ticks times clock rate outgrow 64 after four months.
        var arrival = (uint)((Int128)now.Ticks * _clockRate / TimeSpan.TicksPerSecond);
        var transit = arrival - timestamp;
        if (Packets > 0)
        {
            var difference = (uint)Math.Abs((long)(int)(transit - _lastTransit));
            // A clock that jumps (a source that pauses its timestamps, a new source) is no jitter.
            if (difference < (uint)_clockRate * 5) _jitterTimes16 += difference - ((_jitterTimes16 + 8) >> 4);
        }

        _lastTransit = transit;
    }
}
