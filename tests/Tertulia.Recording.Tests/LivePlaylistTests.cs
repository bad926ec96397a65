using Tertulia.Recording.Live;

namespace Tertulia.Recording.Tests;

/// <summary>What players rely on: RFC 8216 and its second edition.</summary>
public sealed class LivePlaylistTests
{
    private const double PartDuration = 1.0 / 3;

    private readonly LivePlaylist _playlist = new("r1", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private int _parts;

    [Fact]
    public void Parts_are_named_before_their_segment_is_whole()
    {
        Assert.False(_playlist.HasStarted);
        _playlist.Begin([1, 2]);
        Append(8);
        Assert.Equal(
            """
            #EXTM3U
            #EXT-X-VERSION:9
            #EXT-X-TARGETDURATION:2
            #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.100,HOLD-BACK=6
            #EXT-X-PART-INF:PART-TARGET=0.33334
            #EXT-X-MEDIA-SEQUENCE:0
            #EXT-X-MAP:URI="r1/head0.mp4"
            #EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:05.000Z
            #EXT-X-PART:DURATION=0.33333,URI="r1/s0.0.m4s",INDEPENDENT=YES
            #EXT-X-PART:DURATION=0.33333,URI="r1/s0.1.m4s"
            #EXT-X-PART:DURATION=0.33333,URI="r1/s0.2.m4s"
            #EXT-X-PART:DURATION=0.33333,URI="r1/s0.3.m4s"
            #EXT-X-PART:DURATION=0.33333,URI="r1/s0.4.m4s"
            #EXT-X-PART:DURATION=0.33333,URI="r1/s0.5.m4s"
            #EXTINF:2.00000,
            r1/s0.m4s
            #EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:07.000Z
            #EXT-X-PART:DURATION=0.33333,URI="r1/s1.0.m4s",INDEPENDENT=YES
            #EXT-X-PART:DURATION=0.33333,URI="r1/s1.1.m4s"
            #EXT-X-PRELOAD-HINT:TYPE=PART,URI="r1/s1.2.m4s"

            """,
            _playlist.Text);
    }

    [Fact]
    public async Task A_segment_is_its_parts_in_a_row()
    {
        _playlist.Begin([1, 2]);
        Append(6);
        Assert.Equal([0, 1, 2, 3, 4, 5], (await Find("s0.m4s"))!.Data);
        Assert.Equal([1, 2], (await Find("head0.mp4"))!.Data);
        Assert.Null(await Find("s7.m4s"));
    }

    [Fact]
    public async Task What_comes_next_is_waited_for_and_what_is_far_ahead_refused()
    {
        _playlist.Begin([1]);
        Append(7);
        var now = await _playlist.ReadAsync(1, 0, default);
        Assert.Contains("s1.0.m4s", now);
        var next = _playlist.ReadAsync(1, 1, default);
        var file = _playlist.FindAsync("s1.1.m4s", default);
        var whole = _playlist.ReadAsync(1, null, default);
        Assert.False(next.IsCompleted || file.IsCompleted || whole.IsCompleted);
        Append(1);
        Assert.Contains("s1.1.m4s\"\n#EXT-X-PRE", await next);
        Assert.Equal([7], (await file)!.Data);
        Assert.False(whole.IsCompleted);
        Append(4);
        Assert.EndsWith("r1/s1.m4s\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"r1/s2.0.m4s\"\n", await whole);
        Assert.Null(await _playlist.ReadAsync(5, 0, default));
        using var patience = new CancellationTokenSource(20);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _playlist.ReadAsync(3, 0, patience.Token));
    }

    [Fact]
    public async Task The_end_is_told_to_those_who_wait()
    {
        _playlist.Begin([1]);
        Append(3);
        var waiting = _playlist.ReadAsync(0, 3, default);
        var file = _playlist.FindAsync("s0.3.m4s", default);
        _playlist.Finish();
        Assert.EndsWith("#EXTINF:1.00000,\nr1/s0.m4s\n#EXT-X-ENDLIST\n", await waiting);
        Assert.DoesNotContain("EXT-X-PART:", await waiting);
        Assert.Null(await file);
    }

    [Fact]
    public async Task Old_segments_go_and_the_numbers_go_on()
    {
        _playlist.Begin([1]);
        Append(6);
        _playlist.Begin([2]);
        Append(6 * 18);
        Assert.Contains("#EXT-X-MEDIA-SEQUENCE:4\n", _playlist.Text);
        // What has just left the playlist is still there for those who are reading it.
        Assert.NotNull(await Find("s0.m4s"));
        Assert.Null(await Find("s0.0.m4s"));
        Assert.Contains("#EXT-X-DISCONTINUITY-SEQUENCE:1\n", _playlist.Text);
        Assert.Contains("#EXT-X-MAP:URI=\"r1/head1.mp4\"\n", _playlist.Text);
        Append(6 * 3);
        Assert.Null(await Find("s0.m4s"));
        Assert.Null(await Find("head0.mp4"));
        Assert.NotNull(await Find("head1.mp4"));
        Assert.Contains("#EXT-X-DISCONTINUITY-SEQUENCE:1\n", _playlist.Text);
    }

    [Fact]
    public void Damaged_streams_of_an_encoder_are_the_end_of_it_and_nothing_worse()
    {
        var whole = Tools.Ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:r=30:d=0.5", "-c:v", "libx264", "-g", "5", "-f", "flv", "pipe:1");
        Assert.Equal((1, 15, 3), Read(whole));
        var random = new Random(5);
        for (var i = 0; i < 3000; i++)
        {
            var damaged = whole[..random.Next(whole.Length + 1)];
            for (var n = random.Next(4); n >= 0 && damaged.Length > 0; n--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            Read(damaged);
        }

        static (int Configurations, int Pictures, int Keys) Read(byte[] bytes)
        {
            var reader = new FlvReader(new MemoryStream(bytes));
            var (configurations, pictures, keys) = (0, 0, 0);
            while (reader.TryRead(out var content, out var isKey, out _))
            {
                if (content == FlvContent.VideoConfiguration) configurations++;
                if (content == FlvContent.Picture) pictures++;
                if (isKey) keys++;
            }

            return (configurations, pictures, keys);
        }
    }

    private Task<LiveFile?> Find(string name) => _playlist.FindAsync(name, default);

    private void Append(int count)
    {
        for (; count > 0; count--, _parts++) _playlist.Append([(byte)_parts], _parts * PartDuration, PartDuration, _parts % 6 == 0);
    }
}
