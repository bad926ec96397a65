using System.Collections.Concurrent;
using Tertulia.Recording.Composition;
using Tertulia.Recording.Log;
using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Recording.Live;

/// <summary>
/// A meeting as one live stream: a tap that hears it, facts that tell who is there, and a thread with a frame clock that draws what was captured
/// <see cref="Delay"/> ago. The same layouts, canvas and mixer as of recordings.
/// </summary>
public sealed class LiveBroadcast : IMediaTap, IDisposable
{
    /// <summary>From capture to the canvas: lost packets are repaired in it, and clocks of publishers agree.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(400);

    // Retransmissions come within this; pictures that wait longer are late.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    // A frame that goes to its decoder is drawn with one of the next pictures: so much sooner it has to go to be seen when it is heard.
    private static readonly TimeSpan s_decoding = TimeSpan.FromMilliseconds(65);

    // Behind by more frames than this the clock jumps, and with it the stream.
    private const int MostBehind = 90;

    // What has not changed is cheap to encode: a machine that is too slow shows fewer pictures, not none.
    private const int MostRepeated = 6;

    private static readonly TimeSpan s_betweenRequests = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(2);

    private readonly LiveOptions _options;
    private readonly Func<Instant> _clock;
    private readonly Instant _start;
    private readonly string _folder;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, StreamParts> _streams = [];
    private readonly ConcurrentDictionary<(string Publisher, TapSource Source), LivePicture> _pictures = new();
    private readonly ConcurrentQueue<RecordedFact> _facts = new();
    private readonly AudioMixer _mixer = new();
    private readonly MemoryStream _sound = new();
    private readonly SceneFollower _scene = new();
    private readonly Canvas _canvas;
    private readonly Labels _labels;
    private readonly Dictionary<string, Instant> _asked = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Thread _thread;
    private List<DressedTile> _tiles = [];
    private Task _dressing = Task.CompletedTask;
    private LiveEncoder? _encoder;
    private int _fragments;
    private long _drawn;
    private volatile bool _hasNewLabels;

    /// <param name="folder">For this broadcast alone; deleted at the end.</param>
    /// <param name="clock">The room's.</param>
    /// <param name="run">See <see cref="LivePlaylist"/>.</param>
    public LiveBroadcast(LiveOptions options, string folder, Func<Instant> clock, DateTimeOffset startedAt, string run)
    {
        (_options, _folder, _clock, _start) = (options, folder, clock, clock());
        Directory.CreateDirectory(folder);
        _canvas = new Canvas(options.Width, options.Height);
        _labels = new Labels(folder, Fonts.Installed);
        Playlist = new LivePlaylist(run, startedAt);
        _thread = new Thread(Run) { IsBackground = true, Name = "broadcast" };
    }

    public LivePlaylist Playlist { get; }

    internal LiveEncoder? Encoder => _encoder;

    /// <summary>Pictures of this participant can only go on from a key frame. Called on the broadcast's thread, which it must not hold up.</summary>
    public Action<string>? KeyFrameWanted { get; init; }

    /// <summary>What went wrong, for the log; the broadcast goes on.</summary>
    public Action<string>? Troubled { get; init; }

    /// <summary>Frames for which there was no time: the one before was shown again.</summary>
    public long FramesRepeated { get; private set; }

    /// <summary>Encoders that failed and were replaced.</summary>
    public int EncoderRestarts { get; private set; }

    /// <summary>Why nothing can be broadcast on this machine, for its operator; null if it can.</summary>
    public static async Task<string?> MissingAsync(CancellationToken cancellation)
    {
        try
        {
            new Opus.OpusDecoder(Sound.SampleRate, Sound.Channels).Dispose();
            using var child = MediaProcess.Start("-version");
            await child.WaitAsync(cancellation);
            return null;
        }
        catch (DllNotFoundException)
        {
            return "libopus is not installed: broadcasts are made by it.";
        }
        catch (MediaProcessException e)
        {
            return e.Message;
        }
    }

