using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using Tertulia.Recording.Composition;
using Tertulia.Recording.Live;
using Tertulia.Recording.Log;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Recording.Tests;

/// <summary>
/// Writes a recording as a meeting would: real VP8 and Opus in RTP packets that arrive late by different delays, sender reports, facts.
/// Seconds are those of the recording.
/// </summary>
internal sealed class SyntheticMeeting : IDisposable
{
    private static readonly DateTimeOffset s_utc = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Instant s_start = Instant.FromMilliseconds(5_000);

    private static readonly ConcurrentDictionary<(string, string), byte[]> s_encoded = new();

    private readonly List<(Instant At, Action<IMediaTap, Action<double, RecordedFact>> Do)> _script = [];
    private readonly Random _random = new(7);
    private int _streams;

    public string Folder { get; } = Directory.CreateTempSubdirectory("tertulia-recording-").FullName;

    public string LogPath => Path.Combine(Folder, "rec_test", MeetingRecorder.LogName);

    /// <summary>Share of video packets that never come.</summary>
    public double Loss { get; set; }

    public void Fact(double at, RecordedFact fact) => _script.Add((At(at), (_, tell) => tell(at, fact)));

    public void Join(string peer, string name, double at = 0, bool camera = true)
    {
        Fact(at, new RecordedFact.Joined(peer, name, "participant"));
        if (camera) Fact(at, new RecordedFact.TrackState(peer, "camera", Muted: false, Removed: false));
        Fact(at, new RecordedFact.TrackState(peer, "microphone", Muted: false, Removed: false));
    }

