using Tertulia.Rtc;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Sfu.Layers;

namespace Tertulia.Sfu.Forwarding;

/// <summary>
/// Maps the packets of whichever stream is being forwarded onto one continuous outgoing stream: sequence numbers go on where
/// the last stream ended and close up over what is left out, timestamps advance by the time that really passed. What is missing
/// in the input stays missing in the output, so that the receiver asks for it.
/// </summary>
internal sealed class RtpRewriter
{
    private const int Window = 512;

    // Beyond this, two layers' clocks are not what their sender reports say.
    private static readonly TimeSpan MaxClockCorrection = TimeSpan.FromSeconds(2);

    private readonly CompactingMap _numbers = new(Window);
    private PublishedLayer? _layer;
    private readonly long _firstOutput;
    private uint _lastTimestamp;
    private Instant _lastTimestampAt;
    private bool _started;

    /// <param name="firstSequenceNumber">
    /// Random below 2^15 (RFC 3550 section 5.1; the upper half is avoided so that a lost start cannot hide a rollover from SRTP).
    /// </param>
    /// <param name="firstTimestamp">Random start of the timestamps.</param>
    public RtpRewriter(ushort firstSequenceNumber, uint firstTimestamp)
    {
        _firstOutput = firstSequenceNumber;
        _lastTimestamp = firstTimestamp;
    }

    /// <summary>What to add to an input timestamp of the current layer.</summary>
    public uint TimestampOffset { get; private set; }

    /// <summary>Takes <paramref name="packet"/> as the first one of another stream.</summary>
    public void SwitchTo(Instant now, PublishedLayer layer, in ReceivedRtp packet)
    {
        TimestampOffset = _lastTimestamp + Elapsed(now, layer, packet) - packet.Timestamp;
        _numbers.Start(packet.SequenceNumber.Value, _started ? _numbers.LastOutput + 1 : _firstOutput);
        _layer = layer;
        _started = true;
    }

    /// <summary>Later packets of this stream were mapped before.</summary>
    public bool IsLate(in ReceivedRtp packet) => _numbers.IsLate(packet.SequenceNumber.Value);

    public MapResult Map(Instant now, in ReceivedRtp packet, bool forward, out ExtendedSequenceNumber sequenceNumber, out uint timestamp)
    {
        timestamp = packet.Timestamp + TimestampOffset;
        var before = _numbers.LastOutput;
        var result = _numbers.Map(packet.SequenceNumber.Value, forward, out var output);
        sequenceNumber = new(output);
        if (result == MapResult.Forward && output > before && (timestamp != _lastTimestamp || _lastTimestampAt == Instant.Zero))
            (_lastTimestamp, _lastTimestampAt) = (timestamp, now);
        return result;
    }

    /// <summary>
    /// How far the new stream's first picture lies behind the old one's last: by the publisher's clock where both layers have
    /// sender reports, since encoders and pacers delay layers differently, else by arrival.
    /// </summary>
    private uint Elapsed(Instant now, PublishedLayer layer, in ReceivedRtp packet)
    {
        if (!_started) return 0;
        var clockRate = packet.Codec.ClockRate;
        var byArrival = (now - _lastTimestampAt).TotalSeconds * clockRate;
        if (_layer is not null && layer is not null)
        {
            var (last, next) = (_layer.CapturedAt(_lastTimestamp - TimestampOffset, clockRate), layer.CapturedAt(packet.Timestamp, clockRate));
            var byCapture = (next - last).TotalSeconds * clockRate;
            if (last != Instant.Never && next != Instant.Never && _layer.Track.Publisher == layer.Track.Publisher
                && Math.Abs(byCapture - byArrival) < MaxClockCorrection.TotalSeconds * clockRate) byArrival = byCapture;
        }

        // A decoder takes a timestamp that does not advance for the same picture.
        return (uint)Math.Max(1, byArrival);
    }
}
