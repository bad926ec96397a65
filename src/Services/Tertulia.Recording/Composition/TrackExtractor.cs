using Tertulia.Recording.Log;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Recording.Composition;

/// <summary>What of a recording is wanted: everything, or one participant's camera or screen with its sound.</summary>
internal readonly record struct TrackChoice(string? Publisher, bool Screen)
{
    /// <summary>A picture stays in one file then, whatever pauses it has.</summary>
    public bool IsOneTrack => Publisher is not null;

    public bool Includes(TapStream stream) =>
        Publisher is null || (stream.Publisher == Publisher && Screen == (stream.Source is TapSource.Screen or TapSource.ScreenAudio));
}

/// <summary>
/// Reads a log once: pictures go into a file for each stretch of each source, sound is mixed and handed on. Time is the recording's own from here
/// on: frame 0 and sample 0 are its start.
/// </summary>
internal sealed class TrackExtractor : IMediaTap, IDisposable
{
    // Retransmissions come within this; the file tells whether they did.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // After such a pause the picture is not shown any more, and a new stretch begins.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);

    // Sound is handed on after this; later pieces find no place.
    private static readonly TimeSpan MixDelay = TimeSpan.FromSeconds(4);

    private readonly Survey _survey;
    private readonly string _folder;
    private readonly int _framesPerSecond;
    private readonly Stream _sound;
    private readonly TrackChoice _choice;
    private readonly AudioMixer _mixer = new();
    private readonly Dictionary<int, StreamParts> _streams = [];
    private readonly Dictionary<(string, TapSource), OpenSegment> _open = [];
    private readonly List<VideoSegment> _segments = [];

    /// <param name="sound">Takes the mix: 48 kHz, stereo, 16 bits.</param>
    public TrackExtractor(Survey survey, string folder, int framesPerSecond, Stream sound, TrackChoice choice)
    {
        _choice = choice;
        _survey = survey;
        _folder = folder;
        _framesPerSecond = framesPerSecond;
        _sound = sound;
    }

    public IReadOnlyList<VideoSegment> Segments => _segments;

    public long FramesDropped { get; private set; }

    public void Run(string logPath, Action<double> onProgress, CancellationToken cancellation)
    {
        using var reader = new LogReader(logPath);
        var replay = new TapReplay();
        var records = 0;
        while (reader.TryRead(out var record))
        {
            replay.TryReplay(record, this);
            if (++records % 4096 != 0) continue;
            cancellation.ThrowIfCancellationRequested();
            onProgress((double)reader.Position / Math.Max(1, reader.Length));
        }

        foreach (var stream in _streams.Values) stream.Assembler.Flush();
        _mixer.Advance(SamplesAt(_survey.End), _sound);
    }

    public void OnStream(Instant now, TapStream stream)
    {
        if (!_choice.Includes(stream)) return;
        var clock = _survey.ClockOf(stream);
        if (stream.IsVideo)
        {
            _streams[stream.Id] = new(new FrameAssembler(stream, Patience, (in MediaFrame frame) => OnPicture(frame, clock)), clock, null);
            return;
        }

        var track = new AudioTrack(_mixer, clock, _survey.Start);
        _streams[stream.Id] = new(new FrameAssembler(stream, Patience, track.Play), clock, track);
    }

    public void OnPacket(in TappedPacket packet)
    {
        if (_streams.TryGetValue(packet.Stream.Id, out var stream)) stream.Assembler.Add(packet);
        var due = SamplesAt(packet.At - MixDelay);
        if (due - _mixer.Position > Sound.SampleRate / 2) _mixer.Advance(due, _sound);
    }

    public void OnClock(TapStream stream, Instant capturedAt, uint timestamp)
    {
        if (_streams.TryGetValue(stream.Id, out var parts)) parts.Clock.OnReport(capturedAt, timestamp);
    }

    public void OnStreamEnded(Instant now, TapStream stream)
    {
        if (!_streams.Remove(stream.Id, out var parts)) return;
        parts.Assembler.Flush();
        FramesDropped += parts.Assembler.FramesDropped;
        parts.Sound?.Dispose();
    }

    public void OnDropped(Instant now, long packets)
    {
    }

    public void OnClosed(Instant now)
    {
    }

    public void Dispose()
    {
        foreach (var stream in _streams.Values) stream.Sound?.Dispose();
        foreach (var open in _open.Values) open.Writer.Dispose();
    }

    private void OnPicture(in MediaFrame frame, StreamClock clock)
    {
        clock.OnArrival(frame.At, frame.Timestamp);
        var at = Instant.Max(clock.At(frame.Timestamp), _survey.Start);
        var number = FrameAt(at);
        var key = (frame.Stream.Publisher, frame.Stream.Source);
        if (!_open.TryGetValue(key, out var open) || open.Segment.Codec != frame.Codec || (frame.IsKeyFrame && open.Segment.QuarterTurns != QuarterTurnsOf(frame)) || (at - open.LastAt > LongestPause && !_choice.IsOneTrack))
        {
            if (!frame.IsKeyFrame) return; // a decoder cannot begin here
            open?.Writer.Dispose();
            open = Open(frame, number);
            _open[key] = open;
        }

        open.LastAt = at;
        // Shown until the next comes, but not for ever.
        open.Segment.LastFrame = Math.Max(open.Segment.LastFrame, Math.Min(number + (long)(LongestPause.TotalSeconds * _framesPerSecond), FrameAt(_survey.End)));
        open.Writer.Write((at - _survey.Start - TimeSpan.FromSeconds((double)open.Segment.FirstFrame / _framesPerSecond)).Ticks * IvfWriter.ClockRate / TimeSpan.TicksPerSecond, frame.Data);
    }

    private OpenSegment Open(in MediaFrame frame, long number)
    {
        var path = Path.Combine(_folder, $"picture-{_segments.Count}.ivf");
        var segment = new VideoSegment(frame.Stream.Publisher, frame.Stream.Source, frame.Codec, path, number, QuarterTurnsOf(frame));
        _segments.Add(segment);
        return new(segment, new IvfWriter(path, frame.Codec, SizeOf(frame)));
    }

    private static int QuarterTurnsOf(in MediaFrame frame) => (frame.VideoOrientation ?? 0) & 3;

    private static PictureSize SizeOf(in MediaFrame frame) =>
        // RFC 6386 section 9.1; other decoders find the size for themselves.
        frame.Codec == CodecKind.Vp8 && frame.Data.Length >= 10
            ? new((frame.Data[6] | frame.Data[7] << 8) & 0x3fff, (frame.Data[8] | frame.Data[9] << 8) & 0x3fff)
            : new(640, 360);

    private long FrameAt(Instant at) => (at - _survey.Start).Ticks * _framesPerSecond / TimeSpan.TicksPerSecond;

    private long SamplesAt(Instant at) => (at - _survey.Start).Ticks * Sound.SampleRate / TimeSpan.TicksPerSecond;

    private sealed record StreamParts(FrameAssembler Assembler, StreamClock Clock, AudioTrack? Sound);

    private sealed class OpenSegment(VideoSegment segment, IvfWriter writer)
    {
        public VideoSegment Segment { get; } = segment;

        public IvfWriter Writer { get; } = writer;

        public Instant LastAt { get; set; }
    }
}
