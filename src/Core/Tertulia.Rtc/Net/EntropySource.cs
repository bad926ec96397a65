using System.Buffers.Binary;

namespace Tertulia.Rtc.Net;

/// <summary>Randomness as an input: the operating system's in production, a seeded generator in the simulator.</summary>
public abstract class EntropySource
{
    private const string IceCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    public abstract void Fill(Span<byte> destination);

    public uint NextUInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    public ulong NextUInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    /// <summary>Text of <paramref name="length"/> ice-chars (RFC 8839 section 5.4), 6 bits each.</summary>
    public string NextIceText(int length)
    {
        Span<byte> bytes = stackalloc byte[length];
        Fill(bytes);
        return string.Create(length, bytes, static (text, random) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = IceCharacters[random[i] & 63];
        });
    }
}