    /// <summary>A picture drawn by an ffmpeg source, for instance <c>color=red</c>.</summary>
    public void Video(string peer, string source, double from, double seconds, string size = "640x360", TapSource kind = TapSource.Camera, int layer = 0, double delay = 0.15, int framesPerSecond = 30, string filter = "null", byte orientation = 0)
    {
        var input = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{source}:s={size}:r={framesPerSecond}:d={seconds}");
        var ivf = s_encoded.GetOrAdd((input, filter), _ => Tools.Ffmpeg(
            "-f", "lavfi", "-i", input, "-vf", filter,
            "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "800k", "-g", "60", "-f", "ivf", "pipe:1"));
        var stream = new TapStream(++_streams, peer, kind, CodecKind.Vp8, 90_000, layer);
        var timestampBase = (uint)_random.Next();
        long sequence = _random.Next(1, 60_000);
        _script.Add((At(from + delay), (tap, _) => tap.OnStream(At(from + delay), stream)));
        Report(stream, from, timestampBase, from + Math.Min(0.5, seconds / 2));
        var frame = 0;
        for (var at = 32; at < ivf.Length; frame++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(ivf.AsSpan(at));
            var data = ivf.AsMemory(at + 12, length);
            at += 12 + length;
            var timestamp = timestampBase + (uint)(frame * 90_000L / framesPerSecond);
            var arrival = At(from + (double)frame / framesPerSecond + delay + _random.NextDouble() * 0.02);
            sequence = Packetise(stream, data, arrival, sequence, timestamp, orientation);
        }

        _script.Add((At(from + seconds + delay + 0.1), (tap, _) => tap.OnStreamEnded(At(from + seconds + delay + 0.1), stream)));
    }

    /// <summary>Sound by a function of the time since its beginning, from -1 to 1.</summary>
    public void Audio(string peer, Func<double, double> sound, double from, double seconds, double delay = 0.03)
    {
        using var encoder = new OpusEncoder();
        var stream = new TapStream(++_streams, peer, TapSource.Microphone, CodecKind.Opus, 48_000, 0);
        var timestampBase = (uint)_random.Next();
        _script.Add((At(from + delay), (tap, _) => tap.OnStream(At(from + delay), stream)));
        Report(stream, from, timestampBase, from + Math.Min(0.7, seconds / 2));
        var pcm = new short[OpusEncoder.FrameSize];
        for (var n = 0; n < seconds * 50; n++)
        {
            for (var i = 0; i < pcm.Length; i++) pcm[i] = (short)(sound((n * pcm.Length + i) / 48_000.0) * 20_000);
            var packet = encoder.Encode(pcm);
            var number = n;
            var arrival = At(from + n * 0.02 + delay + _random.NextDouble() * 0.01);
            _script.Add((arrival, (tap, _) => tap.OnPacket(new TappedPacket
            {
                Stream = stream,
                At = arrival,
                Codec = CodecKind.Opus,
                SequenceNumber = new(number),
                Timestamp = timestampBase + (uint)(number * pcm.Length),
                Marker = false,
                StartsKeyFrame = true,
                Payload = packet,
            })));
        }
    }

    /// <summary>Plays everything into a log.</summary>
    /// <param name="finish">False leaves it as a crash would.</param>
    public void Write(double seconds, bool finish = true)
    {
        using var recorder = MeetingRecorder.Open(new(Folder, LeaveFree: 0), "rec_test", TimeProvider.System);
        recorder.Begin(s_start, s_utc, "rec_test", "mtg_0123456789ab", "A test; with = signs");
        foreach (var (_, act) in _script.OrderBy(step => step.At)) act(recorder, (at, fact) => recorder.Add(s_utc + TimeSpan.FromSeconds(at), fact));
        if (finish) recorder.Finish(s_utc + TimeSpan.FromSeconds(seconds));
    }

    /// <summary>Plays everything to a broadcast as it would happen, by the clock on the wall.</summary>
    public async Task PlayAsync(Func<Func<Instant>, LiveBroadcast> open, double seconds, Action<LiveBroadcast, double>? meanwhile = null)
    {
        var watch = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        Instant Now() => s_start + watch.Elapsed;
        using var broadcast = open(Now);
        broadcast.Start();
        foreach (var (at, act) in _script.OrderBy(step => step.At))
        {
            while (Now() < at && watch.Elapsed.TotalSeconds < seconds)
            {
                await tick.WaitForNextTickAsync();
                meanwhile?.Invoke(broadcast, watch.Elapsed.TotalSeconds);
            }

            act(broadcast, (_, fact) => broadcast.Add(fact));
        }

        // What is in the air takes its time to the canvas.
        for (; watch.Elapsed.TotalSeconds < seconds; await tick.WaitForNextTickAsync()) meanwhile?.Invoke(broadcast, watch.Elapsed.TotalSeconds);
    }

    public async Task<CompositionResult> ComposeAsync(CompositionOptions? options = null, Action<double>? onProgress = null) =>
        await new Composer(LogPath, Path.Combine(Folder, "work"), options ?? new()).RunAsync(
            Path.Combine(Folder, "out.mp4"), onProgress ?? (_ => { }), CancellationToken.None);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static Instant At(double seconds) => s_start + TimeSpan.FromSeconds(seconds);

    private void Report(TapStream stream, double capturedAt, uint timestamp, double told) =>
        _script.Add((At(told), (tap, _) => tap.OnClock(stream, At(capturedAt), timestamp)));

    private long Packetise(TapStream stream, ReadOnlyMemory<byte> frame, Instant arrival, long sequence, uint timestamp, byte orientation)
    {
        const int most = 1100;
        var isKey = (frame.Span[0] & 1) == 0;
        for (var at = 0; at < frame.Length; at += most, sequence++)
        {
            if (_random.NextDouble() < Loss) continue;
            var part = frame.Slice(at, Math.Min(most, frame.Length - at));
            // RFC 7741 section 4.2: S on the first packet of the frame, nothing else.
            byte[] payload = [(byte)(at == 0 ? 0x10 : 0), .. part.Span];
            var (isFirst, isLast, number) = (at == 0, at + most >= frame.Length, sequence);
            _script.Add((arrival, (tap, _) => tap.OnPacket(new TappedPacket
            {
                Stream = stream,
                At = arrival,
                Codec = CodecKind.Vp8,
                SequenceNumber = new(number),
                Timestamp = timestamp,
                Marker = isLast,
                StartsKeyFrame = isFirst && isKey,
                VideoOrientation = orientation == 0 ? null : orientation,
                Payload = payload,
            })));
        }

        return sequence;
    }
}
