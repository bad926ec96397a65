using Tertulia.Recording.Composition;
using Tertulia.Recording.Log;
using Tertulia.Taps;

namespace Tertulia.Recording.Tests;

/// <summary>Real codecs in, a real MP4 out, looked at with ffprobe and pixel by pixel.</summary>
public sealed class CompositionTests : IDisposable
{
    private readonly SyntheticMeeting _meeting = new();

    public void Dispose() => _meeting.Dispose();

    [Fact]
    public async Task The_grid_follows_who_comes_and_goes_and_whose_camera_is_on()
    {
        _meeting.Join("ada", "Ada Lovelace");
        _meeting.Join("ben", "Бен Ямин", at: 2);
        _meeting.Video("ada", "color=red", 0, 7);
        _meeting.Video("ben", "color=blue", 2, 3);
        _meeting.Fact(4, new RecordedFact.TrackState("ada", "camera", Muted: true, Removed: false));
        _meeting.Fact(5, new RecordedFact.Left("ben"));
        _meeting.Fact(6, new RecordedFact.TrackState("ada", "camera", Muted: false, Removed: false));
        _meeting.Fact(2.5, new RecordedFact.Speaking("ben"));
        _meeting.Write(7);
        var progress = new List<double>();
        var result = await _meeting.ComposeAsync(onProgress: progress.Add);

        Assert.True(result.IsWhole);
        Assert.InRange(Tools.DurationOf(result.Path), 6.9, 7.15);
        var streams = Tools.Probe(result.Path, "stream=codec_name,width,height,avg_frame_rate");
        Assert.Contains("codec_name=h264", streams);
        Assert.Contains("codec_name=aac", streams);
        Assert.Contains("width=1280", streams);
        Assert.Contains("avg_frame_rate=30/1", streams);
        Assert.Equal(progress.Order(), progress);
        Assert.Equal(1, progress[^1]);

        var alone = Tools.FrameAt(result.Path, 1);
        Assert.Equal("red", alone.Colour(640, 360));
        Assert.Equal("red", alone.Colour(20, 20));
        var both = Tools.FrameAt(result.Path, 3.5);
        Assert.Equal(("red", "blue"), (both.Colour(320, 360), both.Colour(960, 360)));
        Assert.Equal("black", both.Colour(640, 50));
        // Who speaks has a frame around.
        Assert.NotEqual("blue", both.Colour(645, 360));
        Assert.Equal("red", both.Colour(9, 360));
        var off = Tools.FrameAt(result.Path, 4.5);
        Assert.Equal(("dark", "blue"), (off.Colour(200, 260), off.Colour(960, 360)));
        Assert.Equal("dark", Tools.FrameAt(result.Path, 5.5).Colour(200, 100));
        Assert.Equal("red", Tools.FrameAt(result.Path, 6.5).Colour(640, 200));
        // The name stands at the foot of the tile: light pixels where there would be only red.
        Assert.Contains(Enumerable.Range(0, 200), x => alone.At(8 + x, 690) is { G: > 120 });
    }

    [Fact]
    public async Task Lips_stay_with_voices_whatever_the_delays()
    {
        _meeting.Join("ada", "Ada");
        _meeting.Video("ada", "color=black", 0, 8, delay: 0.35, filter: "drawbox=color=white:t=fill:enable='lt(mod(t\\,1)\\,0.1)'");
        _meeting.Audio("ada", t => t % 1 < 0.1 ? Math.Sin(t * 1000 * 2 * Math.PI) : 0, 0, 8);
        _meeting.Write(8);
        var result = await _meeting.ComposeAsync();
        var (flashes, beeps) = (Flashes(result.Path), Beeps(result.Path));
        Assert.InRange(flashes.Count, 6, 8);
        foreach (var flash in flashes)
        {
            var beep = beeps.MinBy(one => Math.Abs(one - flash));
            Assert.True(Math.Abs(beep - flash) <= 0.040, $"flash at {flash:F3}, beep at {beep:F3}");
        }

        Assert.InRange(Math.Abs(flashes[2] - Math.Round(flashes[2])), 0, 0.04);
    }

