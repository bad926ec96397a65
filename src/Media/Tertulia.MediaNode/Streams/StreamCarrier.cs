using System.Buffers.Binary;
using System.Threading.Channels;
using Tertulia.Rtc.Net;
using Tertulia.Turn;

namespace Tertulia.MediaNode.Streams;

/// <summary>
/// A byte stream that carries datagrams: TURN messages as they are, or ICE and media behind a length (RFC 4571). One task reads and
/// mails to the loop, another writes what loops have left here.
/// </summary>
internal sealed class StreamCarrier
{
    // What a slow network may hold back; a datagram that finds it full is lost, as real-time data should be.
    private const int MaxUnsent = 128 * 1024;
    // Nobody with something to say is silent for longer: allocations are refreshed, consent is asked for.
    private static readonly TimeSpan s_turnIdle = TimeSpan.FromMinutes(11);
    private static readonly TimeSpan s_iceIdle = TimeSpan.FromSeconds(40);

    // A browser keeps what answered first. UDP is to be that wherever it passes, so ICE over TCP starts later (as RFC 8305 section 5
    // has it for connection attempts).
    private static readonly TimeSpan s_headStart = TimeSpan.FromMilliseconds(300);

    private const int ReadSize = 16 * 1024;

    private readonly Stream _stream;
    private readonly bool _isTurn;
    private readonly NetworkPath _path;
    private readonly Channel<bool> _unsent = Channel.CreateBounded<bool>(1);
    private readonly Lock _lock = new();
    private byte[] _filling = new byte[4096];
    private byte[] _writing = new byte[4096];
    private int _filled;

    /// <param name="stream">The bytes.</param>
    /// <param name="path">As loops see it: the remote end has this stream's number as carrier.</param>
    /// <param name="isTurn">TURN frames itself; ICE is framed by RFC 4571.</param>
    public StreamCarrier(Stream stream, NetworkPath path, bool isTurn)
    {
        _stream = stream;
        _path = path;
        _isTurn = isTurn;
    }

    public NetworkPath Path => _path;

    public long Lost { get; private set; }

    /// <summary>Leaves a datagram to be written; from any thread.</summary>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        lock (_lock)
        {
            var length = datagram.Length + (_isTurn ? 0 : StreamFrames.LengthSize);
            if (_filled + length > MaxUnsent)
            {
                Lost++;
                return;
            }

            if (_filled + length > _filling.Length) Array.Resize(ref _filling, Math.Max(_filling.Length * 2, _filled + length));
            if (!_isTurn)
            {
                BinaryPrimitives.WriteUInt16BigEndian(_filling.AsSpan(_filled), (ushort)datagram.Length);
                _filled += StreamFrames.LengthSize;
            }

            datagram.CopyTo(_filling.AsSpan(_filled));
            _filled += datagram.Length;
        }

        _unsent.Writer.TryWrite(true); // one sign is enough, however much there is
    }

    /// <summary>Reads and writes until either side ends it.</summary>
    /// <param name="boxFor">The loop for a first datagram; null closes the stream.</param>
    /// <param name="cancellation">Ends it too.</param>
    public async Task RunAsync(Func<ReadOnlyMemory<byte>, LoopMail?> boxFor, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var writing = WriteAsync(ended.Token);
        try
        {
            var reading = ReadAsync(boxFor, ended);
            await Task.WhenAny(reading, writing).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(reading, writing).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer has gone, or broke TLS, or the server stops.
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _unsent.Reader.ReadAsync(cancellation).ConfigureAwait(false);
            int length;
            lock (_lock)
            {
                (_filling, _writing) = (_writing, _filling);
                length = _filled;
                _filled = 0;
            }

            if (length == 0) continue;
            await _stream.WriteAsync(_writing.AsMemory(0, length), cancellation).ConfigureAwait(false);
            await _stream.FlushAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(Func<ReadOnlyMemory<byte>, LoopMail?> boxFor, CancellationTokenSource ended)
    {
        var buffer = new byte[ReadSize];
        var filled = 0;
        LoopMail? box = null;
        if (!_isTurn) await Task.Delay(s_headStart, ended.Token).ConfigureAwait(false);
        while (true)
        {
            ended.CancelAfter(_isTurn ? s_turnIdle : s_iceIdle);
            var read = await _stream.ReadAsync(buffer.AsMemory(filled), ended.Token).ConfigureAwait(false);
            if (read == 0) return;
            filled += read;
            var used = 0;
            MailBatch? mail = null;
            while (StreamFrames.TryFind(buffer.AsSpan(used, filled - used), _isTurn, out var start, out var length, out var next))
            {
                if (next == 0) return; // no message can begin like that
                box ??= boxFor(buffer.AsMemory(used + start, length));
                if (box is null) return;
                if (length is > 0 and <= DatagramBatch.MaxDatagramSize) Add(ref mail, box, buffer.AsSpan(used + start, length));
                used += next;
            }

            if (mail is not null) box!.Post(mail);
            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            filled -= used;

            // Nothing of ours is that long, but the length field could say so.
            if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    private void Add(ref MailBatch? mail, LoopMail box, ReadOnlySpan<byte> datagram)
    {
        mail ??= LoopMail.Rent(MailKind.Received);
        mail.Datagrams.Add(_path, datagram);
        if (!mail.Datagrams.IsFull) return;
        box.Post(mail);
        mail = null;
    }
}
