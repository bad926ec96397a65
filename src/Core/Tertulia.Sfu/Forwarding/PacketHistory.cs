using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Sfu.Forwarding;

/// <summary>
/// The last packets of one stream, as they came, for retransmission. Payloads lie in one ring of bytes that grows with the
/// bitrate up to a bound; a lookup tells whether the packet is still whole.
/// </summary>
internal sealed class PacketHistory
{
    private const int MaxPackets = 512;
    private const int InitialBytes = 64 * 1024;
    private const int MaxBytes = 512 * 1024;

    private readonly Entry[] _entries = new Entry[MaxPackets];
    private byte[] _bytes = [];
    private long _written;
    private long _oldestWhole;

    /// <summary>The highest number stored; -1 before the first.</summary>
    public long Highest { get; private set; } = -1;

    public void Store(in Tertulia.Rtc.ReceivedRtp packet, in FrameLayer frame)
    {
        Highest = Math.Max(Highest, packet.SequenceNumber.Value);
        var descriptor = packet.DependencyDescriptor.Length <= DependencyDescriptor.MaxLength ? packet.DependencyDescriptor : default;
        var length = descriptor.Length + packet.Payload.Length;
        EnsureRoom(length, packet.SequenceNumber.Value);
        var at = (int)(_written % _bytes.Length);
        if (at + length > _bytes.Length)
        {
            // A payload never wraps: skip the tail of the ring.
            _written += _bytes.Length - at;
            at = 0;
        }

        descriptor.CopyTo(_bytes.AsSpan(at));
        packet.Payload.CopyTo(_bytes.AsSpan(at + descriptor.Length));
        _entries[Index(packet.SequenceNumber.Value)] = new Entry
        {
            SequenceNumber = packet.SequenceNumber.Value + 1,
            WrittenAt = _written,
            Length = (ushort)length,
            DescriptorLength = (byte)descriptor.Length,
            Codec = packet.Codec,
            Timestamp = packet.Timestamp,
            Frame = frame,
            AudioLevel = packet.AudioLevel,
            VideoOrientation = packet.VideoOrientation,
            Marker = packet.Marker,
        };
        _written += length;
        _oldestWhole = Math.Max(_oldestWhole, _written - _bytes.Length);
    }

    public bool TryGet(ExtendedSequenceNumber sequenceNumber, out StoredPacket packet)
    {
        ref readonly var entry = ref _entries[Index(sequenceNumber.Value)];
        if (entry.SequenceNumber != sequenceNumber.Value + 1 || entry.WrittenAt < _oldestWhole)
        {
            packet = default;
            return false;
        }

        var bytes = _bytes.AsSpan((int)(entry.WrittenAt % _bytes.Length), entry.Length);
        packet = new StoredPacket
        {
            DependencyDescriptor = bytes[..entry.DescriptorLength],
            Payload = bytes[entry.DescriptorLength..],
            Codec = entry.Codec,
            Timestamp = entry.Timestamp,
            Frame = entry.Frame,
            AudioLevel = entry.AudioLevel,
            VideoOrientation = entry.VideoOrientation,
            Marker = entry.Marker,
        };
        return true;
    }

    // The ring doubles while it holds less than MaxPackets of the stream's packets; old content is forgotten then,
    // which happens a few times in a stream's life.
    private void EnsureRoom(int length, long sequenceNumber)
    {
        if (_bytes.Length == 0)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(InitialBytes);
            return;
        }

        if (_bytes.Length >= MaxBytes || _written + length < _bytes.Length) return;
        ref readonly var evicted = ref _entries[Index(sequenceNumber)];
        if (evicted.SequenceNumber != 0 && evicted.WrittenAt >= _oldestWhole) return;

        _bytes = GC.AllocateUninitializedArray<byte>(_bytes.Length * 2);
        _oldestWhole = _written = (_written / _bytes.Length + 1) * _bytes.Length;
    }

    private static int Index(long sequenceNumber) => (int)(sequenceNumber & (MaxPackets - 1));

    private struct Entry
    {
        public long SequenceNumber; // plus one, so that the default is no packet
        public long WrittenAt;
        public RtpCodec Codec;
        public uint Timestamp;
        public FrameLayer Frame;
        public ushort Length; // of descriptor and payload, in this order
        public byte DescriptorLength;
        public byte? AudioLevel;
        public byte? VideoOrientation;
        public bool Marker;
    }
}

/// <summary>A packet out of the history; points into it.</summary>
internal readonly ref struct StoredPacket
{
    public ReadOnlySpan<byte> DependencyDescriptor { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    public RtpCodec Codec { get; init; }

    public uint Timestamp { get; init; }

    public FrameLayer Frame { get; init; }

    public byte? AudioLevel { get; init; }

    public byte? VideoOrientation { get; init; }

    public bool Marker { get; init; }
}