    [Fact]
    public async Task Everyone_is_heard_and_silence_stays_silent()
    {
        _meeting.Join("ada", "Ada", camera: false);
        _meeting.Join("ben", "Ben", camera: false);
        _meeting.Audio("ada", t => 0.5 * Math.Sin(t * 440 * 2 * Math.PI), 0, 2);
        _meeting.Audio("ben", t => 0.5 * Math.Sin(t * 1200 * 2 * Math.PI), 1, 2);
        _meeting.Write(5);
        var result = await _meeting.ComposeAsync(new(RecordingLayout.Audio));
        Assert.DoesNotContain("h264", Tools.Probe(result.Path, "stream=codec_name"));
        Assert.InRange(Tools.DurationOf(result.Path), 4.9, 5.1);
        var samples = Tools.Samples(result.Path);
        Assert.True(Tone.Power(samples, 0.3, 0.8, 440) > 20 * Tone.Power(samples, 0.3, 0.8, 1200));
        Assert.True(Tone.Power(samples, 1.2, 1.8, 440) > 1e5 && Tone.Power(samples, 1.2, 1.8, 1200) > 1e5);
        Assert.True(Tone.Power(samples, 2.2, 2.8, 1200) > 20 * Tone.Power(samples, 2.2, 2.8, 440));
        Assert.True(Tone.Level(samples, 3.3, 4.8) < 20);
    }

    [Fact]
    public async Task A_screen_is_large_with_people_beside_it()
    {
        _meeting.Join("ada", "Ada");
        _meeting.Join("ben", "Ben");
        _meeting.Video("ada", "color=red", 0, 4);
        _meeting.Video("ben", "color=blue", 0, 4);
        _meeting.Video("ada", "color=lime", 1, 2, "1280x720", TapSource.Screen);
        _meeting.Fact(1, new RecordedFact.TrackState("ada", "screen", Muted: false, Removed: false));
        _meeting.Fact(3, new RecordedFact.TrackState("ada", "screen", Muted: false, Removed: true));
        _meeting.Write(4);
        var result = await _meeting.ComposeAsync();
        var shared = Tools.FrameAt(result.Path, 2);
        Assert.Equal("green", shared.Colour(500, 360));
        Assert.Equal(("red", "blue"), (shared.Colour(1150, 260), shared.Colour(1150, 410)));
        var after = Tools.FrameAt(result.Path, 3.5);
        Assert.Equal(("red", "blue"), (after.Colour(320, 360), after.Colour(960, 360)));
    }

    [Fact]
    public async Task Layers_that_change_and_packets_that_are_lost_break_nothing()
    {
        _meeting.Loss = 0.05;
        _meeting.Join("ada", "Ada");
        _meeting.Video("ada", "color=red", 0, 2, "320x180", layer: 0);
        _meeting.Loss = 0;
        _meeting.Video("ada", "color=blue", 2, 2, "1280x720", layer: 2);
        _meeting.Video("ada", "color=yellow", 4, 2, "640x360", layer: 1);
        _meeting.Write(6);
        var result = await _meeting.ComposeAsync();
        Assert.Equal("red", Tools.FrameAt(result.Path, 1).Colour(640, 300));
        Assert.Equal("blue", Tools.FrameAt(result.Path, 3).Colour(640, 300));
        Assert.Equal("yellow", Tools.FrameAt(result.Path, 5).Colour(640, 300));
        Assert.InRange(Tools.DurationOf(result.Path), 5.9, 6.15);
    }

    [Fact]
    public async Task The_speaker_layout_and_one_alone_can_be_made_of_the_same_log()
    {
        _meeting.Join("ada", "Ada");
        _meeting.Join("ben", "Ben");
        _meeting.Video("ada", "color=red", 0, 6);
        _meeting.Video("ben", "color=blue", 0, 6);
        _meeting.Fact(0, new RecordedFact.Speaking("ada"));
        _meeting.Fact(3, new RecordedFact.Speaking("ben"));
        _meeting.Write(6);
        var speaker = await _meeting.ComposeAsync(new(RecordingLayout.Speaker));
        Assert.Equal(("red", "blue"), (Tools.FrameAt(speaker.Path, 1.5).Colour(400, 360), Tools.FrameAt(speaker.Path, 1.5).Colour(1150, 360)));
        Assert.Equal(("blue", "red"), (Tools.FrameAt(speaker.Path, 4.5).Colour(400, 360), Tools.FrameAt(speaker.Path, 4.5).Colour(1150, 360)));
        Assert.Equal(2, Tools.Probe(speaker.Path, "chapter_tags=title").Split('\n').Length);

        var single = await _meeting.ComposeAsync(new(RecordingLayout.Single, "ben"));
        Assert.Equal("blue", Tools.FrameAt(single.Path, 1.5).Colour(640, 360));
    }

