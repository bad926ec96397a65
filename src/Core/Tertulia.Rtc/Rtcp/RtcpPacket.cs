using System.Buffers.Binary;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Rtcp;

/// <summary>RTCP packet types (IANA registry).</summary>
public enum RtcpPacketType : byte
{
    SenderReport = 200,
    ReceiverReport = 201,
    SourceDescription = 202,
    Goodbye = 203,
    ApplicationDefined = 204,
    TransportFeedback = 205,
    PayloadFeedback = 206,
    ExtendedReport = 207,
}

/// <summary>One packet of a compound, header checked, contents not yet: give it to the typed parsers' <c>TryParse</c>.</summary>
public readonly ref struct RtcpPacket
{
    internal const int HeaderLength = 4;

    /// <summary>FMT values of transport layer feedback (RFC 4585, transport-wide draft).</summary>
    internal const int GenericNackFormat = 1, TransportWideFormat = 15;

    /// <summary>FMT values of payload-specific feedback (RFC 4585, RFC 5104, REMB draft).</summary>
    internal const int PictureLossFormat = 1, FullIntraFormat = 4, ApplicationLayerFormat = 15;

    internal RtcpPacket(byte count, RtcpPacketType type, ReadOnlySpan<byte> body)
    {
        Count = count;
        Type = type;
        Body = body;
    }

    public RtcpPacketType Type { get; }

    /// <summary>The five bits of the first byte: report count, source count or feedback message type (FMT).</summary>
    public byte Count { get; }

    /// <summary>What follows the four header bytes, without padding.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>True if these bytes, known to be RTP or RTCP, are RTCP (RFC 5761 section 4): types 192..223.</summary>
    public static bool LooksLikeRtcp(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= HeaderLength && datagram[0] >> 6 == 2 && datagram[1] is >= 192 and <= 223;

    internal static Ssrc ReadSsrc(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt32BigEndian(bytes));

    /// <summary>The two SSRCs that begin every feedback message (RFC 4585 section 6.1), and what follows them.</summary>
    internal bool TryReadFeedback(RtcpPacketType type, int format, out Ssrc sender, out Ssrc media, out ReadOnlySpan<byte> control)
    {
        sender = default;
        media = default;
        control = default;
        if (Type != type || Count != format || Body.Length < 8) return false;
        sender = ReadSsrc(Body);
        media = ReadSsrc(Body[4..]);
        control = Body[8..];
        return true;
    }
}

/// <summary>
/// Walks a compound RTCP datagram; reduced-size ones (RFC 5506) need nothing special, since no order is demanded.
/// </summary>
public ref struct RtcpReader
{
    private ReadOnlySpan<byte> _rest;

    public RtcpReader(ReadOnlySpan<byte> compound)
    {
        _rest = compound;
        IsMalformed = false;
    }

    /// <summary>The walk ended at bytes that are no RTCP packet; what was read before stays good.</summary>
    public bool IsMalformed { get; private set; }

    public bool TryRead(out RtcpPacket packet)
    {
        packet = default;
        if (_rest.IsEmpty) return false;
        if (!TrySplit(out packet))
        {
            IsMalformed = true;
            _rest = default;
            return false;
        }

        return true;
    }

    private bool TrySplit(out RtcpPacket packet)
    {
        packet = default;
        if (_rest.Length < RtcpPacket.HeaderLength || _rest[0] >> 6 != 2) return false;

        var length = RtcpPacket.HeaderLength + 4 * BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        if (_rest.Length < length) return false;

        var body = _rest[RtcpPacket.HeaderLength..length];
        if ((_rest[0] & 0x20) != 0)
        {
            if (body.IsEmpty || body[^1] == 0 || body[^1] > body.Length) return false;
            body = body[..^body[^1]];
        }

        packet = new RtcpPacket((byte)(_rest[0] & 0x1f), (RtcpPacketType)_rest[1], body);
        _rest = _rest[length..];
        return true;
    }
}
