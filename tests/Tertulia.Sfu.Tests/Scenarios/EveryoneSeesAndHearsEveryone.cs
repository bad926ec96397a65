using Tertulia.Simulation;

namespace Tertulia.Sfu.Tests.Scenarios;

public sealed class EveryoneSeesAndHearsEveryone
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(12)]
    public void Within_half_a_second_and_without_a_seam(int people)
    {
        using var meeting = new SimulatedMeeting();
        for (var i = 0; i < people; i++) meeting.Join($"peer{i}");
        meeting.Run(TimeSpan.FromSeconds(5));

        foreach (var viewer in meeting.Browsers)
        {
            foreach (var other in meeting.Browsers.Where(other => other != viewer))
            {
                var picture = viewer.Sees(other);
                Assert.NotNull(picture);
                Assert.True(picture.FramesDecoded > 30 * 4.4, $"{viewer.Id} decoded {picture.FramesDecoded} frames of {other.Id}");
                Assert.Equal(0, picture.Seams);
                Assert.Equal(0, picture.TimestampLeaps);

                // In larger meetings those who do not speak are not forwarded (see ManyMicrophones).
                if (people <= 8) Assert.True(viewer.Hears(other)!.Packets > 50 * 4.4);
            }
        }
    }

    [Fact]
    public void Each_sends_one_video_and_one_audio_however_many_they_are()
    {
        using var meeting = new SimulatedMeeting();
        for (var i = 0; i < 6; i++) meeting.Join($"peer{i}");
        meeting.Run(TimeSpan.FromSeconds(2));

        foreach (var browser in meeting.Browsers)
        {
            Assert.True(browser.UplinkConnection.Peer.Sender.PacketsSent > 100);
            foreach (var connection in browser.Connections.Where(connection => connection != browser.UplinkConnection))
                Assert.Equal(0, connection.Peer.Sender.PacketsSent);
        }
    }

    [Fact]
    public void Over_real_DTLS_too()
    {
        using var meeting = new SimulatedMeeting(useDtls: true);
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        meeting.Run(TimeSpan.FromSeconds(2));
        Assert.True(ada.Sees(ben)?.FramesDecoded > 40);
        Assert.True(ben.Sees(ada)?.FramesDecoded > 40);
    }
}
