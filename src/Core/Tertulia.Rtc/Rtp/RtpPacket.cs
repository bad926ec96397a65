using System.Buffers.Binary;

namespace Tertulia.Rtc.Rtp;

/// <summary>
/// A view over one RTP packet (RFC 3550 section 5.1). Nothing is copied: the view lives as long as the datagram's memory.
/// Once <see cref="TryParse"/> has said yes, no member reads outside of the packet.
/// </summary>
public readonly ref struct RtpPacket
{
    /// <summary>Length of the header without CSRCs and extensions.</summary>
    public const int FixedHeaderLength = 12;

    /// <summary>Of the first byte: the last byte says how many there are of padding.</summary>
    internal const byte PaddingBit = 0x20;

    private readonly ReadOnlySpan<byte> _packet;
    private readonly int _extensionsOffset;
    private readonly int _extensionsLength;

    private RtpPacket(ReadOnlySpan<byte> packet, int extensionsOffset, int extensionsLength, ushort profile, int headerLength, int padding)
    {
        _packet = packet;
        _extensionsOffset = extensionsOffset;
        _extensionsLength = extensionsLength;
        ExtensionProfile = profile;
        HeaderLength = headerLength;
        PaddingLength = padding;
    }

    public bool Marker => (_packet[1] & 0x80) != 0;

    public byte PayloadType => (byte)(_packet[1] & 0x7f);

    public ushort SequenceNumber => BinaryPrimitives.ReadUInt16BigEndian(_packet[2..]);

    public uint Timestamp => BinaryPrimitives.ReadUInt32BigEndian(_packet[4..]);

    public Ssrc Ssrc => new(BinaryPrimitives.ReadUInt32BigEndian(_packet[8..]));

    /// <summary>Bytes before the payload: fixed header, CSRCs and the extension block.</summary>
    public int HeaderLength { get; }

    /// <summary>Padding bytes at the end, the count byte included; 0 without padding.</summary>
    public int PaddingLength { get; }

    /// <summary>The "defined by profile" field of the extension block, 0 without one: 0xBEDE or 0x100x for RFC 8285.</summary>
    public ushort ExtensionProfile { get; }

    /// <summary>The payload without padding; empty in a packet of padding alone (a probe).</summary>
    public ReadOnlySpan<byte> Payload => _packet[HeaderLength..^PaddingLength];

    /// <summary>The whole packet as it was parsed.</summary>
    public ReadOnlySpan<byte> Bytes => _packet;

    public int CsrcCount => _packet[0] & 0x0f;

    /// <summary>All header extensions in their order on the wire; unknown profiles have none.</summary>
    public RtpExtensions Extensions => new(ExtensionProfile, _packet.Slice(_extensionsOffset, _extensionsLength));

    /// <summary>A contributing source; <paramref name="index"/> is below <see cref="CsrcCount"/>.</summary>
    public Ssrc Csrc(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)CsrcCount, nameof(index));
        return new(BinaryPrimitives.ReadUInt32BigEndian(_packet[(FixedHeaderLength + 4 * index)..]));
    }

    /// <summary>Checks version, CSRC count, extension length and padding against the datagram's length.</summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out RtpPacket packet)
    {
        packet = default;
        if (datagram.Length < FixedHeaderLength || datagram[0] >> 6 != 2) return false;

        var header = FixedHeaderLength + 4 * (datagram[0] & 0x0f);
        var extensionsOffset = 0;
        var extensionsLength = 0;
        ushort profile = 0;
        if ((datagram[0] & 0x10) != 0)
        {
            if (datagram.Length < header + 4) return false;
            profile = BinaryPrimitives.ReadUInt16BigEndian(datagram[header..]);
            extensionsLength = 4 * BinaryPrimitives.ReadUInt16BigEndian(datagram[(header + 2)..]);
            extensionsOffset = header + 4;
            header = extensionsOffset + extensionsLength;
        }

        if (datagram.Length < header) return false;

        var padding = 0;
        if ((datagram[0] & PaddingBit) != 0)
        {
            padding = datagram[^1];
            if (padding == 0 || padding > datagram.Length - header) return false;
        }

        packet = new RtpPacket(datagram, extensionsOffset, extensionsLength, profile, header, padding);
        return true;
    }

    /// <summary>The first extension element with this local identifier (1..14, or up to 255 in the two-byte form).</summary>
    public bool TryGetExtension(int id, out ReadOnlySpan<byte> value)
    {
        foreach (var extension in Extensions)
        {
            if (extension.Id != id) continue;
            value = extension.Value;
            return true;
        }

        value = default;
        return false;
    }
}
