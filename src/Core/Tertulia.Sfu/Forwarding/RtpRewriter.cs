using Tertulia.Rtc;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Sfu.Forwarding;

/// <summary>
/// Maps the packets of whichever stream is being forwarded onto one continuous outgoing stream: sequence numbers go on where
/// the last stream ended, timestamps advance by the time that really passed. Gaps in the input stay gaps in the output, so
/// that the receiver asks for what is missing.
/// </summary>
internal sealed class RtpRewriter
{
    // Room for packets that arrive after a switch but belong before it: they are dropped, never renumbered.
    private PublishedLayer? _layer;
    private long _firstInput;
    private long _sequenceOffset;
    private long _lastOutput;
    private uint _timestampOffset;
    private uint _lastTimestamp;
    private Instant _lastTimestampAt;
    private bool _started;

    /// <param name="firstSequenceNumber">
    /// Random below 2^15 (RFC 3550 section 5.1; the upper half is avoided so that a lost start cannot hide a rollover from SRTP).
    /// </param>
    /// <param name="firstTimestamp">Random start of the timestamps.</param>
    public RtpRewriter(ushort firstSequenceNumber, uint firstTimestamp)
    {
        _lastOutput = firstSequenceNumber - 1;
        _lastTimestamp = firstTimestamp;
    }

    public PublishedLayer? Layer => _layer;

    /// <summary>What to add to an input timestamp of the current layer.</summary>
    public uint TimestampOffset => _timestampOffset;

    /// <summary>Takes <paramref name="packet"/> as the first one of another stream.</summary>
    public void SwitchTo(Instant now, PublishedLayer layer, in ReceivedRtp packet)
    {
        var elapsed = _started ? (uint)Math.Max(1, (now - _lastTimestampAt).TotalSeconds * packet.Codec.ClockRate) : 0;
        _layer = layer;
        _firstInput = packet.SequenceNumber.Value;
        _sequenceOffset = _lastOutput + 1 - _firstInput;
        _timestampOffset = _lastTimestamp + elapsed - packet.Timestamp;
        _started = true;
    }

    /// <summary>False when the packet is older than the switch to its stream.</summary>
    public bool TryMap(Instant now, in ReceivedRtp packet, out ExtendedSequenceNumber sequenceNumber, out uint timestamp)
    {
        timestamp = packet.Timestamp + _timestampOffset;
        sequenceNumber = new(packet.SequenceNumber.Value + _sequenceOffset);
        if (packet.SequenceNumber.Value < _firstInput) return false;

        if (sequenceNumber.Value > _lastOutput)
        {
            _lastOutput = sequenceNumber.Value;
            if (timestamp != _lastTimestamp)
            {
                _lastTimestamp = timestamp;
                _lastTimestampAt = now;
            }
            else if (_lastTimestampAt == Instant.Zero)
            {
                _lastTimestampAt = now;
            }
        }

        return true;
    }
}