    /// <summary>From capture to the newest part of the playlist, as far as this side can know.</summary>
    public TimeSpan Latency => _encoder is { } encoder
        ? _clock() - _start - TimeSpan.FromSeconds((double)encoder.PicturesOut / _options.FramesPerSecond)
        : TimeSpan.Zero;

    public void Start() => _thread.Start();

    public void Add(RecordedFact fact) => _facts.Enqueue(fact);

    public void OnStream(Instant now, TapStream stream)
    {
        using var scope = _gate.EnterScope();
        var clock = new StreamClock(stream.ClockRate);
        if (!stream.IsVideo)
        {
            var track = new AudioTrack(_mixer, clock, _start);
            _streams[stream.Id] = new(new FrameAssembler(stream, s_patience, track.Play), clock, null, track);
            return;
        }

        var picture = _pictures.GetOrAdd((stream.Publisher, stream.Source), _ => new LivePicture());
        _streams[stream.Id] = new(new FrameAssembler(stream, s_patience, OnPicture), clock, picture, null);

        void OnPicture(in MediaFrame frame)
        {
            clock.OnArrival(frame.At, frame.Timestamp);
            picture.Add(frame, clock.At(frame.Timestamp));
        }
    }

    public void OnPacket(in TappedPacket packet)
    {
        using var scope = _gate.EnterScope();
        if (!_streams.TryGetValue(packet.Stream.Id, out var parts)) return;
        var dropped = parts.Assembler.FramesDropped;
        parts.Assembler.Add(packet);
        if (parts.Assembler.FramesDropped > dropped) parts.Picture?.Break();
    }

    public void OnClock(TapStream stream, Instant capturedAt, uint timestamp)
    {
        using var scope = _gate.EnterScope();
        if (_streams.TryGetValue(stream.Id, out var parts)) parts.Clock.OnReport(capturedAt, timestamp);
    }

    public void OnStreamEnded(Instant now, TapStream stream)
    {
        using var scope = _gate.EnterScope();
        if (!_streams.Remove(stream.Id, out var parts)) return;
        parts.Assembler.Flush();
        parts.Sound?.Dispose();
    }

    public void OnDropped(Instant now, long packets)
    {
        using var scope = _gate.EnterScope();
        foreach (var parts in _streams.Values) parts.Picture?.Break();
    }

    public void OnClosed(Instant now)
    {
        using var scope = _gate.EnterScope();
        foreach (var parts in _streams.Values) parts.Sound?.Dispose();
        _streams.Clear();
    }

