using System.Buffers.Binary;

namespace Tertulia.Rtc.Dtls;

/// <summary>What can be seen of a DTLS record from outside (RFC 6347 section 4.1).</summary>
internal readonly ref struct DtlsRecord
{
    public const int HeaderLength = 13;
    public const byte ChangeCipherSpec = 20;
    public const byte Alert = 21;
    public const byte Handshake = 22;

    private const byte ClientHello = 1;
    private const int HandshakeHeaderLength = 12;

    /// <summary>Explicit nonce and tag of the AES-GCM suites (RFC 5288 section 3), the only ones we negotiate.</summary>
    private const int CipherOverhead = 24;

    private readonly ReadOnlySpan<byte> _bytes;

    private DtlsRecord(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte ContentType => _bytes[0];

    public int Epoch => BinaryPrimitives.ReadUInt16BigEndian(_bytes[3..]);

    public ReadOnlySpan<byte> Bytes => _bytes;

    public bool IsLongEnoughToDecrypt => Length >= HeaderLength + CipherOverhead;

    /// <summary>With the header.</summary>
    public int Length => _bytes.Length;

    /// <summary>True for any fragment of a ClientHello that is not encrypted.</summary>
    public bool IsClientHello => ContentType == Handshake && Epoch == 0 && Length >= HeaderLength + HandshakeHeaderLength
        && _bytes[HeaderLength] == ClientHello;

    /// <summary>True if this is where a ClientHello begins: each repetition has one such record, however it is fragmented.</summary>
    public bool IsClientHelloStart => IsClientHello && _bytes.Slice(HeaderLength + 6, 3).IndexOfAnyExcept((byte)0) < 0;

    /// <summary>The first record of <paramref name="bytes"/>, if it is whole.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out DtlsRecord record)
    {
        record = default;
        // Content types share the first byte with STUN, TURN channels, RTP and RTCP: 20 to 63 are DTLS (RFC 7983).
        if (bytes.Length < HeaderLength || bytes[0] is < 20 or > 63 || bytes[1] != 0xfe) return false;
        var length = HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[11..]);
        if (length > bytes.Length) return false;
        record = new(bytes[..length]);
        return true;
    }
}
