using System.Buffers.Binary;

namespace Tertulia.Rtc.Codecs;

/// <summary>One block of a redundant audio payload.</summary>
public readonly ref struct RedBlock
{
    internal RedBlock(byte payloadType, ushort timestampOffset, bool isPrimary, ReadOnlySpan<byte> data)
    {
        PayloadType = payloadType;
        TimestampOffset = timestampOffset;
        IsPrimary = isPrimary;
        Data = data;
    }

    public byte PayloadType { get; }

    /// <summary>How far before the packet's timestamp the block belongs, in units of the RTP clock; 0 for the primary block.</summary>
    public ushort TimestampOffset { get; }

    /// <summary>The packet's own encoding; the others repeat earlier packets.</summary>
    public bool IsPrimary { get; }

    /// <summary>The encoded audio; may be empty.</summary>
    public ReadOnlySpan<byte> Data { get; }
}

/// <summary>Redundant audio payload (RFC 2198): its blocks, oldest first and the primary one last, for <c>foreach</c>.</summary>
public readonly ref struct RedPayload
{
    private const int RedundantHeaderLength = 4;

    private readonly ReadOnlySpan<byte> _payload;
    private readonly int _dataOffset;

    private RedPayload(ReadOnlySpan<byte> payload, int dataOffset)
    {
        _payload = payload;
        _dataOffset = dataOffset;
    }

    /// <summary>Redundant blocks, the primary one not counted.</summary>
    public int RedundantCount => (_dataOffset - 1) / RedundantHeaderLength;

    /// <summary>The block that the packet would have held without redundancy.</summary>
    public RedBlock Primary
    {
        get
        {
            var data = _dataOffset;
            for (var header = 0; header < _dataOffset - 1; header += RedundantHeaderLength) data += BlockLength(_payload[header..]);
            return new(_payload[_dataOffset - 1], 0, true, _payload[data..]);
        }
    }

    /// <summary>Checks that all headers and all redundant blocks lie inside of the payload.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out RedPayload red)
    {
        red = default;
        var header = 0;
        var data = 0;
        for (; header < payload.Length && (payload[header] & 0x80) != 0; header += RedundantHeaderLength)
        {
            if (payload.Length < header + RedundantHeaderLength) return false;
            data += BlockLength(payload[header..]);
        }

        if (payload.Length < header + 1 + data) return false;
        red = new(payload, header + 1);
        return true;
    }

    public Enumerator GetEnumerator() => new(this);

    private static int BlockLength(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt16BigEndian(header[2..]) & 0x3ff;

    public ref struct Enumerator
    {
        private readonly RedPayload _red;
        private int _header;
        private int _data;

        internal Enumerator(RedPayload red)
        {
            _red = red;
            _data = red._dataOffset;
        }

        public RedBlock Current { get; private set; }

        public bool MoveNext()
        {
            if (_header >= _red._dataOffset) return false;

            var header = _red._payload[_header..];
            if ((header[0] & 0x80) == 0)
            {
                Current = new(header[0], 0, true, _red._payload[_data..]);
                _header++;
                return true;
            }

            var length = BlockLength(header);
            var offset = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(header[1..]) >> 2);
            Current = new((byte)(header[0] & 0x7f), offset, false, _red._payload.Slice(_data, length));
            _header += RedundantHeaderLength;
            _data += length;
            return true;
        }
    }
}
