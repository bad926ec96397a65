using Tertulia.Rtc.Net;
using Tertulia.Simulation;
using Tertulia.Taps;

namespace Tertulia.Sfu.Tests.Scenarios;

/// <summary>What recordings and captions get to hear of a room.</summary>
public sealed class SomebodyListens
{
    private readonly Tapped _tap = new();

    [Fact]
    public void A_tap_hears_every_microphone_and_sees_every_camera_from_a_key_frame_on()
    {
        using var meeting = new SimulatedMeeting();
        meeting.Join("ada");
        meeting.Join("ben");
        meeting.Run(TimeSpan.FromSeconds(2));
        meeting.Room.AddTap(meeting.Now, _tap, new());
        meeting.Join("cyd");
        meeting.Run(TimeSpan.FromSeconds(2));
        foreach (var name in (string[])["ada", "ben", "cyd"])
        {
            Assert.True(_tap.Last(name, TapSource.Microphone)!.Numbers.Count > 75, name);
            var camera = _tap.Last(name, TapSource.Camera)!;
            Assert.True(camera.BeganWithKeyFrame);
            Assert.True(camera.Numbers.Count > 100);
            Assert.Equal(0, camera.Missing);
        }
    }

    [Fact]
    public void Somebody_alone_is_heard_although_nobody_receives_it()
    {
        using var meeting = new SimulatedMeeting();
        meeting.Room.AddTap(meeting.Now, _tap, new());
        meeting.Join("ada");
        meeting.Run(TimeSpan.FromSeconds(2));
        Assert.True(_tap.Last("ada", TapSource.Camera)!.Numbers.Count > 100);
        Assert.True(_tap.Last("ada", TapSource.Microphone)!.Numbers.Count > 75);
    }

    [Fact]
    public void Losses_are_repaired_before_the_tap_and_nothing_comes_twice()
    {
        using var meeting = new SimulatedMeeting(seed: 5);
        var ada = meeting.Join("ada");
        meeting.Join("ben");
        meeting.Room.AddTap(meeting.Now, _tap, new());
        meeting.Run(TimeSpan.FromSeconds(1));
        ada.Uplink.Conditions.Loss = 0.05;
        meeting.Run(TimeSpan.FromSeconds(5));
        ada.Uplink.Conditions.Loss = 0;
        meeting.Run(TimeSpan.FromSeconds(1));
        var camera = _tap.Last("ada", TapSource.Camera)!;
        Assert.InRange(camera.Missing, 0, 2);
        Assert.Equal(0, camera.Duplicates);
    }

    [Fact]
    public void The_largest_picture_is_made_for_a_tap_that_alone_wants_it()
    {
        using var meeting = new SimulatedMeeting();
        var (ada, ben) = (meeting.Join("ada", simulcast: true), meeting.Join("ben", simulcast: true));
        meeting.Run(TimeSpan.FromSeconds(2));
        ben.View((ada, TrackSource.Camera, 180));
        Assert.NotNull(meeting.RunUntil(() => LastWanted(meeting) == 1, TimeSpan.FromSeconds(8)));

        meeting.Room.AddTap(meeting.Now, _tap, new());
        Assert.NotNull(meeting.RunUntil(() => LastWanted(meeting) == 3, TimeSpan.FromSeconds(2)));
        Assert.NotNull(meeting.RunUntil(() => _tap.Last("ada", TapSource.Camera) is { Stream.Layer: 2, BeganWithKeyFrame: true }, TimeSpan.FromSeconds(2)));
        Assert.Equal(1, _tap.Streams.Count(heard => heard.Stream is { Publisher: "ada", Source: TapSource.Camera } && !heard.Ended));

        meeting.Room.RemoveTap(meeting.Now, _tap);
        Assert.True(_tap.Closed);
        Assert.All(_tap.Streams, heard => Assert.True(heard.Ended));
        Assert.NotNull(meeting.RunUntil(() => LastWanted(meeting) == 1, TimeSpan.FromSeconds(8)));
    }

    [Fact]
    public void What_is_muted_is_not_heard()
    {
        using var meeting = new SimulatedMeeting();
        var ada = meeting.Join("ada");
        meeting.Room.AddTap(meeting.Now, _tap, new());
        meeting.Run(TimeSpan.FromSeconds(1));
        meeting.Room.SetMuted(meeting.Now, ada.Id, TrackSource.Microphone, true);
        var heard = _tap.Last("ada", TapSource.Microphone)!.Numbers.Count;
        meeting.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(heard, _tap.Last("ada", TapSource.Microphone)!.Numbers.Count);
    }

    [Fact]
    public void The_publishers_clock_is_told_in_the_rooms_time()
    {
        using var meeting = new SimulatedMeeting();
        meeting.Join("ada");
        meeting.Room.AddTap(meeting.Now, _tap, new());
        meeting.Run(TimeSpan.FromSeconds(6));
        var clock = _tap.Last("ada", TapSource.Camera)!.Clock!.Value;
        // The simulated camera derives its timestamps from the same virtual time; what is left is the way here.
        var captured = TimeSpan.FromSeconds(clock.Timestamp / 90_000.0);
        Assert.InRange((clock.CapturedAt - Instant.Zero - captured).TotalMilliseconds, 0, 60);
    }

    private static int LastWanted(SimulatedMeeting meeting) =>
        meeting.Events.Select(one => one.Event).OfType<RoomEvent.LayersWanted>().LastOrDefault(wanted => wanted.Participant.Value == "ada")?.Rids.Count ?? 3;
}
