using System.Globalization;
using Tertulia.Recording.Composition;

namespace Tertulia.Recording.Live;

/// <summary>How a broadcast looks and what it costs.</summary>
public sealed record LiveOptions(RecordingLayout Layout = RecordingLayout.Grid)
{
    public int Width { get; init; } = 1280;

    public int Height { get; init; } = 720;

    public int FramesPerSecond { get; init; } = 30;

    /// <summary>Of the pictures, at most.</summary>
    public int KilobitsPerSecond { get; init; } = 3000;

    public string Preset { get; init; } = "superfast";

    internal int FramesPerPart => FramesPerSecond * LivePlaylist.SegmentDuration / LivePlaylist.PartsPerSegment;

    internal int FramesPerSegment => FramesPerSecond * LivePlaylist.SegmentDuration;
}

/// <summary>
/// Two children, one for pictures and one for sound, whose output becomes parts of the playlist. A picture goes in and comes out, so
/// their places in time are counted, not carried. From the first sample of <c>firstFrame</c> on; when a child fails, another encoder follows.
/// </summary>
internal sealed class LiveEncoder : IDisposable
{
    // What ffmpeg's encoder puts before the first sample: one frame of AAC.
    private const int SamplesPerFrame = 1024;

    // Silence from a child for so long means that it hangs.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly LivePlaylist _playlist;
    private readonly LiveOptions _options;
    private readonly MediaProcess _video, _audio;
    private readonly List<LiveSample> _pictures = [], _sounds = [];
    private readonly Thread[] _readers;
    private readonly Timer _watch;
    private readonly long _firstFrame;
    private byte[]? _videoConfiguration, _audioConfiguration;
    private long _picturesOut, _soundsOut;
    private long _lastHeard = Environment.TickCount64;
    private int _fragments;
    private bool _began;

    /// <param name="firstFrame">The frame of the broadcast's clock that is written first.</param>
    /// <param name="firstFragment">Numbers of fragments go on from here.</param>
    public LiveEncoder(LivePlaylist playlist, LiveOptions options, long firstFrame, int firstFragment)
    {
        (_playlist, _options, _firstFrame, _fragments) = (playlist, options, firstFrame, firstFragment);
        var rate = options.FramesPerSecond.ToString(CultureInfo.InvariantCulture);
        var group = options.FramesPerSegment.ToString(CultureInfo.InvariantCulture);
        var bits = $"{options.KilobitsPerSecond}k";
        string[] output = ["-f", "flv", "-flvflags", "no_duration_filesize", "-flush_packets", "1", "pipe:1"];
        _video = MediaProcess.StartLive(
            ["-probesize", "32", "-analyzeduration", "0", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", $"{options.Width}x{options.Height}", "-r", rate, "-i", "pipe:0",
            "-c:v", "libx264", "-preset", options.Preset, "-tune", "zerolatency", "-profile:v", "high", "-pix_fmt", "yuv420p",
            "-g", group, "-keyint_min", group, "-sc_threshold", "0", "-crf", "23", "-maxrate", bits, "-bufsize", bits, .. output]);
        _audio = MediaProcess.StartLive(
            ["-probesize", "32", "-analyzeduration", "0", "-f", "s16le", "-ar", "48000", "-ac", "2", "-i", "pipe:0", "-c:a", "aac", "-b:a", "128k", .. output]);
        PipeSize.Widen(_video.Input);
        _readers = [Read(_video, "encoder-video"), Read(_audio, "encoder-audio")];
        _watch = new Timer(_ => Watch(), null, s_patience, TimeSpan.FromSeconds(1));
    }

    /// <summary>Takes little-endian stereo at 48 kHz.</summary>
    public Stream Sound => _audio.Input;

    public int Fragments => _fragments;

    /// <summary>When the newest picture came out, for who wants to know the encoder's delay: its place on the broadcast's clock.</summary>
    public long PicturesOut => _firstFrame + Interlocked.Read(ref _picturesOut);

    public bool HasFailed { get; private set; }

    /// <exception cref="IOException">The encoder is gone; <see cref="Said"/> tells why.</exception>
    public void WritePicture(byte[] bytes)
    {
        _video.Input.Write(bytes);
        _video.Input.Flush();
    }

    public string Said => $"pictures: {_video.Said()}; sound: {_audio.Said()}";

    /// <summary>Writing to it fails from now on.</summary>
    public void Kill()
    {
        HasFailed = true;
        _video.Kill();
        _audio.Kill();
    }

    /// <summary>What went in comes out, at the latest after <paramref name="patience"/>.</summary>
    public void Finish(TimeSpan patience)
    {
        try
        {
            _video.Input.Close();
            _audio.Input.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        foreach (var reader in _readers) reader.Join(patience);
        lock (_gate) ClosePart();
    }

    public void Dispose()
    {
        _watch.Dispose();
        _video.Dispose();
        _audio.Dispose();
        foreach (var reader in _readers) reader.Join();
    }

    private Thread Read(MediaProcess child, string name)
    {
        var reader = new Thread(() =>
        {
            try
            {
                var flv = new FlvReader(child.Output);
                while (flv.TryRead(out var content, out var isKeyFrame, out var data)) Take(content, isKeyFrame, data);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Told by who writes.
            }

            HasFailed = true;
        }) { IsBackground = true, Name = name };
        reader.Start();
        return reader;
    }

    private void Take(FlvContent content, bool isKeyFrame, byte[] data)
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _lastHeard, Environment.TickCount64);
            switch (content)
            {
                case FlvContent.VideoConfiguration:
                    _videoConfiguration = data;
                    break;
                case FlvContent.AudioConfiguration:
                    _audioConfiguration = data;
                    break;
                case FlvContent.Picture:
                    TakePicture(isKeyFrame, data);
                    break;
                case FlvContent.Sound:
                    // The first frame decodes to what is before the beginning.
                    if (_soundsOut++ > 0) _sounds.Add(new(StartOf(FragmentWriter.AudioTimescale) + (_soundsOut - 2) * SamplesPerFrame, SamplesPerFrame, true, data));
                    break;
            }
        }
    }

    private void TakePicture(bool isKeyFrame, byte[] data)
    {
        var duration = FragmentWriter.VideoTimescale / _options.FramesPerSecond;
        _pictures.Add(new(StartOf(FragmentWriter.VideoTimescale) + _picturesOut * duration, duration, isKeyFrame, data));
        Interlocked.Increment(ref _picturesOut);
        if (_picturesOut % _options.FramesPerPart == 0) ClosePart();
    }

    private long StartOf(int timescale) => _firstFrame * timescale / _options.FramesPerSecond;

    private void ClosePart()
    {
        if (_pictures.Count == 0 || _videoConfiguration is null || _audioConfiguration is null) return;
        if (!_began)
        {
            _playlist.Begin(FragmentWriter.Head(_options.Width, _options.Height, _videoConfiguration, _audioConfiguration));
            _began = true;
        }

        var part = FragmentWriter.Fragment(++_fragments, _pictures, _sounds);
        _playlist.Append(part, (double)_pictures[0].Time / FragmentWriter.VideoTimescale, (double)_pictures.Count / _options.FramesPerSecond, _pictures[0].IsKeyFrame);
        _pictures.Clear();
        _sounds.Clear();
    }

    /// <summary>A child that neither ends nor works is ended, so that writing to it fails and another encoder is made.</summary>
    private void Watch()
    {
        if (Environment.TickCount64 - Interlocked.Read(ref _lastHeard) < s_patience.TotalMilliseconds) return;
        Kill();
    }
}
