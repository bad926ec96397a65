using Tertulia.Simulation;

namespace Tertulia.Sfu.Tests.Scenarios;

/// <summary>Simulcast over lines that cannot carry everything.</summary>
public sealed class TheLineDecides
{
    [Fact]
    public void A_narrow_line_gets_a_smaller_picture_and_the_large_one_again_when_it_widens()
    {
        using var meeting = new SimulatedMeeting(seed: 5);
        var (ada, ben) = (meeting.Join("ada", simulcast: true), meeting.Join("ben", simulcast: true));
        var eve = meeting.Join("eve", simulcast: true);
        ada.View((ben, TrackSource.Camera, 180), (eve, TrackSource.Camera, 180));
        eve.View((ada, TrackSource.Camera, 720), (ben, TrackSource.Camera, 0));
        ben.View((ada, TrackSource.Camera, 720), (eve, TrackSource.Camera, 0));
        ben.Downlink.Conditions.BitsPerSecond = 4_000_000;
        meeting.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(720, ben.Sees(ada)!.Height);

        ben.Downlink.Conditions.BitsPerSecond = 500_000;
        var picture = ben.Sees(ada)!;
        meeting.Run(TimeSpan.FromSeconds(2));
        picture.ResetFreeze();
        eve.Sees(ada)!.ResetFreeze();
        meeting.Run(TimeSpan.FromSeconds(10));
        Assert.InRange(picture.Height, 180, 360);
        Assert.True(picture.LongestFreeze < TimeSpan.FromSeconds(1), $"froze {picture.LongestFreeze.TotalMilliseconds} ms");
        Assert.Equal(720, eve.Sees(ada)!.Height);
        Assert.True(eve.Sees(ada)!.LongestFreeze < TimeSpan.FromMilliseconds(150), "the other receiver must not notice");

        ben.Downlink.Conditions.BitsPerSecond = 4_000_000;
        var back = meeting.RunUntil(() => picture.Height == 720, TimeSpan.FromSeconds(30));
        Assert.True(back < TimeSpan.FromSeconds(15), $"best layer after {back?.TotalSeconds} s");
        Assert.Equal(0, picture.TimestampLeaps);
    }
}
