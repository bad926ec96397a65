using System.Globalization;
using System.Threading.Channels;
using Tertulia.Recording.Composition;
using Tertulia.Rtc.Codecs;

namespace Tertulia.Recording.Live;

/// <summary>
/// Decodes one stream as it comes, in a child of its own, to pictures of one size. Whoever pushes and whoever looks never waits for the child:
/// it has threads for that.
/// </summary>
internal sealed class LiveDecoder : IDisposable
{
    // More is not waited for: the child is too slow or hangs, and another has to begin at a key frame.
    private const int MostWaiting = 90;

    // A child that shows nothing after so many frames did not get the key frame whole: it would wait for the next one, which nobody asks for.
    private const int MostInVain = 90;

    private readonly MediaProcess _child;
    private readonly Channel<byte[]> _waiting = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Lock _gate = new();
    private readonly Thread _writer, _reader;
    private Picture _front, _middle, _back;
    private bool _hasNew;
    private int _pushed;
    private volatile bool _hasAny;

    /// <param name="quarterTurns">Clockwise, before it is shown.</param>
    public LiveDecoder(CodecKind codec, int width, int height, int quarterTurns)
    {
        (Codec, Width, Height, QuarterTurns) = (codec, width, height, quarterTurns);
        (_front, _middle, _back) = (new(width, height), new(width, height), new(width, height));
        _child = MediaProcess.StartLive(
            "-probesize", "32", "-analyzeduration", "0", "-fflags", "nobuffer", "-flags", "low_delay", "-threads", "1", "-err_detect", "ignore_err",
            "-f", "ivf", "-i", "pipe:0", "-filter_threads", "1", "-vf", SegmentDecoder.Fit(width, height, quarterTurns), "-vsync", "passthrough",
            "-f", "rawvideo", "-pix_fmt", "yuv420p", "-flush_packets", "1", "pipe:1");
        PipeSize.Widen(_child.Output);
        _writer = new Thread(Write) { IsBackground = true, Name = "live-decoder-in" };
        _reader = new Thread(Read) { IsBackground = true, Name = "live-decoder-out" };
        _writer.Start();
        _reader.Start();
    }

    public CodecKind Codec { get; }

    public int Width { get; }

    public int Height { get; }

    public int QuarterTurns { get; }

    /// <summary>Another has to take its place.</summary>
    public bool HasFailed { get; private set; }

    public bool HasPicture => _hasAny;

    /// <summary>To be called by one thread.</summary>
    public void Push(byte[] frame)
    {
        if (!_waiting.Writer.TryWrite(frame) || (!_hasAny && ++_pushed > MostInVain)) HasFailed = true;
    }

    /// <summary>The newest picture, valid until the next call; null before the first.</summary>
    public Picture? Latest()
    {
        lock (_gate)
        {
            if (_hasNew) (_front, _middle, _hasNew) = (_middle, _front, false);
            return _hasAny ? _front : null;
        }
    }

    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        _child.Dispose();
        _writer.Join();
        _reader.Join();
    }

    private void Write()
    {
        try
        {
            // The size in the head is of no consequence: decoders find it in the stream.
            using var file = new IvfWriter(_child.Input, Codec, new(640, 360));
            for (var number = 0L; _waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();)
            {
                while (_waiting.Reader.TryRead(out var frame)) file.Write(number++ * IvfWriter.ClockRate / 30, frame);
                _child.Input.Flush();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            HasFailed = true;
        }
    }

    private void Read()
    {
        try
        {
            while (true)
            {
                _child.Output.ReadExactly(_back.Bytes);
                lock (_gate) (_middle, _back, _hasNew) = (_back, _middle, true);
                _hasAny = true;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            HasFailed = true;
        }
    }
}
