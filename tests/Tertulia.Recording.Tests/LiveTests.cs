using System.Text.RegularExpressions;
using Tertulia.Recording.Live;
using Xunit.Abstractions;

namespace Tertulia.Recording.Tests;

/// <summary>A broadcast in real time: real codecs in, HLS out, fetched as a player would, looked at pixel by pixel.</summary>
public sealed partial class LiveTests(ITestOutputHelper output) : IDisposable
{
    private readonly SyntheticMeeting _meeting = new();

    public void Dispose() => _meeting.Dispose();

    [Fact]
    public async Task A_meeting_is_seen_and_heard_live_while_people_come_and_go()
    {
        _meeting.Join("ada", "Ada");
        _meeting.Video("ada", "color=black", 0, 8, delay: 0.1, filter: "drawbox=color=white:t=fill:enable='lt(mod(t\\,1)\\,0.3)'");
        _meeting.Audio("ada", t => t % 1 < 0.3 ? Math.Sin(t * 1000 * 2 * Math.PI) : 0, 0, 8);
        _meeting.Join("ben", "Ben", at: 5);
        _meeting.Video("ben", "color=blue", 5, 3, delay: 0.1);
        var asked = new List<string>();
        LivePlaylist? playlist = null;
        var firstPart = 0.0;
        var latency = TimeSpan.Zero;
        var repeated = 0L;
        await _meeting.PlayAsync(
            clock => Open(clock, asked.Add),
            8.6,
            (broadcast, now) =>
            {
                playlist = broadcast.Playlist;
                if (firstPart == 0 && playlist.HasStarted) firstPart = now;
                (latency, repeated) = (broadcast.Latency, broadcast.FramesRepeated);
            });

        output.WriteLine($"first part after {firstPart:F2} s, {latency.TotalMilliseconds:F0} ms from capture to the encoder's output, {repeated} pictures repeated");
        Assert.InRange(firstPart, 0.1, 4);
        var text = playlist!.Text;
        Assert.EndsWith("#EXT-X-ENDLIST\n", text);
        Assert.DoesNotContain("DISCONTINUITY", text);
        var file = await SaveAsync(playlist);
        Assert.Contains("codec_name=h264", Tools.Probe(file, "stream=codec_name"));
        Assert.Contains("codec_name=aac", Tools.Probe(file, "stream=codec_name"));
        Assert.InRange(Tools.DurationOf(file), 7, 8.8);

        var both = Tools.FrameAt(file, 7.4);
        Assert.Equal("blue", both.Colour(960, 360));
        Assert.Equal("black", both.Colour(640, 50));
        // One alone fills the canvas; two share it. The decoder for the new size asked for a key frame.
        Assert.Contains("ada", asked);

        var flashes = CompositionTests.Flashes(file).Where(at => at is > 0.5 and < 5).ToList();
        var beeps = CompositionTests.Beeps(file);
        Assert.InRange(flashes.Count, 3, 5);
        var apart = flashes.Select(flash => beeps.Select(beep => beep - flash).MinBy(Math.Abs)).ToList();
        output.WriteLine($"beep after flash by {string.Join(", ", apart.Select(one => $"{one * 1000:F0} ms"))}");
        // A machine that has no time for every picture shows some of them late.
        var bound = repeated == 0 ? 0.06 : 0.3;
        Assert.InRange(apart.Order().ElementAt(apart.Count / 2), -bound, bound);
    }

    [Fact]
    public async Task An_encoder_that_dies_is_replaced_with_a_discontinuity()
    {
        _meeting.Join("ada", "Ada");
        _meeting.Video("ada", "color=red", 0, 6);
        _meeting.Audio("ada", t => 0.5 * Math.Sin(t * 440 * 2 * Math.PI), 0, 6);
        LivePlaylist? playlist = null;
        var killed = false;
        var troubles = new List<string>();
        await _meeting.PlayAsync(
            clock => Open(clock, troubled: troubles.Add),
            6,
            (broadcast, now) =>
            {
                playlist = broadcast.Playlist;
                if (killed || now < 3 || !playlist.HasStarted) return;
                killed = true;
                broadcast.Encoder!.Kill();
            });

        Assert.True(killed);
        Assert.Single(troubles);
        Assert.Contains("#EXT-X-DISCONTINUITY\n", playlist!.Text);
        var heads = HeadPattern().Matches(playlist.Text).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(2, heads.Distinct().Count());
        var after = playlist.Text[playlist.Text.IndexOf("#EXT-X-DISCONTINUITY\n", StringComparison.Ordinal)..];
        Assert.Equal("red", Tools.FrameAt(await SaveAsync(playlist, after), 0.4).Colour(640, 300));
    }

    private LiveBroadcast Open(Func<Rtc.Net.Instant> clock, Action<string>? asked = null, Action<string>? troubled = null) =>
        new(new LiveOptions(), Path.Combine(_meeting.Folder, "live"), clock, DateTimeOffset.UnixEpoch, "run") { KeyFrameWanted = asked, Troubled = troubled };

    /// <summary>The head and the whole segments of a playlist in one file.</summary>
    private async Task<string> SaveAsync(LivePlaylist playlist, string? text = null)
    {
        var path = Path.Combine(_meeting.Folder, "live.mp4");
        await using var file = File.Create(path);
        text ??= playlist.Text;
        foreach (var name in HeadPattern().Matches(text).Take(1).Concat(SegmentPattern().Matches(text)).Select(match => match.Groups[1].Value))
            await file.WriteAsync((await playlist.FindAsync(name, CancellationToken.None))!.Data);
        return path;
    }

    [GeneratedRegex("#EXT-X-MAP:URI=\"run/([^\"]+)\"")]
    private static partial Regex HeadPattern();

    [GeneratedRegex("^run/(s[0-9]+\\.m4s)$", RegexOptions.Multiline)]
    private static partial Regex SegmentPattern();
}
