using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Tests.Dtls;

public sealed class DtlsCloseTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_goodbye_closes_the_other_end(bool clientCloses)
    {
        using var peers = new DtlsPeers();
        peers.Run();
        var (closing, other) = clientCloses ? (peers.Client, peers.Server) : (peers.Server, peers.Client);
        closing.Close();
        peers.Run();
        Assert.Equal((DtlsState.Closed, DtlsState.Closed), (closing.State, other.State));
        Assert.Equal(Instant.Never, other.NextDeadline);
        closing.Close();
        other.Close();
        peers.Run();
    }

    [Fact]
    public void Closing_amid_a_handshake_ends_it_silently()
    {
        using var peers = new DtlsPeers();
        peers.Run(TimeSpan.FromMilliseconds(25));
        Assert.Equal(DtlsState.Handshaking, peers.Server.State);
        peers.Server.Close();
        peers.Run();
        Assert.Equal((DtlsState.Closed, null), (peers.Server.State, peers.Server.Failure));
        Assert.Equal((DtlsState.Failed, DtlsFailure.Timeout), (peers.Client.State, peers.Client.Failure));
    }

    [Fact]
    public void A_disposed_transport_ignores_everything()
    {
        var peers = new DtlsPeers();
        peers.Run();
        peers.Dispose();
        peers.Dispose();
        peers.Server.HandleDatagram(peers.Now, new byte[] { 22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 });
        peers.Server.HandleTimeout(peers.Now);
        peers.Server.Close();
        peers.Run();
        Assert.Equal(DtlsState.Closed, peers.Server.State);
    }

    [Fact]
    public void A_replayed_or_forged_goodbye_before_the_end_is_ignored()
    {
        using var peers = new DtlsPeers();
        peers.Run();

        // A close_notify that is not encrypted, of epoch 0 and of the present one.
        foreach (var epoch in (byte[])[0, 1])
            peers.Server.HandleDatagram(peers.Now, new byte[] { 21, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 99, 0, 2, 1, 0 });
        Assert.Equal(DtlsState.Connected, peers.Server.State);
    }

    [Fact]
    public void Forged_records_too_short_to_decrypt_disturb_no_state()
    {
        foreach (var after in (int[])[0, 25, 45, 200])
        {
            using var peers = new DtlsPeers();
            peers.Run(TimeSpan.FromMilliseconds(after));
            for (byte type = 20; type < 24; type++)
            for (byte length = 0; length < 40; length++)
            {
                var forged = new byte[13 + length];
                (forged[0], forged[1], forged[2], forged[4], forged[10], forged[12]) = (type, 0xfe, 0xfd, 1, length, length);
                peers.Server.HandleDatagram(peers.Now, forged);
                if (peers.Client.State != DtlsState.New) peers.Client.HandleDatagram(peers.Now, forged);
            }

            peers.Run();
            DtlsHandshakeTests.AssertConnected(peers);
            peers.Server.Close();
            peers.Run();
            Assert.Equal(DtlsState.Closed, peers.Client.State);
        }
    }
}
