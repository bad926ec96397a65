using System.Collections.Concurrent;
using Tertulia.Rtc.Net;

namespace Tertulia.MediaNode;

internal enum MailKind
{
    /// <summary>Datagrams that came in elsewhere: at another loop, or by a byte stream. Paths as they were received.</summary>
    Received,

    /// <summary>Datagrams for relayed ports of the loop: each path's remote end is the relayed address, its local end the peer.</summary>
    ForRelay,
}

/// <summary>Datagrams on their way from one thread to a loop.</summary>
internal sealed class MailBatch
{
    public const int Capacity = 64;

    public MailKind Kind { get; set; }

    public DatagramBatch Datagrams { get; } = new(Capacity);
}

/// <summary>
/// A loop's letter box. Whole batches are handed over, and go back to be filled again; a loop that does not keep up loses the rest, as
/// a socket would.
/// </summary>
internal sealed class LoopMail(Action wake)
{
    private const int MaxWaiting = 128;

    private static readonly ConcurrentQueue<MailBatch> s_empty = [];

    private readonly ConcurrentQueue<MailBatch> _waiting = [];
    private int _count;
    private long _lost;

    /// <summary>Datagrams that found the box full.</summary>
    public long Lost => Volatile.Read(ref _lost);

    public static MailBatch Rent(MailKind kind)
    {
        if (!s_empty.TryDequeue(out var batch)) batch = new();
        batch.Kind = kind;
        return batch;
    }

    public static void Return(MailBatch batch)
    {
        batch.Datagrams.Clear();
        if (s_empty.Count < MaxWaiting) s_empty.Enqueue(batch);
    }

    /// <summary>From any thread; the batch is no longer the caller's.</summary>
    public void Post(MailBatch batch)
    {
        if (Interlocked.Increment(ref _count) > MaxWaiting)
        {
            Interlocked.Decrement(ref _count);
            Interlocked.Add(ref _lost, batch.Datagrams.Count);
            Return(batch);
            return;
        }

        _waiting.Enqueue(batch);
        wake();
    }

    /// <summary>For the loop's thread, which returns the batch afterwards.</summary>
    public bool TryTake(out MailBatch batch)
    {
        if (!_waiting.TryDequeue(out batch!)) return false;
        Interlocked.Decrement(ref _count);
        return true;
    }
}

/// <summary>What one loop collects in a turn for the others.</summary>
internal sealed class OutgoingMail(Func<int, LoopMail> boxes, int loops)
{
    private readonly MailBatch?[] _open = new MailBatch?[loops * 2];
    private int _openCount;

    public long HandedOver { get; private set; }

    public void Add(int loop, MailKind kind, in NetworkPath path, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length > DatagramBatch.MaxDatagramSize) return;
        ref var batch = ref _open[loop * 2 + (int)kind];
        if (batch is null)
        {
            batch = LoopMail.Rent(kind);
            _openCount++;
        }

        batch.Datagrams.Add(path, datagram);
        HandedOver++;
        if (batch.Datagrams.IsFull) Post(ref batch, loop);
    }

    /// <summary>At the end of a turn.</summary>
    public void Flush()
    {
        for (var i = 0; _openCount > 0 && i < _open.Length; i++)
        {
            if (_open[i] is not null) Post(ref _open[i], i / 2);
        }
    }

    private void Post(ref MailBatch? batch, int loop)
    {
        boxes(loop).Post(batch!);
        batch = null;
        _openCount--;
    }
}
