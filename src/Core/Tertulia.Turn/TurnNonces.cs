using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Tertulia.Rtc.Net;

namespace Tertulia.Turn;

internal enum NonceState
{
    Invalid,
    Stale,
    Fresh,
}

/// <summary>
/// Nonces that need no memory: the time of issue and a MAC over it and the client's address, in Base64. A client cannot use
/// another's, nor one older than an hour (RFC 8656 section 5). They begin with the cookie by which a client knows that whoever took
/// PASSWORD-ALGORITHMS out of a challenge was not this server (RFC 8489 section 9.2).
/// </summary>
internal sealed class TurnNonces
{
    public const int Size = 9 + 4 + (TimeSize + MacSize) * 4 / 3;

    /// <summary>
    /// Followed by the features of RFC 8489 section 18.1: password algorithms (bit 0) and anonymous user names (bit 1), counted from the least
    /// significant bit as in the vector of appendix B.1.
    /// </summary>
    private static ReadOnlySpan<byte> Cookie => "obMatJos2AAAD"u8;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private const int TimeSize = 6;
    private const int MacSize = 9;

    private readonly byte[] _key = new byte[32];

    public TurnNonces(EntropySource entropy) => entropy.Fill(_key);

    public void Write(Instant now, in TransportAddress client, Span<byte> nonce) =>
        Write(now.Ticks / TimeSpan.TicksPerSecond, client, nonce);

    public NonceState Check(Instant now, in TransportAddress client, ReadOnlySpan<byte> nonce)
    {
        if (nonce.Length != Size) return NonceState.Invalid;
        Span<byte> time = stackalloc byte[8];
        time.Clear();
        if (Base64.DecodeFromUtf8(nonce.Slice(Cookie.Length, TimeSize * 4 / 3), time[2..], out _, out _) != OperationStatus.Done) return NonceState.Invalid;
        var issued = BinaryPrimitives.ReadInt64BigEndian(time);
        Span<byte> expected = stackalloc byte[Size];
        Write(issued, client, expected);
        if (!CryptographicOperations.FixedTimeEquals(nonce, expected)) return NonceState.Invalid;
        return now.Ticks / TimeSpan.TicksPerSecond - issued < (long)Lifetime.TotalSeconds ? NonceState.Fresh : NonceState.Stale;
    }

    private void Write(long seconds, in TransportAddress client, Span<byte> nonce)
    {
        Span<byte> text = stackalloc byte[8 + 16 + 2];
        BinaryPrimitives.WriteInt64BigEndian(text, seconds);
        client.WriteAddress(text[8..]);
        BinaryPrimitives.WriteUInt16BigEndian(text[24..], client.Port);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, text, mac);
        Cookie.CopyTo(nonce);
        Base64.EncodeToUtf8(text[2..8], nonce[Cookie.Length..], out _, out _);
        Base64.EncodeToUtf8(mac[..MacSize], nonce[(Cookie.Length + TimeSize * 4 / 3)..], out _, out _);
    }
}
