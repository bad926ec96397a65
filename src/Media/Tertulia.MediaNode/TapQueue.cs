using System.Buffers.Binary;
using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.MediaNode;

/// <summary>Why something that a room said did not reach a tap.</summary>
public enum TapDropReason
{
    None,

    /// <summary>The tap was slower than the room for longer than the queue lasts.</summary>
    QueueFull,

    /// <summary>Larger than the queue takes.</summary>
    TooLarge,

    /// <summary>The tap threw; it hears nothing more.</summary>
    Fault,
}

/// <summary>
/// Carries what a room says from its loop's thread to one other thread: a ring of bytes, one writer, one reader, no lock. The writer never
/// waits, and only a reader that has gone to sleep is woken. When the ring is full packets are dropped and counted; the little that says what streams there are has a reserve of its own.
/// </summary>
internal sealed class TapQueue : IMediaTap, IDisposable
{
    // A record is preceded by its length; a negative length sends the reader to the ring's start.
    private const int LengthBytes = 4;
    private const int MaxRecord = TapRecord.PacketHeadLength + 2048;
    private const int Reserve = 64 * 1024;

    private readonly byte[] _ring;
    private readonly long[] _drops = new long[Enum.GetValues<TapDropReason>().Length];
    private long _written; // bytes ever; moved by the writer alone
    private long _read;    // bytes ever; moved by the reader alone
    private long _untold;
    private Instant _lastDrop;
    private volatile bool _closed;
    private volatile bool _readerSleeps;
    private readonly ManualResetEventSlim _more = new();

    /// <param name="capacity">Bytes; a power of two, at least four times the reserve.</param>
    public TapQueue(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 4 * Reserve);
        ArgumentOutOfRangeException.ThrowIfNotEqual(capacity & (capacity - 1), 0);
        _ring = GC.AllocateUninitializedArray<byte>(capacity);
    }

    /// <summary>Nothing will be written any more; what was written may still be read.</summary>
    public bool IsClosed => _closed;

    /// <summary>Only if <see cref="IsClosed"/>.</summary>
    public Instant ClosedAt { get; private set; }

    /// <summary>Writer only, but safe to look at from anywhere.</summary>
    public long Dropped(TapDropReason reason) => Volatile.Read(ref _drops[(int)reason]);

    public void CountDrop(TapDropReason reason) => Interlocked.Increment(ref _drops[(int)reason]);

    public void OnStream(Instant now, TapStream stream)
    {
        if (Begin(MaxRecord, 0, out var place)) Commit(TapRecord.WriteStream(place, now, stream));
    }

    public void OnPacket(in TappedPacket packet)
    {
        var length = TapRecord.PacketHeadLength + packet.Payload.Length;
        if (length > MaxRecord)
        {
            CountDrop(TapDropReason.TooLarge);
            return;
        }

        if (!Begin(length, Reserve, out var place))
        {
            CountDrop(TapDropReason.QueueFull);
            _untold++;
            _lastDrop = packet.At;
            return;
        }

        if (_untold > 0)
        {
            // What follows must know that something is missing; the place that was found is used for the packet afterwards.
            var untold = _untold;
            _untold = 0;
            if (Begin(TapRecord.HeadLength + 8, 0, out var note)) Commit(TapRecord.WriteDropped(note, _lastDrop, untold));
            if (!Begin(length, 0, out place)) return;
        }

        Commit(TapRecord.WritePacket(place, packet));
    }

    public void OnClock(TapStream stream, Instant capturedAt, uint timestamp)
    {
        if (Begin(MaxRecord, 0, out var place)) Commit(TapRecord.WriteClock(place, stream, capturedAt, timestamp));
    }

    public void OnStreamEnded(Instant now, TapStream stream)
    {
        if (Begin(MaxRecord, 0, out var place)) Commit(TapRecord.WriteStreamEnded(place, now, stream));
    }

    public void OnDropped(Instant now, long packets)
    {
        if (Begin(MaxRecord, 0, out var place)) Commit(TapRecord.WriteDropped(place, now, packets));
    }

    public void OnClosed(Instant now)
    {
        ClosedAt = now;
        _closed = true;
        WakeReader();
    }

    /// <summary>Reader only: the oldest record, valid until <see cref="Release"/>.</summary>
    public bool TryPeek(out ReadOnlySpan<byte> record)
    {
        record = default;
        while (true)
        {
            var read = _read;
            if (read == Volatile.Read(ref _written)) return false;
            var at = (int)(read & (_ring.Length - 1));
            var length = BinaryPrimitives.ReadInt32LittleEndian(_ring.AsSpan(at));
            if (length >= 0)
            {
                record = _ring.AsSpan(at + LengthBytes, length);
                return true;
            }

            Volatile.Write(ref _read, read + _ring.Length - at);
        }
    }

    /// <summary>Reader only: returns when there is something, or nothing will come any more.</summary>
    public void WaitForMore()
    {
        _more.Reset();
        _readerSleeps = true;

        // Either the writer sees that flag, or what it wrote before is seen here. The price is the reader's, who pays it seldom: the writer
        // needs no fence.
        Interlocked.MemoryBarrierProcessWide();
        if (_read == Volatile.Read(ref _written) && !_closed) _more.Wait();
        _readerSleeps = false;
    }

    public void Dispose() => _more.Dispose();

    public void Release(int length) => Volatile.Write(ref _read, _read + Align(LengthBytes + length));

    /// <summary>A contiguous place for one record, if there is one and <paramref name="keep"/> bytes beyond it.</summary>
    private bool Begin(int length, int keep, out Span<byte> place)
    {
        place = default;
        var needed = Align(LengthBytes + length);
        var at = (int)(_written & (_ring.Length - 1));
        var toEnd = _ring.Length - at;
        var skip = toEnd < needed ? toEnd : 0;
        if (_written + skip + needed + keep - Volatile.Read(ref _read) > _ring.Length) return false;
        if (skip > 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_ring.AsSpan(at), -1);
            Volatile.Write(ref _written, _written + skip);
            at = 0;
        }

        place = _ring.AsSpan(at + LengthBytes, length);
        return true;
    }

    private void Commit(int length)
    {
        if (length == 0) return;
        BinaryPrimitives.WriteInt32LittleEndian(_ring.AsSpan((int)(_written & (_ring.Length - 1))), length);
        Volatile.Write(ref _written, _written + Align(LengthBytes + length));
        WakeReader();
    }

    private void WakeReader()
    {
        if (!_readerSleeps) return;
        _readerSleeps = false;
        _more.Set();
    }

    // So that the length before the ring's end always fits.
    private static int Align(int bytes) => (bytes + 7) & ~7;
}
