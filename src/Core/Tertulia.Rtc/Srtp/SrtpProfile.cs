namespace Tertulia.Rtc.Srtp;

/// <summary>DTLS-SRTP protection profiles, by their IANA value (RFC 5764 section 4.1.2, RFC 7714 section 14.2).</summary>
public enum SrtpProfile : ushort
{
    Aes128CmHmacSha1_80 = 0x0001,
    AeadAes128Gcm = 0x0007,
}

public static class SrtpProfileExtensions
{
    /// <summary>Bytes of the master key; both profiles use AES-128.</summary>
    public static int MasterKeyLength(this SrtpProfile profile) => 16;

    /// <summary>Bytes of the master salt: 112 bits for AES-CM (RFC 3711 section 8.2), 96 for GCM (RFC 7714 section 12).</summary>
    public static int MasterSaltLength(this SrtpProfile profile) => profile == SrtpProfile.AeadAes128Gcm ? 12 : 14;
}
