using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Rtcp;

/// <summary>SDES item types (RFC 3550 section 6.5, RFC 7941).</summary>
public enum SdesItemType : byte
{
    End = 0,
    Cname = 1,
    Name = 2,
    Email = 3,
    Phone = 4,
    Location = 5,
    Tool = 6,
    Note = 7,
    Private = 8,
    RtpStreamId = 12,
    RepairedRtpStreamId = 13,
    Mid = 15,
}

/// <summary>One SDES item; the value is UTF-8, not checked.</summary>
public readonly ref struct SdesItem
{
    internal SdesItem(Ssrc ssrc, SdesItemType type, ReadOnlySpan<byte> value)
    {
        Ssrc = ssrc;
        Type = type;
        Value = value;
    }

    public Ssrc Ssrc { get; }

    public SdesItemType Type { get; }

    public ReadOnlySpan<byte> Value { get; }
}

/// <summary>SDES (RFC 3550 section 6.5): its items over all chunks, for <c>foreach</c>. A broken chunk ends the walk.</summary>
public readonly ref struct Sdes
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly int _chunks;

    private Sdes(ReadOnlySpan<byte> body, int chunks)
    {
        _body = body;
        _chunks = chunks;
    }

    public static bool TryParse(scoped in RtcpPacket packet, out Sdes sdes)
    {
        sdes = default;
        if (packet.Type != RtcpPacketType.SourceDescription) return false;
        sdes = new(packet.Body, packet.Count);
        return true;
    }

    public Enumerator GetEnumerator() => new(_body, _chunks);

    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _body;
        private int _chunks;
        private int _at;
        private bool _inChunk;
        private Ssrc _ssrc;

        internal Enumerator(ReadOnlySpan<byte> body, int chunks)
        {
            _body = body;
            _chunks = chunks;
        }

        public SdesItem Current { get; private set; }

        public bool MoveNext()
        {
            while (_inChunk || TryBeginChunk())
            {
                if (_at >= _body.Length) return false;
                var type = (SdesItemType)_body[_at];
                if (type == SdesItemType.End)
                {
                    // At least one null octet, then up to the next 32-bit boundary.
                    _at = (_at & ~3) + 4;
                    _inChunk = false;
                    continue;
                }

                if (_at + 2 > _body.Length || _at + 2 + _body[_at + 1] > _body.Length) return false;
                int length = _body[_at + 1];
                Current = new SdesItem(_ssrc, type, _body.Slice(_at + 2, length));
                _at += 2 + length;
                return true;
            }

            return false;
        }

        private bool TryBeginChunk()
        {
            if (_chunks == 0 || _at + 4 > _body.Length) return false;
            _chunks--;
            _ssrc = RtcpPacket.ReadSsrc(_body[_at..]);
            _at += 4;
            _inChunk = true;
            return true;
        }
    }
}

/// <summary>BYE (RFC 3550 section 6.6).</summary>
public readonly ref struct Bye
{
    private readonly ReadOnlySpan<byte> _sources;

    private Bye(ReadOnlySpan<byte> sources, ReadOnlySpan<byte> reason)
    {
        _sources = sources;
        Reason = reason;
    }

    public int SourceCount => _sources.Length / 4;

    /// <summary>UTF-8, not checked; mostly empty.</summary>
    public ReadOnlySpan<byte> Reason { get; }

    public Ssrc Source(int index) => RtcpPacket.ReadSsrc(_sources.Slice(4 * index, 4));

    public static bool TryParse(scoped in RtcpPacket packet, out Bye bye)
    {
        bye = default;
        var sources = 4 * packet.Count;
        if (packet.Type != RtcpPacketType.Goodbye || packet.Body.Length < sources) return false;

        var rest = packet.Body[sources..];
        if (!rest.IsEmpty && rest[0] >= rest.Length) return false;
        bye = new(packet.Body[..sources], rest.IsEmpty ? default : rest.Slice(1, rest[0]));
        return true;
    }
}
