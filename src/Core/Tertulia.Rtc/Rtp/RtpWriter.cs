using System.Buffers.Binary;

namespace Tertulia.Rtc.Rtp;

/// <summary>
/// Writes one RTP packet into the caller's memory, front to back: CSRCs, header extensions, payload, padding. The extension
/// block starts in the one-byte form of RFC 8285 and is turned into the two-byte form by the first element that needs it.
/// Memory that is too small is an error of ours and throws.
/// </summary>
public ref struct RtpWriter
{
    private const int ExtensionHeaderLength = 4;

    private readonly Span<byte> _buffer;
    private int _extensionsOffset;
    private bool _twoByte;
    private bool _payloadBegun;

    public RtpWriter(Span<byte> buffer, byte payloadType, bool marker, ushort sequenceNumber, uint timestamp, Ssrc ssrc)
    {
        _buffer = buffer;
        buffer[0] = 0x80;
        buffer[1] = (byte)((payloadType & 0x7f) | (marker ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], sequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[8..], ssrc.Value);
        Length = RtpPacket.FixedHeaderLength;
    }

    /// <summary>Bytes written so far; after <see cref="CompletePayload"/> the length of the packet.</summary>
    public int Length { get; private set; }

    /// <summary>Adds a contributing source (at most 15), before any extension.</summary>
    public void AddCsrc(Ssrc csrc)
    {
        if (_extensionsOffset != 0 || _payloadBegun || (_buffer[0] & 0x0f) == 15) throw new InvalidOperationException("No CSRC fits here.");
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[Length..], csrc.Value);
        _buffer[0]++;
        Length += 4;
    }

    /// <param name="id">Local identifier from extmap, 1..255; 15 and above need the two-byte form.</param>
    /// <param name="value">0..255 bytes; none, or more than 16, need the two-byte form.</param>
    public void AddExtension(int id, scoped ReadOnlySpan<byte> value) => value.CopyTo(ReserveExtension(id, value.Length));

    /// <summary>As <see cref="AddExtension"/>, for a value that the caller writes (or rewrites later) in place.</summary>
    public Span<byte> ReserveExtension(int id, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(id - 1), 254u, nameof(id));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, 255u, nameof(length));
        if (_payloadBegun) throw new InvalidOperationException("The payload has begun.");
        if (_extensionsOffset == 0)
        {
            _buffer[0] |= 0x10;
            Length += ExtensionHeaderLength;
            _extensionsOffset = Length;
        }

        if (!_twoByte && (id > 14 || length is 0 or > 16)) SwitchToTwoByte();

        if (_twoByte)
        {
            _buffer[Length++] = (byte)id;
            _buffer[Length++] = (byte)length;
        }
        else
        {
            _buffer[Length++] = (byte)(id << 4 | (length - 1));
        }

        var value = _buffer.Slice(Length, length);
        Length += length;
        return value;
    }

    /// <summary>Pads and closes the extension block; the result is all the memory left for payload and padding.</summary>
    public Span<byte> BeginPayload()
    {
        if (!_payloadBegun && _extensionsOffset != 0) CloseExtensions();
        _payloadBegun = true;
        return _buffer[Length..];
    }

    /// <summary>Says how much of <see cref="BeginPayload"/>'s memory was used, and appends padding (RFC 3550 section 5.1).</summary>
    /// <param name="payloadLength">Bytes of payload.</param>
    /// <param name="padding">0..255 bytes, the count byte included.</param>
    /// <returns>The length of the packet.</returns>
    public int CompletePayload(int payloadLength, int padding = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)padding, 255u, nameof(padding));
        BeginPayload();
        Length += payloadLength;
        if (padding > 0)
        {
            var tail = _buffer.Slice(Length, padding);
            tail.Clear();
            tail[^1] = (byte)padding;
            _buffer[0] |= 0x20;
            Length += padding;
        }

        return Length;
    }

    /// <summary>Copies a ready payload in.</summary>
    /// <returns>The length of the packet.</returns>
    public int WritePayload(scoped ReadOnlySpan<byte> payload, int padding = 0)
    {
        payload.CopyTo(BeginPayload());
        return CompletePayload(payload.Length, padding);
    }

    private void CloseExtensions()
    {
        var length = Length - _extensionsOffset;
        var padded = (length + 3) & ~3;
        _buffer.Slice(Length, padded - length).Clear();
        Length += padded - length;
        var header = _buffer[(_extensionsOffset - ExtensionHeaderLength)..];
        BinaryPrimitives.WriteUInt16BigEndian(header, _twoByte ? RtpExtensions.TwoByteProfile : RtpExtensions.OneByteProfile);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(padded / 4));
    }

    private void SwitchToTwoByte()
    {
        // Each element's header grows by one byte; there are few, so moving the rest once per element is cheap.
        for (var at = _extensionsOffset; at < Length;)
        {
            var id = _buffer[at] >> 4;
            var length = (_buffer[at] & 0x0f) + 1;
            _buffer[(at + 1)..Length].CopyTo(_buffer[(at + 2)..]);
            _buffer[at] = (byte)id;
            _buffer[at + 1] = (byte)length;
            Length++;
            at += 2 + length;
        }

        _twoByte = true;
    }
}
