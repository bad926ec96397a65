using Tertulia.Simulation;
using Xunit.Abstractions;

namespace Tertulia.Sfu.Tests.Scenarios;

/// <summary>Losses on a publisher's way up, where pictures consist of layers: what is repaired comes late, behind what came after it.</summary>
public sealed class LayersOverLossyUplinks(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.05, 29, 1)]
    [InlineData(0.15, 27, 3)]
    public void Spatial_layers_keep_moving(double loss, double leastFrames, double mostFrozen)
    {
        using var meeting = new SimulatedMeeting(seed: 41);
        var (ada, ben) = Meet(meeting, layers: true);
        var keyFrames = ada.Camera.KeyFrames;
        ada.Uplink.Conditions.Loss = loss;
        var frames = Watch(meeting, ada, ben, TimeSpan.FromSeconds(30));
        output.WriteLine($"{ada.Camera.KeyFrames - keyFrames} key frames");

        var picture = ben.Sees(ada)!;
        Assert.True(frames > leastFrames, $"{frames:F1} frames a second");
        Assert.InRange(picture.FrozenFor.TotalSeconds, 0, mostFrozen);
        Assert.InRange(ada.Camera.KeyFrames - keyFrames, 0, 3);
        Assert.Equal(720, picture.Height);
    }

    /// <summary>Chromium sends again what is lost of VP9's base sublayer only, where there are spatial layers too.</summary>
    [Fact]
    public void What_a_sender_does_not_repair_costs_its_own_picture_only()
    {
        using var meeting = new SimulatedMeeting(seed: 42);
        var (ada, ben) = Meet(meeting, layers: true);
        ada.Camera.RepairsSublayers = false;
        var keyFrames = ada.Camera.KeyFrames;
        ada.Uplink.Conditions.Loss = 0.05;
        var frames = Watch(meeting, ada, ben, TimeSpan.FromSeconds(30));

        Assert.True(frames > 15, $"{frames:F1} frames a second");
        Assert.InRange(ben.Sees(ada)!.LongestFreeze.TotalMilliseconds, 0, 400);
        Assert.InRange(ada.Camera.KeyFrames - keyFrames, 0, 3);
    }

    [Fact]
    public void An_encoding_that_the_sender_gives_up_is_replaced_at_once()
    {
        using var meeting = new SimulatedMeeting(seed: 43);
        var (ada, ben) = Meet(meeting, layers: false);
        var picture = ben.Sees(ada)!;
        var longest = TimeSpan.Zero;
        for (var i = 0; i < 8; i++)
        {
            ada.Uplink.Conditions.Loss = 0;
            ada.Camera.IsOn = true;
            Assert.NotNull(meeting.RunUntil(() => picture.Height == 720, TimeSpan.FromSeconds(20)));
            meeting.Run(TimeSpan.FromSeconds(3));
            picture.ResetFreeze();
            ada.Uplink.Conditions.Loss = 0.15;
            ada.Camera.IsOn = false;
            meeting.Run(TimeSpan.FromSeconds(4));
            Assert.Equal(360, picture.Height);
            output.WriteLine($"{picture.LongestFreeze.TotalMilliseconds:F0} ms");
            if (picture.LongestFreeze > longest) longest = picture.LongestFreeze;
        }

        Assert.InRange(longest.TotalMilliseconds, 0, 1100);
        Assert.Equal((0, 0), (picture.Seams, picture.TimestampLeaps));
    }

    [Fact]
    public void A_spatial_layer_that_the_sender_gives_up_is_replaced_at_once()
    {
        using var meeting = new SimulatedMeeting(seed: 45);
        var (ada, ben) = Meet(meeting, layers: true);
        var picture = ben.Sees(ada)!;
        ada.Uplink.Conditions.Loss = 0.1;
        picture.ResetFreeze();
        ada.Camera.SpatialLayers = 2;
        meeting.Run(TimeSpan.FromSeconds(5));
        output.WriteLine($"{picture.LongestFreeze.TotalMilliseconds:F0} ms");
        Assert.Equal(360, picture.Height);
        Assert.InRange(picture.LongestFreeze.TotalMilliseconds, 0, 600);
    }

    /// <summary>A key frame's first packet, lost, comes again behind the others: all of them are forwarded then.</summary>
    [Fact]
    public void A_key_frame_that_begins_late_is_used_all_the_same()
    {
        using var meeting = new SimulatedMeeting(seed: 44);
        var (ada, ben) = Meet(meeting, layers: false);
        var picture = ben.Sees(ada)!;
        ada.Uplink.Conditions.Loss = 0.1;
        var (longest, keyFrames) = (TimeSpan.Zero, Made(ada));
        for (var i = 0; i < 30; i++)
        {
            var height = i % 2 == 0 ? 360 : 720;
            ben.View((ada, TrackSource.Camera, height));
            var time = meeting.RunUntil(() => picture.Height == height, TimeSpan.FromSeconds(5));
            output.WriteLine($"{height} after {time?.TotalMilliseconds:F0} ms, key frames {string.Join(' ', ada.UplinkConnection.Encodings.Select(encoding => encoding.KeyFrames))}");
            if (time is null || time > longest) longest = time ?? TimeSpan.MaxValue;
            meeting.Run(TimeSpan.FromSeconds(1));
        }

        output.WriteLine($"{Made(ada) - keyFrames} key frames");
        Assert.InRange(longest.TotalMilliseconds, 0, 500);
        Assert.InRange(Made(ada) - keyFrames, 30, 36);
        Assert.Equal((0, 0), (picture.Seams, picture.TimestampLeaps));

        static long Made(SimulatedBrowser browser) => browser.UplinkConnection.Encodings.Sum(encoding => encoding.KeyFrames);
    }

    private (SimulatedBrowser Publisher, SimulatedBrowser Watcher) Meet(SimulatedMeeting meeting, bool layers)
    {
        var ada = meeting.Join("ada", sharesDownlink: true, layers: layers, simulcast: !layers);
        var ben = meeting.Join("ben", sharesDownlink: true, onlyWatches: true);
        ada.Uplink.Conditions.Delay = ada.Downlink.Conditions.Delay = ben.Downlink.Conditions.Delay = ben.Uplink.Conditions.Delay = TimeSpan.FromMilliseconds(25);
        Assert.NotNull(meeting.RunUntil(() => ben.Sees(ada)?.Height == 720, TimeSpan.FromSeconds(20)));
        meeting.Run(TimeSpan.FromSeconds(3));
        return (ada, ben);
    }

    private double Watch(SimulatedMeeting meeting, SimulatedBrowser publisher, SimulatedBrowser watcher, TimeSpan time)
    {
        var picture = watcher.Sees(publisher)!;
        picture.ResetFreeze();
        var before = picture.FramesDecoded;
        meeting.Run(time);
        var frames = (picture.FramesDecoded - before) / time.TotalSeconds;
        output.WriteLine($"{frames:F1} frames/s, frozen {picture.FrozenFor.TotalSeconds:F1} s, longest {picture.LongestFreeze.TotalMilliseconds:F0} ms, {picture.Height} rows");
        return frames;
    }
}
