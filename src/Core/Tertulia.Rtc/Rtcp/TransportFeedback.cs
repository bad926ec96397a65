using System.Buffers.Binary;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Rtcp;

/// <summary>What became of one packet with a transport-wide sequence number.</summary>
/// <param name="SequenceNumber">The transport-wide sequence number.</param>
/// <param name="Received">False: not arrived when the feedback was written.</param>
/// <param name="Arrival">
/// On the receiver's clock, in steps of 250 µs; the clock wraps with <see cref="TransportFeedback.ReferenceTime"/>. Zero when not received.
/// </param>
public readonly record struct TransportPacketStatus(ushort SequenceNumber, bool Received, TimeSpan Arrival);

/// <summary>
/// Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1): the fate of each packet from
/// <see cref="BaseSequenceNumber"/> on, for <c>foreach</c>. The whole message is checked by <see cref="TryParse"/>.
/// </summary>
public readonly ref struct TransportFeedback
{
    /// <summary>Unit of arrival times: 250 µs.</summary>
    public const long TicksPerDelta = 250 * TimeSpan.TicksPerMicrosecond;

    internal const int HeaderLength = 8;

    private readonly ReadOnlySpan<byte> _control;
    private readonly int _chunksEnd;

    private TransportFeedback(Ssrc sender, Ssrc media, ReadOnlySpan<byte> control, int chunksEnd)
    {
        SenderSsrc = sender;
        MediaSsrc = media;
        _control = control;
        _chunksEnd = chunksEnd;
    }

    public Ssrc SenderSsrc { get; }

    public Ssrc MediaSsrc { get; }

    public ushort BaseSequenceNumber => BinaryPrimitives.ReadUInt16BigEndian(_control);

    /// <summary>How many packets the message speaks of, lost ones included; at least 1.</summary>
    public int PacketCount => BinaryPrimitives.ReadUInt16BigEndian(_control[2..]);

    /// <summary>In steps of 64 ms, 24 bits signed; it wraps after 12 days.</summary>
    public int ReferenceTime => BinaryPrimitives.ReadInt32BigEndian(_control[4..]) >> 8;

    /// <summary>Raised by one with each message, so that lost feedback is seen.</summary>
    public byte FeedbackCount => _control[7];

    public static bool TryParse(scoped in RtcpPacket packet, out TransportFeedback feedback)
    {
        feedback = default;
        if (!packet.TryReadFeedback(
            RtcpPacketType.TransportFeedback, RtcpPacket.TransportWideFormat, out var sender, out var media, out var control)
            || control.Length < HeaderLength + 2) return false;

        var remaining = (int)BinaryPrimitives.ReadUInt16BigEndian(control[2..]);
        if (remaining == 0) return false;

        var deltas = 0;
        var at = HeaderLength;
        for (; remaining > 0; at += 2)
        {
            if (at + 2 > control.Length) return false;
            var chunk = new StatusChunk(BinaryPrimitives.ReadUInt16BigEndian(control[at..]));
            var count = Math.Min(chunk.Count, remaining);
            if (!chunk.TryMeasureDeltas(count, out var length)) return false;
            deltas += length;
            remaining -= count;
        }

        if (control.Length - at < deltas) return false;
        feedback = new(sender, media, control, at);
        return true;
    }

    public Enumerator GetEnumerator() => new(this);

    public ref struct Enumerator
    {
        private readonly int _count;
        private ReadOnlySpan<byte> _chunks;
        private ReadOnlySpan<byte> _deltas;
        private StatusChunk _chunk;
        private int _inChunk;
        private int _index;
        private ushort _sequenceNumber;
        private long _time;

        internal Enumerator(TransportFeedback feedback)
        {
            _count = feedback.PacketCount;
            _chunks = feedback._control[HeaderLength..feedback._chunksEnd];
            _deltas = feedback._control[feedback._chunksEnd..];
            _sequenceNumber = (ushort)(feedback.BaseSequenceNumber - 1);
            _time = feedback.ReferenceTime * 256L;
        }

        public TransportPacketStatus Current { get; private set; }

        public bool MoveNext()
        {
            if (_index == _count) return false;
            while (_inChunk == _chunk.Count)
            {
                _chunk = new StatusChunk(BinaryPrimitives.ReadUInt16BigEndian(_chunks));
                _chunks = _chunks[2..];
                _inChunk = 0;
            }

            var symbol = _chunk[_inChunk++];
            _index++;
            _sequenceNumber++;
            if (symbol == StatusChunk.NotReceived)
            {
                Current = new(_sequenceNumber, false, default);
                return true;
            }

            _time += symbol == StatusChunk.SmallDelta ? _deltas[0] : BinaryPrimitives.ReadInt16BigEndian(_deltas);
            _deltas = _deltas[symbol..];
            Current = new(_sequenceNumber, true, new TimeSpan(_time * TicksPerDelta));
            return true;
        }
    }
}
