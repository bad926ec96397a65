using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tertulia.Rtc.Stun;

/// <summary>Keys and checks over whole messages (RFC 8489 sections 9 and 14.5 to 14.7).</summary>
public static class StunAuthentication
{
    internal const int IntegritySize = 20;
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

    /// <summary>
    /// HMAC-SHA1 over what comes before MESSAGE-INTEGRITY, with the length field as if that attribute were the last one.
    /// </summary>
    internal static void ComputeIntegrity(ReadOnlySpan<byte> beforeAttribute, ReadOnlySpan<byte> key, Span<byte> destination)
    {
        Span<byte> hashed = stackalloc byte[MaxAuthenticatedSize];
        hashed = hashed[..beforeAttribute.Length];
        beforeAttribute.CopyTo(hashed);
        var length = beforeAttribute.Length - StunMessage.HeaderSize + StunMessage.AttributeHeaderSize + IntegritySize;
        BinaryPrimitives.WriteUInt16BigEndian(hashed[LengthFieldOffset..], (ushort)length);
        HMACSHA1.HashData(key, hashed, destination);
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
