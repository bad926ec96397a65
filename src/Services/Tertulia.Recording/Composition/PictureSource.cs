using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Tertulia.Recording.Composition;

/// <summary>
/// A stream of pictures of one size, one for each frame of the canvas' clock from its first on. Recordings have files behind it, a
/// broadcast would have a live stream.
/// </summary>
internal interface IPictureSource : IDisposable
{
    /// <summary>The picture for the next frame of the clock; the one before if there is no newer, null before the first.</summary>
    Picture? Next();
}

/// <summary>
/// Decodes a segment in a child of its own, which also brings it to the canvas' frame rate and to one size, whatever sizes come. If the child
/// ends early, the last picture stays.
/// </summary>
internal sealed class SegmentDecoder : IPictureSource
{
    // Pictures decoded ahead, so that all children work while the canvas is drawn.
    private const int Ahead = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly MediaProcess _child;
    private readonly Channel<Picture> _ready = Channel.CreateUnbounded<Picture>(new() { SingleReader = true, SingleWriter = true });
    private readonly Channel<Picture> _free = Channel.CreateUnbounded<Picture>(new() { SingleReader = true, SingleWriter = true });
    private readonly Thread _reader;
    private Picture? _current;
    private bool _ended;

    private static readonly string[] s_turns = ["", "transpose=clock,", "hflip,vflip,", "transpose=cclock,"];

    public SegmentDecoder(VideoSegment segment, int width, int height, int framesPerSecond)
    {
        _child = MediaProcess.Start(
            "-nostdin", "-threads", "1", "-copyts", "-err_detect", "ignore_err", "-i", segment.Path,
            "-filter_threads", "1", "-vf", Fit(width, height, segment.QuarterTurns), "-r", framesPerSecond.ToString(System.Globalization.CultureInfo.InvariantCulture), "-vsync", "cfr",
            "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1");
        PipeSize.Widen(_child.Output);
        for (var i = 0; i < Ahead; i++) _free.Writer.TryWrite(new Picture(width, height));
        _reader = new Thread(Read) { IsBackground = true, Name = "decoder" };
        _reader.Start();
    }

    /// <summary>Pictures that came out of the decoder.</summary>
    public long Decoded { get; private set; }

    /// <summary>A filter that brings pictures of any size to one, upright, with black around what does not fill it.</summary>
    public static string Fit(int width, int height, int quarterTurns) =>
        $"{s_turns[quarterTurns]}scale={width}:{height}:flags=fast_bilinear:force_original_aspect_ratio=decrease:force_divisible_by=2,pad={width}:{height}:-1:-1:black,setsar=1";

    public Picture? Next()
    {
        if (_ended) return _current;
        if (!TryTake(out var next))
        {
            _ended = true;
            return _current;
        }

        if (_current is not null) _free.Writer.TryWrite(_current);
        _current = next;
        Decoded++;
        return _current;
    }

    public void Dispose()
    {
        _free.Writer.TryComplete();
        _child.Dispose();
        _reader.Join();
    }

    private bool TryTake(out Picture? picture)
    {
        if (_ready.Reader.TryRead(out picture)) return true;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return _ready.Reader.WaitToReadAsync(patience.Token).AsTask().GetAwaiter().GetResult() && _ready.Reader.TryRead(out picture);
        }
        catch (OperationCanceledException)
        {
            return false; // the child hangs
        }
    }

    private void Read()
    {
        try
        {
            while (_free.Reader.TryRead(out var picture) || _free.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                if (picture is null) continue;
                _child.Output.ReadExactly(picture.Bytes);
                _ready.Writer.TryWrite(picture);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has ended, by itself or because it was told to.
        }
        finally
        {
            _ready.Writer.TryComplete();
        }
    }
}

/// <summary>Pipes that hold more than the usual 64 KiB, so that a child does not stop after each few rows of a picture.</summary>
internal static partial class PipeSize
{
    private const int Wide = 1024 * 1024, SetPipeSize = 1031;

    public static void Widen(Stream stream)
    {
        if (stream is System.IO.Pipes.PipeStream pipe) _ = fcntl((int)pipe.SafePipeHandle.DangerousGetHandle(), SetPipeSize, Wide);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int file, int command, int argument);
}
