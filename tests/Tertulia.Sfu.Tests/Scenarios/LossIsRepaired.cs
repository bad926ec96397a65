using Tertulia.Simulation;

namespace Tertulia.Sfu.Tests.Scenarios;

public sealed class LossIsRepaired
{
    [Theory]
    [InlineData(0.05, 1)]
    [InlineData(0.05, 4)]
    [InlineData(0.10, 1)]
    public void By_retransmission_from_the_server_when_the_receivers_line_loses(double loss, double burst)
    {
        using var meeting = new SimulatedMeeting(seed: 7);
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        meeting.Run(TimeSpan.FromSeconds(1));
        (ben.Downlink.Conditions.Loss, ben.Downlink.Conditions.BurstLength) = (loss, burst);
        ben.Sees(ada)!.ResetFreeze();
        meeting.Run(TimeSpan.FromSeconds(20));

        var picture = ben.Sees(ada)!;
        Assert.True(picture.FramesDecoded > 20 * 30 * 0.97, $"decoded {picture.FramesDecoded}");
        Assert.True(picture.LongestFreeze < TimeSpan.FromMilliseconds(350), $"froze {picture.LongestFreeze.TotalMilliseconds} ms");
        Assert.True(picture.Stream.PacketsRecovered > 20);
        Assert.Equal(0, picture.Seams);
    }

    [Theory]
    [InlineData(0.05, 1)]
    [InlineData(0.10, 3)]
    public void By_retransmission_from_the_sender_when_its_line_loses(double loss, double burst)
    {
        using var meeting = new SimulatedMeeting(seed: 8);
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        meeting.Run(TimeSpan.FromSeconds(1));
        (ada.Uplink.Conditions.Loss, ada.Uplink.Conditions.BurstLength) = (loss, burst);
        meeting.Run(TimeSpan.FromSeconds(20));

        var picture = ben.Sees(ada)!;
        Assert.True(picture.FramesDecoded > 20 * 30 * 0.96, $"decoded {picture.FramesDecoded}");
        Assert.True(picture.LongestFreeze < TimeSpan.FromMilliseconds(400), $"froze {picture.LongestFreeze.TotalMilliseconds} ms");
        Assert.Equal(0, picture.Seams);
    }

    [Fact]
    public void Reordering_and_duplicates_do_no_harm()
    {
        using var meeting = new SimulatedMeeting(seed: 9);
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        ada.Uplink.Conditions.Jitter = ben.Downlink.Conditions.Jitter = TimeSpan.FromMilliseconds(30);
        ada.Uplink.Conditions.Duplication = ben.Downlink.Conditions.Duplication = 0.1;
        meeting.Run(TimeSpan.FromSeconds(10));

        var picture = ben.Sees(ada)!;
        Assert.True(picture.FramesDecoded > 290, $"decoded {picture.FramesDecoded}");
        Assert.Equal(0, picture.Seams);
    }

    [Fact]
    public void A_key_frame_ends_what_retransmission_cannot_repair()
    {
        using var meeting = new SimulatedMeeting(seed: 10);
        var (ada, ben) = (meeting.Join("ada"), meeting.Join("ben"));
        meeting.Run(TimeSpan.FromSeconds(2));
        var before = ada.Camera.KeyFrames;
        ben.Downlink.Conditions.IsDown = true;
        meeting.Run(TimeSpan.FromSeconds(8));
        ben.Downlink.Conditions.IsDown = false;
        var picture = ben.Sees(ada)!;
        var frames = picture.FramesDecoded;

        var back = meeting.RunUntil(() => picture.FramesDecoded > frames + 5, TimeSpan.FromSeconds(5));
        Assert.True(back < TimeSpan.FromSeconds(1.5), $"back after {back?.TotalMilliseconds} ms");
        var keyFrames = ada.Camera.KeyFrames - before + (ada.SmallUplinkConnection?.Camera!.KeyFrames ?? 0);
        Assert.InRange(keyFrames, 1, 6);
    }

    [Fact]
    public void Requests_for_key_frames_are_few_however_many_ask()
    {
        using var meeting = new SimulatedMeeting(seed: 11);
        var ada = meeting.Join("ada");
        meeting.Run(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 15; i++) meeting.Join($"viewer{i}");
        meeting.Run(TimeSpan.FromSeconds(3));

        Assert.All(meeting.Browsers.Where(browser => browser != ada), viewer => Assert.True(viewer.Sees(ada)?.FramesDecoded > 60));
        Assert.InRange(ada.Camera.KeyFrames, 1, 8);
    }
}
