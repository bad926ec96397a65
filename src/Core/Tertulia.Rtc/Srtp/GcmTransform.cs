using System.Buffers.Binary;

namespace Tertulia.Rtc.Srtp;

/// <summary>AEAD_AES_128_GCM (RFC 7714): the header is associated data, the tag follows the ciphertext.</summary>
internal sealed class GcmTransform : SrtpTransform
{
    private readonly AesGcmCipher _rtp;
    private readonly AesGcmCipher _rtcp;
    private readonly byte[] _rtpSalt;
    private readonly byte[] _rtcpSalt;

    public GcmTransform(SrtpSessionKeys keys, bool encrypt)
    {
        _rtp = AesGcmCipher.Create(keys.RtpKey, encrypt);
        _rtcp = AesGcmCipher.Create(keys.RtcpKey, encrypt);
        _rtpSalt = [.. keys.RtpSalt];
        _rtcpSalt = [.. keys.RtcpSalt];
    }

    public override int TagLength => AesGcmCipher.TagLength;

    public override int ProtectRtp(Span<byte> buffer, int length, int headerLength, uint ssrc, long index)
    {
        Span<byte> nonce = stackalloc byte[AesGcmCipher.NonceLength];
        WriteNonce(nonce, _rtpSalt, ssrc, index);
        _rtp.Seal(nonce, buffer[..headerLength], buffer[headerLength..length], buffer[length..]);
        return length + TagLength;
    }

    public override bool TryUnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, long index)
    {
        Span<byte> nonce = stackalloc byte[AesGcmCipher.NonceLength];
        WriteNonce(nonce, _rtpSalt, ssrc, index);
        return _rtp.TryOpen(nonce, packet[..headerLength], packet[headerLength..^TagLength], packet[^TagLength..]);
    }

    public override int ProtectRtcp(Span<byte> buffer, int length, uint ssrc, uint index)
    {
        Span<byte> nonce = stackalloc byte[AesGcmCipher.NonceLength];
        WriteNonce(nonce, _rtcpSalt, ssrc, index);
        Span<byte> associated = stackalloc byte[RtcpHeaderLength + IndexLength];
        WriteAssociated(associated, buffer, index);
        _rtcp.Seal(nonce, associated, buffer[RtcpHeaderLength..length], buffer[length..]);
        associated[RtcpHeaderLength..].CopyTo(buffer[(length + TagLength)..]);
        return length + TagLength + IndexLength;
    }

    public override bool TryUnprotectRtcp(Span<byte> packet, uint ssrc, uint index)
    {
        Span<byte> nonce = stackalloc byte[AesGcmCipher.NonceLength];
        WriteNonce(nonce, _rtcpSalt, ssrc, index);
        Span<byte> associated = stackalloc byte[RtcpHeaderLength + IndexLength];
        WriteAssociated(associated, packet, index);
        var sealedPart = packet[RtcpHeaderLength..^IndexLength];
        return _rtcp.TryOpen(nonce, associated, sealedPart[..^TagLength], sealedPart[^TagLength..]);
    }

    public override void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    /// <summary>RFC 7714 sections 8.1 and 9.1: zeros, SSRC and the 48-bit index (for SRTCP zeros and 31 bits), with the salt.</summary>
    private static void WriteNonce(Span<byte> nonce, byte[] salt, uint ssrc, long index)
    {
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], (ulong)index);
        BinaryPrimitives.WriteUInt16BigEndian(nonce, 0);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[2..], ssrc);
        for (var i = 0; i < nonce.Length; i++) nonce[i] ^= salt[i];
    }

    /// <summary>RFC 7714 section 9.2: the clear header and the word with E flag and index, though that stands at the end.</summary>
    private static void WriteAssociated(Span<byte> associated, ReadOnlySpan<byte> packet, uint index)
    {
        packet[..RtcpHeaderLength].CopyTo(associated);
        BinaryPrimitives.WriteUInt32BigEndian(associated[RtcpHeaderLength..], EncryptedFlag | index);
    }
}
