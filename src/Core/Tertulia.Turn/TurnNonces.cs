using System.Buffers.Binary;
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
/// Nonces that need no memory: the time of issue and a MAC over it and the client's address, in hexadecimal. A client cannot
/// use another's, nor one older than an hour (RFC 8656 section 5).
/// </summary>
internal sealed class TurnNonces
{
    public const int Size = 32;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private const int TimeSize = 6;
    private const int MacSize = 10;

    private readonly byte[] _key = new byte[32];

    public TurnNonces(EntropySource entropy) => entropy.Fill(_key);

    public void Write(Instant now, in TransportAddress client, Span<byte> nonce) =>
        Write(now.Ticks / TimeSpan.TicksPerSecond, client, nonce);

    public NonceState Check(Instant now, in TransportAddress client, ReadOnlySpan<byte> nonce)
    {
        if (nonce.Length != Size) return NonceState.Invalid;
        Span<byte> time = stackalloc byte[8];
        time.Clear();
        if (Convert.FromHexString(nonce[..(TimeSize * 2)], time[2..], out _, out _) != System.Buffers.OperationStatus.Done) return NonceState.Invalid;
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
        Convert.TryToHexStringLower(text[2..8], nonce, out _);
        Convert.TryToHexStringLower(mac[..MacSize], nonce[(TimeSize * 2)..], out _);
    }
}