    /// <summary>What was captured is in the playlist, and the playlist is finished, when this returns.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        if (_thread.IsAlive) _thread.Join();
        Playlist.Finish();
        foreach (var picture in _pictures.Values) picture.Dispose();
        OnClosed(default);
        _stopping.Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A few bytes of names are left.
        }
    }

    private Instant CapturedAt(long frame) => _start + TimeSpan.FromTicks(frame * TimeSpan.TicksPerSecond / _options.FramesPerSecond);

    private void Run()
    {
        var frame = 0L;
        while (!_stopping.IsCancellationRequested)
        {
            var ahead = CapturedAt(frame) + Delay - _clock();
            if (ahead > TimeSpan.Zero)
            {
                _stopping.Token.WaitHandle.WaitOne(ahead);
                continue;
            }

            try
            {
                var behind = (int)(-ahead.TotalSeconds * _options.FramesPerSecond);
                if (behind > MostBehind) frame = Jump(frame + behind);
                _encoder ??= Begin(ref frame);
                if (behind < 2 || frame - _drawn >= MostRepeated) Draw(frame);
                else FramesRepeated++;
                WriteSound(frame + 1);
                _encoder.WritePicture(_canvas.Picture.Bytes);
                frame++;
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or MediaProcessException)
            {
                if (!_stopping.IsCancellationRequested) Replace(e);
            }
        }

        _encoder?.Finish(s_lastWords);
        _encoder?.Dispose();
        _dressing.Wait();
    }

    /// <summary>Sound and pictures begin with the same moment, whatever of either went to an encoder before.</summary>
    private LiveEncoder Begin(ref long frame)
    {
        var samples = Sound.SampleRate / _options.FramesPerSecond;
        using (_gate.EnterScope())
        {
            frame = Math.Max(frame, (_mixer.Position + samples - 1) / samples);
            _mixer.Advance(frame * samples, Stream.Null);
        }

        return new LiveEncoder(Playlist, _options, frame, _fragments);
    }

    /// <summary>The machine stood still, or is far too slow: what was missed is left out.</summary>
    private long Jump(long frame)
    {
        Troubled?.Invoke($"The broadcast fell behind by more than {MostBehind} frames and leaves them out.");
        End();
        return frame;
    }

    private void Replace(Exception e)
    {
        EncoderRestarts++;
        Troubled?.Invoke($"The encoder failed and is replaced: {e.Message} ({_encoder?.Said})");
        End();
        // One that fails at once is not started as often as the machine can.
        _stopping.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(Math.Min(5000, 100 * EncoderRestarts)));
    }

    private void End()
    {
        if (_encoder is null) return;
        _encoder.Finish(TimeSpan.FromMilliseconds(500));
        _fragments = _encoder.Fragments;
        _encoder.Dispose();
        _encoder = null;
    }

    private void Draw(long frame)
    {
        var at = CapturedAt(frame);
        _drawn = frame;
        var changed = false;
        while (_facts.TryDequeue(out var fact)) changed |= _scene.Apply(fact);
        if (changed || _hasNewLabels) Arrange();
        foreach (var tile in _tiles) _canvas.Draw(tile, ContentOf(tile.Tile, at));
    }

    private void Arrange()
    {
        _hasNewLabels = false;
        var tiles = Layout.Arrange(_scene.Current, _options.Layout, _options.Width, _options.Height);
        _canvas.Clear();
        _tiles = [];
        var isDressed = true;
        foreach (var tile in tiles)
        {
            isDressed &= _labels.TryDress(tile, out var dressed);
            _tiles.Add(dressed);
        }

        foreach (var (key, picture) in _pictures)
        {
            if (!tiles.Any(tile => tile.IsOn && (tile.PeerId, tile.Source) == key)) picture.Rest();
            if (_scene.Current.Find(key.Publisher) is null) Forget(key, picture);
        }

        if (isDressed || !_dressing.IsCompleted) return;
        // Names are drawn by children: the pictures do not wait for them.
        _dressing = Task.Run(async () =>
        {
            foreach (var tile in tiles) await _labels.DressAsync(tile, CancellationToken.None);
            _hasNewLabels = true;
        });
    }

    /// <summary>Who is not there any more sends nothing; who is not there yet may send already.</summary>
    private void Forget((string, TapSource) key, LivePicture picture)
    {
        using var scope = _gate.EnterScope();
        if (_streams.Values.All(parts => parts.Picture != picture)) _pictures.TryRemove(key, out _);
    }

    private Picture? ContentOf(Tile tile, Instant at)
    {
        if (!tile.IsOn || !_pictures.TryGetValue((tile.PeerId, tile.Source), out var picture)) return null;
        if (!picture.Release(at + s_decoding, tile.Area.Width, tile.Area.Height)) AskForKeyFrame(tile.PeerId);
        return picture.Latest(at, mayRest: tile.Source == TapSource.Screen);
    }

    private void AskForKeyFrame(string publisher)
    {
        var now = _clock();
        if (_asked.TryGetValue(publisher, out var last) && now - last < s_betweenRequests) return;
        _asked[publisher] = now;
        KeyFrameWanted?.Invoke(publisher);
    }

    private void WriteSound(long untilFrame)
    {
        _sound.SetLength(0);
        using (_gate.EnterScope()) _mixer.Advance(untilFrame * Sound.SampleRate / _options.FramesPerSecond, _sound);
        _encoder!.Sound.Write(_sound.GetBuffer(), 0, (int)_sound.Length);
        _encoder.Sound.Flush();
    }

    private sealed record StreamParts(FrameAssembler Assembler, StreamClock Clock, LivePicture? Picture, AudioTrack? Sound);
}
