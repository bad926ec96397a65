using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc.Tests.Srtp;

/// <summary>The published vectors of RFC 3711 appendix B and RFC 7714 sections 16 and 17.</summary>
public sealed class SrtpVectorTests
{
    private const string GcmKey = "000102030405060708090a0b0c0d0e0f";
    private const string GcmSalt = "517569642070726f2071756f";
    private const string Rtp = "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
    private const string Rtcp = "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";

    private const string ProtectedRtp =
        "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce";

    private const string ProtectedRtcp =
        "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4";

    [Theory]
    [InlineData(0x0000, "E03EAD0935C95E80E166B16DD92B4EB4")]
    [InlineData(0x0001, "D23513162B02D0F72A43A2FE4A5F97AB")]
    [InlineData(0x0002, "41E95B3BB0A2E8DD477901E4FCA894C0")]
    [InlineData(0xfeff, "EC8CDF7398607CB0F2D21675EA9EA1E4")]
    [InlineData(0xff00, "362B7C3C6773516318A077D7FC5073AE")]
    [InlineData(0xff01, "6A2CC3787889374FBEB4C81B17BA6C44")]
    public void Rfc3711B2_counter_mode_keystream(int block, string keystream)
    {
        using var cipher = new AesCounter128(Convert.FromHexString("2B7E151628AED2A6ABF7158809CF4F3C"));
        var data = new byte[(block + 1) * 16];
        cipher.Apply(Convert.FromHexString("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000"), data);
        Assert.Equal(keystream, Convert.ToHexString(data.AsSpan(block * 16)));
    }

    [Fact]
    public void Rfc3711B3_key_derivation()
    {
        var keys = SrtpSessionKeys.Derive(SrtpProfile.Aes128CmHmacSha1_80,
            Convert.FromHexString("E1F97A0D3E018BE0D64FA32C06DE4139"), Convert.FromHexString("0EC675AD498AFEEBB6960B3AABE6"));
        Assert.Equal("C61E7A93744F39EE10734AFE3FF7A087", Convert.ToHexString(keys.RtpKey));
        Assert.Equal("30CBBC08863D8C85D49DB34A9AE1", Convert.ToHexString(keys.RtpSalt));
        Assert.Equal("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4", Convert.ToHexString(keys.RtpAuthentication));
    }

    [Fact]
    public void Rfc7714_16_1_protects_and_unprotects_rtp()
    {
        var packet = new byte[100];
        var plain = Convert.FromHexString(Rtp);
        plain.CopyTo(packet, 0);
        using var sender = SrtpTransform.Create(SrtpProfile.AeadAes128Gcm, GcmKeys(), encrypt: true);
        var length = sender.ProtectRtp(packet, plain.Length, 12, 0x5501a0b2, 0xf17b);
        Assert.Equal(ProtectedRtp, Convert.ToHexStringLower(packet.AsSpan(0, length)));

        using var receiver = SrtpTransform.Create(SrtpProfile.AeadAes128Gcm, GcmKeys(), encrypt: false);
        Assert.True(receiver.TryUnprotectRtp(packet.AsSpan(0, length), 12, 0x5501a0b2, 0xf17b));
        Assert.Equal(plain, packet[..plain.Length]);
    }

    [Fact]
    public void Rfc7714_17_1_protects_and_unprotects_rtcp()
    {
        var packet = new byte[100];
        var plain = Convert.FromHexString(Rtcp);
        plain.CopyTo(packet, 0);
        using var sender = SrtpTransform.Create(SrtpProfile.AeadAes128Gcm, GcmKeys(), encrypt: true);
        var length = sender.ProtectRtcp(packet, plain.Length, 0x4d617273, 0x5d4);
        Assert.Equal(ProtectedRtcp, Convert.ToHexStringLower(packet.AsSpan(0, length)));

        using var receiver = SrtpTransform.Create(SrtpProfile.AeadAes128Gcm, GcmKeys(), encrypt: false);
        Assert.True(receiver.TryUnprotectRtcp(packet.AsSpan(0, length), 0x4d617273, 0x5d4));
        Assert.Equal(plain, packet[..plain.Length]);
    }

    [Fact]
    public void Rfc7714_17_3_tags_what_is_not_encrypted()
    {
        using var seal = AesGcmCipher.Create(Convert.FromHexString(GcmKey), encrypt: true);
        var tag = new byte[16];
        seal.Seal(Convert.FromHexString("517524055203726f207170bb"), Convert.FromHexString(Rtcp + "000005d4"), [], tag);
        Assert.Equal("841dd9683dd78ec92ae58790125f62b3", Convert.ToHexStringLower(tag));
    }

    private static SrtpSessionKeys GcmKeys()
    {
        var key = Convert.FromHexString(GcmKey);
        var salt = Convert.FromHexString(GcmSalt);
        return new() { RtpKey = key, RtpSalt = salt, RtpAuthentication = [], RtcpKey = key, RtcpSalt = salt, RtcpAuthentication = [] };
    }
}
