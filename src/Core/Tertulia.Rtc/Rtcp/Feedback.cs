using System.Buffers.Binary;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Rtcp;

/// <summary>Generic NACK (RFC 4585 section 6.2.1): the lost sequence numbers, for <c>foreach</c>.</summary>
public readonly ref struct GenericNack
{
    private readonly ReadOnlySpan<byte> _items;

    private GenericNack(Ssrc sender, Ssrc media, ReadOnlySpan<byte> items)
    {
        SenderSsrc = sender;
        MediaSsrc = media;
        _items = items;
    }

    public Ssrc SenderSsrc { get; }

    public Ssrc MediaSsrc { get; }

    public static bool TryParse(scoped in RtcpPacket packet, out GenericNack nack)
    {
        nack = default;
        if (!packet.TryReadFeedback(
            RtcpPacketType.TransportFeedback, RtcpPacket.GenericNackFormat, out var sender, out var media, out var items)
            || items.IsEmpty || items.Length % 4 != 0) return false;
        nack = new(sender, media, items);
        return true;
    }

    public Enumerator GetEnumerator() => new(_items);

    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _items;
        private uint _following;

        internal Enumerator(ReadOnlySpan<byte> items) => _items = items;

        public ushort Current { get; private set; }

        public bool MoveNext()
        {
            if (_following != 0)
            {
                // Bit i of the mask, counted from 0, is the packet i + 1 after the last one named.
                var skip = System.Numerics.BitOperations.TrailingZeroCount(_following) + 1;
                Current = (ushort)(Current + skip);
                _following >>= skip;
                return true;
            }

            if (_items.IsEmpty) return false;
            Current = BinaryPrimitives.ReadUInt16BigEndian(_items);
            _following = BinaryPrimitives.ReadUInt16BigEndian(_items[2..]);
            _items = _items[4..];
            return true;
        }
    }
}

/// <summary>PLI (RFC 4585 section 6.3.1): "send a key frame".</summary>
public readonly record struct PictureLossIndication(Ssrc SenderSsrc, Ssrc MediaSsrc)
{
    public static bool TryParse(scoped in RtcpPacket packet, out PictureLossIndication indication)
    {
        var parsed = packet.TryReadFeedback(
            RtcpPacketType.PayloadFeedback, RtcpPacket.PictureLossFormat, out var sender, out var media, out _);
        indication = new(sender, media);
        return parsed;
    }
}

/// <summary>FIR (RFC 5104 section 4.3.1): key frame commands for one or more streams.</summary>
public readonly ref struct FullIntraRequest
{
    private const int EntryLength = 8;

    private readonly ReadOnlySpan<byte> _entries;

    private FullIntraRequest(Ssrc sender, ReadOnlySpan<byte> entries)
    {
        SenderSsrc = sender;
        _entries = entries;
    }

    public Ssrc SenderSsrc { get; }

    public int Count => _entries.Length / EntryLength;

    /// <summary>A command; one with the sequence number of the one before is a repetition and asks for nothing new.</summary>
    public (Ssrc Ssrc, byte SequenceNumber) this[int index]
    {
        get
        {
            var entry = _entries.Slice(index * EntryLength, EntryLength);
            return (RtcpPacket.ReadSsrc(entry), entry[4]);
        }
    }

    public static bool TryParse(scoped in RtcpPacket packet, out FullIntraRequest request)
    {
        request = default;
        if (!packet.TryReadFeedback(
            RtcpPacketType.PayloadFeedback, RtcpPacket.FullIntraFormat, out var sender, out _, out var entries)
            || entries.IsEmpty || entries.Length % EntryLength != 0) return false;
        request = new(sender, entries);
        return true;
    }
}

/// <summary>Receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb-03).</summary>
public readonly ref struct Remb
{
    internal const uint Identifier = 0x52454D42; // "REMB"

    private readonly ReadOnlySpan<byte> _ssrcs;

    private Remb(Ssrc sender, ulong bitrate, ReadOnlySpan<byte> ssrcs)
    {
        SenderSsrc = sender;
        BitsPerSecond = bitrate;
        _ssrcs = ssrcs;
    }

    public Ssrc SenderSsrc { get; }

    public ulong BitsPerSecond { get; }

    public int SsrcCount => _ssrcs.Length / 4;

    public Ssrc Ssrc(int index) => RtcpPacket.ReadSsrc(_ssrcs.Slice(4 * index, 4));

    public static bool TryParse(scoped in RtcpPacket packet, out Remb remb)
    {
        remb = default;
        if (!packet.TryReadFeedback(
            RtcpPacketType.PayloadFeedback, RtcpPacket.ApplicationLayerFormat, out var sender, out _, out var control)
            || control.Length < 8 || BinaryPrimitives.ReadUInt32BigEndian(control) != Identifier
            || control.Length < 8 + 4 * control[4]) return false;

        var exponent = control[5] >> 2;
        var mantissa = (ulong)(control[5] & 3) << 16 | BinaryPrimitives.ReadUInt16BigEndian(control[6..]);
        var bitrate = mantissa << exponent;
        if (bitrate >> exponent != mantissa) return false;
        remb = new(sender, bitrate, control.Slice(8, 4 * control[4]));
        return true;
    }
}
