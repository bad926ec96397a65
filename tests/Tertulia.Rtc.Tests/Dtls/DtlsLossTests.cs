using Tertulia.Rtc.Dtls;

namespace Tertulia.Rtc.Tests.Dtls;

public sealed class DtlsLossTests
{
    private const int Seeds = 40;

    [Theory]
    [InlineData(0.00, 0)]
    [InlineData(0.05, 0)]
    [InlineData(0.10, 0)]
    [InlineData(0.20, 0)]
    [InlineData(0.30, 1)]
    [InlineData(0.40, 2)]
    public void Loss_duplicates_and_reordering_delay_the_handshake_only(double loss, int mostFailures)
    {
        var failures = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var network = new DtlsNetwork(loss, Duplication: 0.2, DelayMilliseconds: 10 + 20 * (seed % 5), JitterMilliseconds: 60);
            using var peers = new DtlsPeers(network, seed);
            var begin = peers.Now;
            peers.Run();
            if (peers.Client.State == DtlsState.Connected && peers.Server.State == DtlsState.Connected)
            {
                DtlsHandshakeTests.AssertConnected(peers);
                continue;
            }

            failures++;
            Assert.Equal((DtlsState.Failed, DtlsFailure.Timeout), (peers.Client.State, peers.Client.Failure));
            Assert.True(peers.Server.State is DtlsState.Failed or DtlsState.Connected or DtlsState.New);
            Assert.True(peers.LastEvent - begin <= DtlsTransport.HandshakeTimeout + TimeSpan.FromSeconds(1));
        }

        Assert.True(failures <= mostFailures, $"{failures} of {Seeds} handshakes failed");
    }

    [Fact]
    public void The_first_send_of_every_datagram_may_be_lost()
    {
        using var peers = new DtlsPeers();
        var seen = new HashSet<string>();
        peers.OnPath = (_, datagram) => seen.Add(Convert.ToHexString(datagram)) ? null : datagram;
        peers.Run();
        DtlsHandshakeTests.AssertConnected(peers);
    }

    [Fact]
    public void A_lost_final_flight_is_sent_again_when_the_client_repeats_itself()
    {
        using var peers = new DtlsPeers();
        var lost = 0;
        peers.OnPath = (fromClient, datagram) => !fromClient && peers.Server.State == DtlsState.Connected && lost++ < 4 ? null : datagram;
        peers.Run();
        Assert.True(lost > 4);
        DtlsHandshakeTests.AssertConnected(peers);
    }

    [Fact]
    public void A_repeated_hello_brings_the_answer_again_but_not_at_once()
    {
        using var peers = new DtlsPeers();
        byte[]? hello = null;
        var answers = 0;
        peers.OnPath = (fromClient, datagram) =>
        {
            if (fromClient) hello ??= datagram;
            else answers++;
            return fromClient && hello == datagram ? datagram : null;
        };
        peers.Run(TimeSpan.FromMilliseconds(30));
        var once = answers;
        Assert.True(once > 0);

        // As browsers do, which repeat an unanswered hello within milliseconds.
        for (var i = 0; i < 5; i++) Repeat();
        Assert.Equal(once, answers);
        peers.Run(TimeSpan.FromMilliseconds(55));
        Repeat();
        Repeat();
        Assert.Equal(2 * once, answers);

        void Repeat()
        {
            peers.Server.HandleDatagram(peers.Now, hello!);
            peers.Send(peers.Server);
        }
    }
}
