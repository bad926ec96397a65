using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc.Tests.Srtp;

public sealed class SrtpSessionTests
{
    public static readonly TheoryData<SrtpProfile> Profiles = [SrtpProfile.AeadAes128Gcm, SrtpProfile.Aes128CmHmacSha1_80];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Header_stays_clear_and_payload_comes_back(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        ushort sequence = 0;
        foreach (var csrcs in (int[])[0, 1, 15])
        foreach (var extension in (int[])[-1, 0, 1, 20])
        foreach (var payload in (int[])[0, 1, 15, 16, 17, 1200])
        {
            var rtp = SrtpPeers.Rtp(sequence++, payload: payload, csrcs: csrcs, extensionWords: extension);
            var srtp = peers.Protect(rtp);
            var header = rtp.Length - payload;
            Assert.Equal(rtp.Length + (profile == SrtpProfile.AeadAes128Gcm ? 16 : 10), srtp.Length);
            Assert.Equal(rtp[..header], srtp[..header]);
            if (payload > 8) Assert.NotEqual(rtp[header..], srtp[header..rtp.Length]);
            Assert.Equal(rtp, peers.Unprotect(srtp, out _));
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Rtcp_comes_back_and_a_replay_does_not(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        for (var i = 0; i < 2000; i++)
        {
            var rtcp = SrtpPeers.Rtcp((uint)(i % 3), i % 4);
            var srtcp = peers.ProtectRtcp(rtcp);
            Assert.Equal(rtcp, peers.UnprotectRtcp(srtcp, out _));
            peers.UnprotectRtcp(srtcp, out var error);
            Assert.Equal(SrtpError.Replayed, error);
        }
    }
}
