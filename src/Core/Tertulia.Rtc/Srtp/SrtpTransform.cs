namespace Tertulia.Rtc.Srtp;

/// <summary>
/// Cipher and authentication of one direction. The caller has checked lengths: buffers leave room for the overhead,
/// received packets are at least header plus overhead long.
/// </summary>
internal abstract class SrtpTransform : IDisposable
{
    /// <summary>The first bytes of an RTCP packet stay in clear: one header word and the sender's SSRC (RFC 3711 section 3.4).</summary>
    public const int RtcpHeaderLength = 8;

    /// <summary>The SRTCP index with its E flag.</summary>
    public const int IndexLength = 4;

    public const uint EncryptedFlag = 0x8000_0000;

    public abstract int TagLength { get; }

    public static SrtpTransform Create(SrtpProfile profile, SrtpSessionKeys keys, bool encrypt) => profile switch
    {
        SrtpProfile.AeadAes128Gcm => new GcmTransform(keys, encrypt),
        SrtpProfile.Aes128CmHmacSha1_80 => new CounterModeTransform(keys),
        _ => throw new ArgumentOutOfRangeException(nameof(profile)),
    };

    /// <returns>The protected length.</returns>
    public abstract int ProtectRtp(Span<byte> buffer, int length, int headerLength, uint ssrc, long index);

    /// <returns>False if not authentic; the packet is spoilt then.</returns>
    public abstract bool TryUnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, long index);

    /// <returns>The protected length.</returns>
    public abstract int ProtectRtcp(Span<byte> buffer, int length, uint ssrc, uint index);

    /// <returns>False if not authentic; the packet is spoilt then.</returns>
    public abstract bool TryUnprotectRtcp(Span<byte> packet, uint ssrc, uint index);

    public abstract void Dispose();
}
