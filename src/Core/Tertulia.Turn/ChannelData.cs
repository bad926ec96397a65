using System.Buffers.Binary;

namespace Tertulia.Turn;

/// <summary>A ChannelData message (RFC 8656 section 12.4): channel number, length, application data.</summary>
public readonly ref struct ChannelData
{
    public const int HeaderSize = 4;
    public const ushort FirstNumber = 0x4000;

    /// <summary>RFC 8656 ends at 0x4fff, but clients of RFC 5766 go on to here, and nothing else on the port begins like that (RFC 7983).</summary>
    public const ushort LastNumber = 0x7fff;

    private ChannelData(ushort number, Span<byte> payload)
    {
        Number = number;
        Payload = payload;
    }

    public ushort Number { get; }

    public Span<byte> Payload { get; }

    /// <summary>The first look that tells it from everything else on the same port (RFC 7983).</summary>
    public static bool LooksLikeIt(ReadOnlySpan<byte> datagram) => datagram.Length >= HeaderSize && datagram[0] is >= 0x40 and <= 0x7f;

    /// <summary>Bytes behind the data are padding, which a byte stream must have and a datagram may have.</summary>
    public static bool TryParse(Span<byte> message, out ChannelData data)
    {
        data = default;
        if (!LooksLikeIt(message)) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if (length > message.Length - HeaderSize) return false;
        data = new(BinaryPrimitives.ReadUInt16BigEndian(message), message.Slice(HeaderSize, length));
        return true;
    }

    /// <param name="destination">Long enough, or false.</param>
    /// <param name="number">The bound channel.</param>
    /// <param name="payload">Application data.</param>
    /// <param name="padded">To a multiple of four, as byte streams need it (RFC 8656 section 12.5).</param>
    /// <param name="length">Bytes written.</param>
    public static bool TryWrite(Span<byte> destination, ushort number, ReadOnlySpan<byte> payload, bool padded, out int length)
    {
        length = HeaderSize + payload.Length;
        if (padded) length = length + 3 & ~3;
        if (length > destination.Length) return false;
        BinaryPrimitives.WriteUInt16BigEndian(destination, number);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payload.Length);
        payload.CopyTo(destination[HeaderSize..]);
        destination[(HeaderSize + payload.Length)..length].Clear();
        return true;
    }
}