    [Fact]
    public async Task A_log_that_was_cut_off_anywhere_is_composed_to_where_it_ends()
    {
        _meeting.Join("ada", "Ada");
        _meeting.Video("ada", "color=red", 0, 6);
        _meeting.Audio("ada", t => 0.5 * Math.Sin(t * 440 * 2 * Math.PI), 0, 6);
        _meeting.Write(6, finish: false);
        var whole = await _meeting.ComposeAsync();
        Assert.False(whole.IsWhole);
        Assert.InRange(Tools.DurationOf(whole.Path), 5.9, 6.4);

        using (var log = new FileStream(_meeting.LogPath, FileMode.Open)) log.SetLength(log.Length / 2 + 3);
        var half = await _meeting.ComposeAsync();
        Assert.InRange(Tools.DurationOf(half.Path), 1.5, 5);
        Assert.Equal("red", Tools.FrameAt(half.Path, 1).Colour(640, 300));
    }

    [Fact]
    public void Who_is_there_from_the_start_keeps_the_order_and_the_camera()
    {
        for (var i = 0; i < 40; i++) _meeting.Join($"p{i}", $"P {i}");
        _meeting.Write(1);
        var survey = Survey.Read(_meeting.LogPath);
        var people = SceneScript.From(survey.Facts, survey.Start, 30).Scenes[^1].Scene.People;
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"p{i}"), people.Select(person => person.PeerId));
        Assert.All(people, person => Assert.True(person.Camera));
    }

    [Fact]
    public async Task A_phones_picture_stands_upright()
    {
        _meeting.Join("ada", "Ada");
        // The left half of what the sensor sees is up after a quarter turn.
        _meeting.Video("ada", "color=blue", 0, 3, filter: "drawbox=w=iw/2:color=red:t=fill", orientation: 1);
        _meeting.Write(3);
        var upright = Tools.FrameAt((await _meeting.ComposeAsync()).Path, 1.5);
        Assert.Equal(("red", "blue"), (upright.Colour(640, 200), upright.Colour(640, 560)));
        Assert.Equal("black", upright.Colour(100, 360));
    }

    [Fact]
    public async Task One_participants_track_is_as_it_was_sent()
    {
        _meeting.Join("ada", "Ada");
        _meeting.Join("ben", "Ben", at: 1);
        _meeting.Video("ada", "color=red", 0, 4);
        _meeting.Video("ben", "color=blue", 1, 3);
        _meeting.Audio("ben", t => 0.5 * Math.Sin(t * 1200 * 2 * Math.PI), 1, 3);
        _meeting.Audio("ada", t => 0.5 * Math.Sin(t * 440 * 2 * Math.PI), 0, 4);
        _meeting.Fact(0, new RecordedFact.Speaking("ada"));
        _meeting.Fact(2, new RecordedFact.Speaking("ben"));
        _meeting.Write(4);
        var track = await _meeting.ComposeAsync(new(RecordingLayout.Track, "ben"));
        Assert.Contains("codec_name=vp8", Tools.Probe(track.Path, "stream=codec_name"));
        Assert.Equal(["TAG:title=Ada", "TAG:title=Ben"], Tools.Probe(track.Path, "chapter_tags=title").Split('\n'));
        Assert.Equal("blue", Tools.FrameAt(track.Path, 2, 640, 360).Colour(320, 180));
        var samples = Tools.Samples(track.Path);
        Assert.True(Tone.Power(samples, 1.5, 2.5, 1200) > 100 * Tone.Power(samples, 1.5, 2.5, 440));
        Assert.True(Tone.Level(samples, 0.2, 0.8) < 20);
    }

    internal static List<double> Flashes(string file)
    {
        var gray = Tools.Ffmpeg("-i", file, "-vf", "crop=640:200:320:200,scale=8:8", "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1");
        var found = new List<double>();
        for (var (frame, wasLight) = (0, false); (frame + 1) * 64 <= gray.Length; frame++)
        {
            var isLight = gray.AsSpan(frame * 64, 64).ToArray().Average(one => one) > 128;
            if (isLight && !wasLight) found.Add(frame / 30.0);
            wasLight = isLight;
        }

        return found;
    }

    internal static List<double> Beeps(string file)
    {
        var samples = Tools.Samples(file);
        var found = new List<double>();
        var quietSince = -48_000;
        for (var i = 0; i < samples.Length; i++)
        {
            if (Math.Abs((int)samples[i]) < 3000) continue;
            if (i - quietSince > 20_000) found.Add(i / 48_000.0);
            quietSince = i;
        }

        return found;
    }
}
