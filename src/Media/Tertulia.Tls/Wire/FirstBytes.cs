using System.Buffers.Binary;

namespace Tertulia.Tls.Wire;

/// <summary>What a client speaks on a TCP connection.</summary>
public enum StreamProtocol
{
    /// <summary>Too few bytes to tell.</summary>
    Undecided,

    Tls,

    /// <summary>HTTP/1.1, or HTTP/2 by its preface.</summary>
    Http,

    /// <summary>STUN or TURN, framed as RFC 8489 section 6.2.2 and RFC 8656 section 12.5 have it.</summary>
    Turn,

    /// <summary>ICE-TCP: connectivity checks, DTLS and media in the frames of RFC 4571.</summary>
    Ice,

    /// <summary>Nothing that is served here.</summary>
    Unknown,
}

/// <summary>
/// Tells protocols that share a port apart by what the client says first. All of them speak first, and none can be taken for another: a TLS
/// record begins with 0x16, an HTTP method with a letter, and a STUN message with two zero bits and, four bytes on, the magic cookie.
/// </summary>
public static class FirstBytes
{
    /// <summary>After so many bytes there is always a verdict.</summary>
    public const int MaxNeeded = 10;

    private const uint MagicCookie = 0x2112a442;
    private const byte TlsHandshake = 0x16;
    private const byte TlsMajorVersion = 3;
    private const int CookieInStun = 4;
    private const int CookieInFrame = 6;

    public static StreamProtocol Classify(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return StreamProtocol.Undecided;
        if (char.IsAsciiLetter((char)bytes[0])) return StreamProtocol.Http;
        if (bytes[0] == TlsHandshake)
        {
            // No frame of ICE-TCP begins so: its first message would have more than 5,000 bytes.
            if (bytes.Length < 2) return StreamProtocol.Undecided;
            return bytes[1] == TlsMajorVersion ? StreamProtocol.Tls : StreamProtocol.Unknown;
        }

        if (bytes[0] >= 0x40) return StreamProtocol.Unknown;
        var stun = Cookie(bytes, CookieInStun);
        if (stun == StreamProtocol.Turn) return stun;
        var frame = Cookie(bytes, CookieInFrame);
        if (frame == StreamProtocol.Turn) return StreamProtocol.Ice;
        return stun == StreamProtocol.Undecided || frame == StreamProtocol.Undecided ? StreamProtocol.Undecided : StreamProtocol.Unknown;
    }

    // As far as there are bytes, they have to agree.
    private static StreamProtocol Cookie(ReadOnlySpan<byte> bytes, int at)
    {
        Span<byte> cookie = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(cookie, MagicCookie);
        if (bytes.Length <= at) return StreamProtocol.Undecided;
        var there = bytes.Slice(at, Math.Min(cookie.Length, bytes.Length - at));
        if (!cookie.StartsWith(there)) return StreamProtocol.Unknown;
        return there.Length == cookie.Length ? StreamProtocol.Turn : StreamProtocol.Undecided;
    }
}
