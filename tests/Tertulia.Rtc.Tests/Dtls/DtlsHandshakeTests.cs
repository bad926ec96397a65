using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc.Tests.Dtls;

public sealed class DtlsHandshakeTests
{
    [Fact]
    public void Both_ends_get_the_same_keys_of_the_preferred_profile()
    {
        using var peers = new DtlsPeers();
        peers.Run();
        AssertConnected(peers);
        Assert.Equal(SrtpProfile.AeadAes128Gcm, peers.Server.Keys!.Profile);
        Assert.True(peers.LongestDatagram <= DtlsTransport.Mtu);
        Assert.Equal(Instant.Never, peers.Server.NextDeadline);
    }

    internal static void AssertConnected(DtlsPeers peers)
    {
        Assert.Equal((DtlsState.Connected, DtlsState.Connected), (peers.Client.State, peers.Server.State));
        var (client, server) = (peers.Client.Keys!, peers.Server.Keys!);
        Assert.Equal(client.Profile, server.Profile);
        Assert.Equal(client.LocalKey, server.RemoteKey);
        Assert.Equal(client.RemoteKey, server.LocalKey);
        Assert.Equal(client.LocalSalt, server.RemoteSalt);
        Assert.Equal(client.RemoteSalt, server.LocalSalt);
        Assert.NotEqual(client.LocalKey, client.RemoteKey);
        Assert.Equal(client.Profile.MasterSaltLength(), client.LocalSalt.Length);
    }
}
