using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tertulia.Rtc.Stun;

/// <summary>Keys and checks over whole messages (RFC 8489 sections 9 and 14.5 to 14.7).</summary>
public static class StunAuthentication
{
    internal const int IntegritySize = 20;
    internal const int Sha256Size = 32;
    internal const int FingerprintSize = 4;
    internal const uint FingerprintXor = 0x5354554e;

    /// <summary>Longest message that is ever hashed; a longer one claiming integrity is not ours.</summary>
    internal const int MaxAuthenticatedSize = 2048;

    private const int LengthFieldOffset = 2;

    /// <summary>Key of the short-term mechanism: the password itself. ICE passwords are ASCII, which SASLprep leaves as it is.</summary>
    public static byte[] ShortTermKey(string password) => Encoding.UTF8.GetBytes(password);

    /// <summary>Key of the long-term mechanism: MD5 over <c>username:realm:password</c>. The caller has prepared the text.</summary>
    public static byte[] LongTermKey(string username, string realm, string password) =>
        MD5.HashData(Encoding.UTF8.GetBytes($"{username}:{realm}:{password}"));

    /// <summary>The same with SHA-256 (section 18.5.1.2), for whom PASSWORD-ALGORITHM says so.</summary>
    public static byte[] LongTermKeySha256(string username, string realm, string password) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{username}:{realm}:{password}"));

    /// <summary>The value of USERHASH, which stands for a user name that is not to be seen (section 14.4).</summary>
    public static byte[] Userhash(string username, string realm) => SHA256.HashData(Encoding.UTF8.GetBytes($"{username}:{realm}"));

    /// <summary>
    /// HMAC-SHA1 over what comes before MESSAGE-INTEGRITY, with the length field as if that attribute were the last one.
    /// </summary>
    internal static void ComputeIntegrity(ReadOnlySpan<byte> beforeAttribute, ReadOnlySpan<byte> key, Span<byte> destination)
    {
        Span<byte> hashed = stackalloc byte[MaxAuthenticatedSize];
        HMACSHA1.HashData(key, Hashed(beforeAttribute, IntegritySize, hashed), destination);
    }

    /// <summary>HMAC-SHA256 over what comes before MESSAGE-INTEGRITY-SHA256, in the same way.</summary>
    internal static void ComputeIntegritySha256(ReadOnlySpan<byte> beforeAttribute, ReadOnlySpan<byte> key, Span<byte> destination)
    {
        Span<byte> hashed = stackalloc byte[MaxAuthenticatedSize];
        HMACSHA256.HashData(key, Hashed(beforeAttribute, Sha256Size, hashed), destination);
    }

    private static ReadOnlySpan<byte> Hashed(ReadOnlySpan<byte> beforeAttribute, int size, Span<byte> buffer)
    {
        beforeAttribute.CopyTo(buffer);
        var length = beforeAttribute.Length - StunMessage.HeaderSize + StunMessage.AttributeHeaderSize + size;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[LengthFieldOffset..], (ushort)length);
        return buffer[..beforeAttribute.Length];
    }

    /// <summary>CRC over what comes before FINGERPRINT, with the length field as if that attribute were the last one.</summary>
    internal static uint ComputeFingerprint(ReadOnlySpan<byte> beforeAttribute)
    {
        Span<byte> start = stackalloc byte[4];
        beforeAttribute[..2].CopyTo(start);
        var length = beforeAttribute.Length - StunMessage.HeaderSize + StunMessage.AttributeHeaderSize + FingerprintSize;
        BinaryPrimitives.WriteUInt16BigEndian(start[LengthFieldOffset..], (ushort)length);
        return ~Crc32.Append(Crc32.Append(uint.MaxValue, start), beforeAttribute[4..]) ^ FingerprintXor;
    }
}
