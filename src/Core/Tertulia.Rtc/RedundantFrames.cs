using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc;

/// <summary>
/// Audio frames that were lost, and that the redundant payload (RFC 2198) of a later packet brought again: those of one datagram,
/// until they are taken.
/// </summary>
internal sealed class RedundantFrames
{
    // Browsers repeat one or two frames.
    private const int MaxFrames = 4;

    // Ten bits in a block's header (RFC 2198 section 3).
    private const int MaxLength = 1023;

    private readonly Frame[] _frames = new Frame[MaxFrames];
    private byte[]? _bytes;
    private int _count;
    private int _taken;

    public bool HasRoom => _count < MaxFrames;

    public void Clear() => _count = _taken = 0;

    public void Add(ReceiveStream stream, RtpCodec codec, ExtendedSequenceNumber sequenceNumber, uint timestamp, ReadOnlySpan<byte> data)
    {
        _bytes ??= new byte[MaxFrames * MaxLength];
        data.CopyTo(_bytes.AsSpan(_count * MaxLength, MaxLength));
        _frames[_count++] = new Frame(stream, codec, sequenceNumber, timestamp, data.Length);
    }

    public bool TryTake(out ReceivedRtp packet)
    {
        packet = default;
        if (_taken == _count) return false;
        ref readonly var frame = ref _frames[_taken];
        packet = new ReceivedRtp
        {
            Stream = frame.Stream,
            Codec = frame.Codec,
            SequenceNumber = frame.SequenceNumber,
            Timestamp = frame.Timestamp,
            Marker = false,
            Payload = _bytes.AsSpan(_taken++ * MaxLength, frame.Length),
            IsRecovered = true,
        };
        return true;
    }

    private readonly record struct Frame(ReceiveStream Stream, RtpCodec Codec, ExtendedSequenceNumber SequenceNumber, uint Timestamp, int Length);
}
