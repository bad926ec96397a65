using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc.Tests.Srtp;

/// <summary>Whole streams over networks that lose, reorder, repeat and forge.</summary>
public sealed class SrtpStreamTests
{
    public static readonly TheoryData<SrtpProfile> Profiles = SrtpSessionTests.Profiles;

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Streams_pass_the_wrap_from_every_place_near_it(SrtpProfile profile)
    {
        for (var start = 0xffff - 40; start <= 0xffff; start++)
        {
            using var peers = new SrtpPeers(profile);
            for (var i = 0; i < 80; i++) AssertPasses(peers, start + i);
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Long_losses_over_many_wraps_keep_the_rollover_counter(SrtpProfile profile)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            using var peers = new SrtpPeers(profile, seed);
            var index = random.Next(0x8000);
            for (var i = 0; i < 100; i++)
            {
                AssertPasses(peers, index);
                index += 1 + random.Next(0x7fff);
            }

            Assert.True(index >> 16 > 10);
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Reordering_within_the_window_loses_nothing_and_repeats_nothing(SrtpProfile profile)
    {
        for (var seed = 0; seed < 4; seed++)
        {
            using var peers = new SrtpPeers(profile, seed);
            var start = 0xffff - 700 * seed;
            var plain = Enumerable.Range(start, 3000).Select(i => SrtpPeers.Rtp((ushort)i, payload: 20)).ToArray();
            var wire = plain.Select(peers.Protect).ToArray();

            // Each packet is late by less than half the window, so none falls out of it.
            var random = new Random(seed);
            var order = Enumerable.Range(0, wire.Length).OrderBy(i => i == 0 ? -1 : i + random.Next(ReplayWindow.Size / 2)).ToArray();
            foreach (var i in order) Assert.Equal(plain[i], peers.Unprotect(wire[i], out _));
            foreach (var i in order)
            {
                Assert.Empty(peers.Unprotect(wire[i], out var error));
                Assert.True(error is SrtpError.Replayed or SrtpError.TooOld);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_change_of_any_bit_is_noticed_and_does_no_harm(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        AssertPasses(peers, 99);
        var plain = SrtpPeers.Rtp(100, payload: 5, csrcs: 1, extensionWords: 1);
        var packet = peers.Protect(plain);
        var plainControl = SrtpPeers.Rtcp();
        var control = peers.ProtectRtcp(plainControl);
        for (var bit = 0; bit < packet.Length * 8; bit++)
        {
            Assert.Empty(peers.Unprotect(Flip(packet, bit), out var error));
            Assert.NotEqual(SrtpError.None, error);
        }

        for (var bit = 0; bit < control.Length * 8; bit++)
        {
            Assert.Empty(peers.UnprotectRtcp(Flip(control, bit), out var error));
            Assert.NotEqual(SrtpError.None, error);
        }

        Assert.Equal(plain, peers.Unprotect(packet, out _));
        Assert.Equal(plainControl, peers.UnprotectRtcp(control, out _));

        static byte[] Flip(byte[] bytes, int bit)
        {
            var copy = bytes.ToArray();
            copy[bit / 8] ^= (byte)(1 << bit % 8);
            return copy;
        }
    }

    /// <summary>An attacker who knows sequence numbers must not be able to push the rollover counter or fill the state.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void Forged_packets_leave_no_trace(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        AssertPasses(peers, 40_000);
        using var stranger = new SrtpPeers(profile, seed: 2);
        for (var i = 0; i < 5000; i++)
        {
            Assert.Empty(peers.Unprotect(stranger.Protect(SrtpPeers.Rtp((ushort)(i * 13), (uint)i)), out var error));
            Assert.Equal(SrtpError.AuthenticationFailed, error);
            Assert.Empty(peers.UnprotectRtcp(stranger.ProtectRtcp(SrtpPeers.Rtcp((uint)i)), out error));
            Assert.Equal(SrtpError.AuthenticationFailed, error);
        }

        AssertPasses(peers, 40_001);
        for (uint ssrc = 0; ssrc < SrtpSession.MaxSources - 1; ssrc++)
            Assert.NotEmpty(peers.Unprotect(peers.Protect(SrtpPeers.Rtp(1, 50_000 + ssrc)), out _));
        Assert.Empty(peers.Unprotect(peers.Protect(SrtpPeers.Rtp(1, 1)), out var last));
        Assert.Equal(SrtpError.TooManySources, last);
        AssertPasses(peers, 40_002);
        for (uint ssrc = 0; ssrc < SrtpSession.MaxSources; ssrc++)
            Assert.NotEmpty(peers.UnprotectRtcp(peers.ProtectRtcp(SrtpPeers.Rtcp(ssrc)), out _));
        Assert.Empty(peers.UnprotectRtcp(peers.ProtectRtcp(SrtpPeers.Rtcp(70_000)), out last));
        Assert.Equal(SrtpError.TooManySources, last);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Ssrcs_have_rollover_counters_of_their_own(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        foreach (var ssrc in (uint[])[1, 2, 3])
            for (var index = 0xfff0 + 3 * (int)ssrc; index < 0x10010; index += (int)ssrc) AssertPasses(peers, index, ssrc);
    }

    private static void AssertPasses(SrtpPeers peers, long index, uint ssrc = 0x1234)
    {
        var plain = SrtpPeers.Rtp((ushort)index, ssrc, payload: 20);
        var packet = peers.Protect(plain);
        Assert.NotEmpty(packet);
        Assert.Equal(plain, peers.Unprotect(packet, out var error));
        Assert.Equal(SrtpError.None, error);
    }
}
