using System.Buffers.Binary;

namespace Tertulia.Tls.Wire;

/// <summary>
/// Reads version and key exchange group of a TLS connection off what its server sends in the clear: whatever library writes it, and without
/// asking it. In TLS 1.3 both stand in the ServerHello (RFC 8446 section 4.1.3), in TLS 1.2 the group stands in the ServerKeyExchange
/// (RFC 8422 section 5.4). A HelloRetryRequest only asks for a group, so it does not count.
/// </summary>
public sealed class ServerHelloReader
{
    private const int RecordHeader = 5;
    private const int HandshakeHeader = 4;

    // A ServerHello with a hybrid key share has 1,200 bytes; of a ServerKeyExchange the first four bytes tell.
    private const int MaxKept = 2048;

    // Certificates lie between the two messages of TLS 1.2. Whoever sends more than this is not looked at further.
    private const int MaxBytes = 128 * 1024;

    private readonly byte[] _message = new byte[HandshakeHeader + MaxKept];
    private readonly byte[] _header = new byte[RecordHeader];
    private int _headerLength;
    private int _recordLeft;
    private int _recordType;
    private int _messageLength;
    private int _seen;

    /// <summary>Nothing more is to be learned: whatever is fed from here on is ignored.</summary>
    public bool IsDone { get; private set; }

    /// <summary>0x0304 is TLS 1.3; 0 if there was no ServerHello.</summary>
    public int Version { get; private set; }

    /// <summary>0 if none was seen: a key exchange of TLS 1.2 without a curve, or a session resumed without one.</summary>
    public int Group { get; private set; }

    /// <summary>Takes what the server sends, cut anywhere.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!IsDone && !bytes.IsEmpty)
        {
            if (_recordLeft == 0)
            {
                _header[_headerLength++] = bytes[0];
                bytes = bytes[1..];
                if (_headerLength == RecordHeader) OpenRecord();
                continue;
            }

            var part = bytes[..Math.Min(bytes.Length, _recordLeft)];
            bytes = bytes[part.Length..];
            _recordLeft -= part.Length;
            if (_recordType == 22) TakeHandshake(part);
        }
    }

    private void OpenRecord()
    {
        _headerLength = 0;
        _recordType = _header[0];
        _recordLeft = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(3));
        _seen += RecordHeader + _recordLeft;

        // Encrypted records and alerts end what can be read. Empty records carry nothing, and 128 KiB of them nothing either.
        if (_recordType is not (20 or 22) || _header[1] != 3 || _seen > MaxBytes) IsDone = true;
    }

    private void TakeHandshake(ReadOnlySpan<byte> bytes)
    {
        while (!IsDone && !bytes.IsEmpty)
        {
            var wanted = _messageLength < HandshakeHeader ? HandshakeHeader : HandshakeHeader + BodyLength;
            var part = bytes[..Math.Min(bytes.Length, wanted - _messageLength)];
            if (_messageLength < _message.Length) part[..Math.Min(part.Length, _message.Length - _messageLength)].CopyTo(_message.AsSpan(_messageLength));
            bytes = bytes[part.Length..];
            _messageLength += part.Length;
            if (_messageLength < HandshakeHeader || _messageLength < HandshakeHeader + BodyLength) continue;
            TakeMessage(_message[0], _message.AsSpan(HandshakeHeader, Math.Min(BodyLength, MaxKept)));
            _messageLength = 0;
        }
    }

    private int BodyLength => _message[1] << 16 | _message[2] << 8 | _message[3];

    private void TakeMessage(byte type, ReadOnlySpan<byte> body)
    {
        const byte serverHello = 2, serverKeyExchange = 12, serverHelloDone = 14, finished = 20;
        if (type == serverHello) TakeServerHello(body);
        else if (type == serverKeyExchange) TakeServerKeyExchange(body);
        else if (type is serverHelloDone or finished) IsDone = true;
    }

    private void TakeServerHello(ReadOnlySpan<byte> body)
    {
        const int fixedPart = 35;
        const ushort supportedVersions = 43, keyShare = 51;
        if (body.Length < fixedPart || body.Slice(2, 32).SequenceEqual(HelloRetryRequest)) return;
        var version = (int)BinaryPrimitives.ReadUInt16BigEndian(body);
        var extensions = Skip(body[(fixedPart - 1)..], 1 + body[fixedPart - 1] + 3);
        if (extensions.Length >= 2) extensions = extensions[2..];
        while (extensions.Length >= 4)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            var length = BinaryPrimitives.ReadUInt16BigEndian(extensions[2..]);
            var value = extensions[4..];
            if (type == supportedVersions && length == 2 && value.Length >= 2) version = BinaryPrimitives.ReadUInt16BigEndian(value);
            if (type == keyShare && length >= 4 && value.Length >= 2) Group = BinaryPrimitives.ReadUInt16BigEndian(value);
            extensions = Skip(value, length);
        }

        Version = version;
        if (version >= 0x0304) IsDone = true;
    }

    private void TakeServerKeyExchange(ReadOnlySpan<byte> body)
    {
        const byte namedCurve = 3;
        if (body.Length >= 3 && body[0] == namedCurve) Group = BinaryPrimitives.ReadUInt16BigEndian(body[1..]);
        IsDone = true;
    }

    private static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> bytes, int count) => bytes.Length < count ? [] : bytes[count..];

    // RFC 8446 section 4.1.3: SHA-256 of "HelloRetryRequest".
    private static ReadOnlySpan<byte> HelloRetryRequest =>
    [
        0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
        0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
    ];
}
