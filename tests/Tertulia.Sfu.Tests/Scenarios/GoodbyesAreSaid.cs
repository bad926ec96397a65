using Tertulia.Rtc;
using Tertulia.Simulation;

namespace Tertulia.Sfu.Tests.Scenarios;

public sealed class GoodbyesAreSaid
{
    [Fact]
    public void A_connection_that_the_server_closes_is_closed_at_the_client_too()
    {
        using var meeting = new SimulatedMeeting(useDtls: true);
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        meeting.Run(TimeSpan.FromSeconds(1));
        var connection = ada.ConnectionTo(ben);
        Assert.Equal(PeerConnectionState.Connected, connection.Peer.State);

        meeting.Room.CloseConnection(meeting.Now, ada.Id, ConnectionKey.DownlinkOf(ben.Id));
        Assert.NotNull(meeting.RunUntil(() => connection.Peer.State == PeerConnectionState.Closed, TimeSpan.FromMilliseconds(100)));
    }
}
