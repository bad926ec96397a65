using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc.Tests.Srtp;

/// <summary>Another implementation reads what we write and writes what we read, rollovers included.</summary>
public sealed class LibSrtpTests
{
    public static readonly TheoryData<SrtpProfile> Profiles = SrtpSessionTests.Profiles;

    [LibSrtpTheory]
    [MemberData(nameof(Profiles))]
    public void Both_directions_agree_over_several_wraps(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var keys = peers.Keys;
        using var reader = new LibSrtp(profile, keys.LocalKey, keys.LocalSalt, outbound: false);
        using var writer = new LibSrtp(profile, keys.LocalKey, keys.LocalSalt, outbound: true);
        var random = new Random(1);
        for (var index = 30_000; index < 5 * 0x10000; index += random.Next(1, 800))
        {
            var plain = SrtpPeers.Rtp((ushort)index, payload: random.Next(300), csrcs: index % 4, extensionWords: index % 3 - 1);
            var ours = peers.Protect(plain);
            Assert.Equal(plain, reader.Unprotect(ours));
            Assert.Equal(ours, writer.Protect(plain));
            Assert.Equal(plain, peers.Unprotect(ours, out _));
        }
    }

    [LibSrtpTheory]
    [MemberData(nameof(Profiles))]
    public void Rtcp_agrees(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var keys = peers.Keys;
        using var reader = new LibSrtp(profile, keys.LocalKey, keys.LocalSalt, outbound: false);
        using var writer = new LibSrtp(profile, keys.LocalKey, keys.LocalSalt, outbound: true);
        for (var i = 0; i < 50; i++)
        {
            var plain = SrtpPeers.Rtcp(9, i % 5);
            Assert.Equal(plain, reader.UnprotectRtcp(peers.ProtectRtcp(plain)));
            Assert.Equal(plain, peers.UnprotectRtcp(writer.ProtectRtcp(plain), out _));
        }
    }
}
