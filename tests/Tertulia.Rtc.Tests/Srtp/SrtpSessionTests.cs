using System.Runtime.CompilerServices;
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

    [Theory]
    [MemberData(nameof(Profiles))]
    public void An_index_is_never_used_twice(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        Assert.NotEmpty(peers.Protect(SrtpPeers.Rtp(5000)));
        Assert.Empty(peers.Protect(SrtpPeers.Rtp(5000, payload: 41)));
        Assert.NotEmpty(peers.Protect(SrtpPeers.Rtp(5001)));
        Assert.NotEmpty(peers.Protect(SrtpPeers.Rtp(4999)));
        Assert.Empty(peers.Protect(SrtpPeers.Rtp(5001 - ReplayWindow.Size)));
        Assert.NotEmpty(peers.Protect(SrtpPeers.Rtp(5000, ssrc: 7)));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Rtcp_ends_with_the_last_index(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        NextRtcpIndex(peers.Sender) = int.MaxValue;
        var rtcp = SrtpPeers.Rtcp();
        Assert.Equal(rtcp, peers.UnprotectRtcp(peers.ProtectRtcp(rtcp), out _));
        Assert.Empty(peers.ProtectRtcp(rtcp));
        Assert.Empty(peers.ProtectRtcp(rtcp));

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_nextRtcpIndex")]
        static extern ref uint NextRtcpIndex(SrtpSession session);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Rtcp_that_is_not_encrypted_is_refused(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var srtcp = peers.ProtectRtcp(SrtpPeers.Rtcp());
        srtcp[profile == SrtpProfile.AeadAes128Gcm ? ^4 : ^14] &= 0x7f;
        Assert.Empty(peers.UnprotectRtcp(srtcp, out var error));
        Assert.Equal(SrtpError.NotEncrypted, error);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void What_is_no_packet_is_refused_by_both_ends(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var good = peers.Protect(SrtpPeers.Rtp(1, csrcs: 2, extensionWords: 3, payload: 0));
        for (var length = 0; length < good.Length; length++)
        {
            Assert.Empty(peers.Unprotect(good[..length], out var error));
            Assert.Equal(SrtpError.Malformed, error);
        }

        var control = peers.ProtectRtcp(SrtpPeers.Rtcp(reports: 0));
        for (var length = 0; length < control.Length; length++)
        {
            Assert.Empty(peers.UnprotectRtcp(control[..length], out var error));
            Assert.Equal(SrtpError.Malformed, error);
        }

        Assert.Empty(peers.Protect(SrtpPeers.Rtp(1, csrcs: 2)[..19]));
        Assert.Empty(peers.Protect(SrtpPeers.Rtp(1, extensionWords: 3)[..20]));
        Assert.Empty(peers.Protect([0x40, .. SrtpPeers.Rtp(1)[1..]]));
        Assert.Empty(peers.ProtectRtcp(SrtpPeers.Rtcp()[..7]));
        Assert.Equal(0, peers.Sender.ProtectRtp(SrtpPeers.Rtp(1), 52));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Random_bytes_are_refused_without_an_exception(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var random = new Random(4);
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = new byte[random.Next(i % 50 == 0 ? 3000 : 80)];
            random.NextBytes(bytes);
            if (bytes.Length > 0 && i % 2 == 0) bytes[0] = (byte)(0x80 | bytes[0] & 0x3f);
            Assert.Empty(peers.Unprotect(bytes, out _));
            Assert.Empty(peers.UnprotectRtcp(bytes, out _));
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Nothing_is_allocated_for_a_known_source(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var rtp = SrtpPeers.Rtp(0, payload: 1100, extensionWords: 2);
        var rtcp = SrtpPeers.Rtcp();
        var buffer = new byte[1500];
        var allocated = 0L;
        for (var i = 0; i < 2000; i++)
        {
            if (i == 1000) allocated = GC.GetAllocatedBytesForCurrentThread();
            rtp.CopyTo(buffer, 0);
            (buffer[2], buffer[3]) = ((byte)(i >> 8), (byte)i);
            var length = peers.Sender.ProtectRtp(buffer, rtp.Length);
            if (!peers.Receiver.TryUnprotectRtp(buffer.AsSpan(0, length), out length, out _) || length != rtp.Length) Assert.Fail();
            if (peers.Receiver.TryUnprotectRtp(buffer.AsSpan(0, length), out length, out _)) Assert.Fail();
            rtcp.CopyTo(buffer, 0);
            length = peers.Sender.ProtectRtcp(buffer, rtcp.Length);
            if (!peers.Receiver.TryUnprotectRtcp(buffer.AsSpan(0, length), out length, out _) || length != rtcp.Length) Assert.Fail();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    [Fact]
    public void Keys_are_mirrored_and_not_printed()
    {
        var keys = SrtpKeyingMaterial.Create(SrtpProfile.AeadAes128Gcm, new SeededEntropy(1));
        var mirror = keys.Mirror();
        Assert.Equal((keys.LocalKey, keys.LocalSalt, keys.RemoteKey, keys.RemoteSalt),
            (mirror.RemoteKey, mirror.RemoteSalt, mirror.LocalKey, mirror.LocalSalt));
        Assert.Equal("SrtpKeyingMaterial(AeadAes128Gcm)", keys.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => new SrtpSession(keys with { LocalKey = new byte[15] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SrtpSession(keys with { RemoteSalt = new byte[14] }));
    }

    [Fact]
    public void A_disposed_session_says_so()
    {
        var peers = new SrtpPeers(SrtpProfile.AeadAes128Gcm);
        peers.Dispose();
        peers.Dispose();
        Assert.Throws<ObjectDisposedException>(() => peers.Protect(SrtpPeers.Rtp(1)));
    }
}
