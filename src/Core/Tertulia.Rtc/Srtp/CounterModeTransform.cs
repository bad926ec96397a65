using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tertulia.Rtc.Srtp;

/// <summary>AES128_CM_HMAC_SHA1_80 (RFC 3711 sections 4.1.1 and 4.2.1): encrypt, then authenticate with an 80-bit tag.</summary>
internal sealed class CounterModeTransform : SrtpTransform
{
    private readonly AesCounter128 _rtp;
    private readonly AesCounter128 _rtcp;
    private readonly HmacSha1 _rtpMac;
    private readonly HmacSha1 _rtcpMac;
    private readonly byte[] _rtpSalt;
    private readonly byte[] _rtcpSalt;

    public CounterModeTransform(SrtpSessionKeys keys)
    {
        _rtp = new(keys.RtpKey);
        _rtcp = new(keys.RtcpKey);
        _rtpMac = new(keys.RtpAuthentication);
        _rtcpMac = new(keys.RtcpAuthentication);
        _rtpSalt = [.. keys.RtpSalt];
        _rtcpSalt = [.. keys.RtcpSalt];
    }

    public override int TagLength => 10;

    public override int ProtectRtp(Span<byte> buffer, int length, int headerLength, uint ssrc, long index)
    {
        ApplyKeystream(_rtp, _rtpSalt, ssrc, index, buffer[headerLength..length]);

        // The rollover counter is authenticated but not sent: it stands for a moment where the tag will be.
        BinaryPrimitives.WriteUInt32BigEndian(buffer[length..], (uint)(index >> 16));
        Span<byte> mac = stackalloc byte[HmacSha1.Length];
        _rtpMac.Compute(buffer[..(length + sizeof(uint))], mac);
        mac[..TagLength].CopyTo(buffer[length..]);
        return length + TagLength;
    }

    public override bool TryUnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, long index)
    {
        var length = packet.Length - TagLength;
        Span<byte> tag = stackalloc byte[TagLength];
        packet[length..].CopyTo(tag);
        BinaryPrimitives.WriteUInt32BigEndian(packet[length..], (uint)(index >> 16));
        if (!IsAuthentic(_rtpMac, packet[..(length + sizeof(uint))], tag)) return false;
        ApplyKeystream(_rtp, _rtpSalt, ssrc, index, packet[headerLength..length]);
        return true;
    }

    public override int ProtectRtcp(Span<byte> buffer, int length, uint ssrc, uint index)
    {
        ApplyKeystream(_rtcp, _rtcpSalt, ssrc, index, buffer[RtcpHeaderLength..length]);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[length..], EncryptedFlag | index);
        Span<byte> mac = stackalloc byte[HmacSha1.Length];
        _rtcpMac.Compute(buffer[..(length + IndexLength)], mac);
        mac[..TagLength].CopyTo(buffer[(length + IndexLength)..]);
        return length + IndexLength + TagLength;
    }

    public override bool TryUnprotectRtcp(Span<byte> packet, uint ssrc, uint index)
    {
        if (!IsAuthentic(_rtcpMac, packet[..^TagLength], packet[^TagLength..])) return false;
        ApplyKeystream(_rtcp, _rtcpSalt, ssrc, index, packet[RtcpHeaderLength..^(IndexLength + TagLength)]);
        return true;
    }

    public override void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
        _rtpMac.Dispose();
        _rtcpMac.Dispose();
    }

    private static bool IsAuthentic(HmacSha1 hmac, ReadOnlySpan<byte> authenticated, ReadOnlySpan<byte> tag)
    {
        Span<byte> mac = stackalloc byte[HmacSha1.Length];
        hmac.Compute(authenticated, mac);
        return CryptographicOperations.FixedTimeEquals(mac[..tag.Length], tag);
    }

    /// <summary>RFC 3711 section 4.1.1: IV = (salt · 2^16) XOR (SSRC · 2^64) XOR (index · 2^16).</summary>
    private static void ApplyKeystream(AesCounter128 cipher, byte[] salt, uint ssrc, long index, Span<byte> data)
    {
        Span<byte> counter = stackalloc byte[AesCounter128.BlockLength];
        counter.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(counter[4..], ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(counter[8..], (ulong)index << 16);
        for (var i = 0; i < salt.Length; i++) counter[i] ^= salt[i];
        cipher.Apply(counter, data);
    }
}
