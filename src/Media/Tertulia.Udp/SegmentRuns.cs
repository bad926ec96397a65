using Tertulia.Rtc.Net;

namespace Tertulia.Udp;

/// <summary>
/// Sorts the datagrams of a batch into runs that one UDP_SEGMENT call can carry: one path, one size, only the last one may be
/// shorter. A fan-out writes packet by packet, receiver by receiver, so the datagrams of a run need not lie side by side.
/// Datagrams of one path keep their order.
/// </summary>
internal sealed class SegmentRuns
{
    // Gains flatten beyond 16, and a longer run would leave the network card as one burst.
    public const int DefaultMaxSegments = 16;

    // What UDP can carry over IPv4 and IPv6 alike, minus some for headers.
    private const int MaxRunBytes = 65_000;

    private const int End = -1;

    private readonly int _maxSegments;
    private Run[] _runs = [];
    private int[] _next = [];
    private int[] _table = [];
    private int _tableMask;

    public SegmentRuns(int maxSegments = DefaultMaxSegments) => _maxSegments = maxSegments;

    public int Count { get; private set; }

    public ref readonly Run this[int index] => ref _runs[index];

    /// <summary>The entry that follows in the same run.</summary>
    public int Next(int entry) => _next[entry];

    public void Build(DatagramBatch batch)
    {
        EnsureCapacity(batch.Capacity);
        Count = 0;
        _table.AsSpan().Fill(End);
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var entry = ref batch[i];
            _next[i] = End;
            if (entry.Path.Remote.Carrier != 0) continue; // not for a socket
            ref var slot = ref Slot(batch, entry.Path);
            if (slot != End && TryAppend(ref _runs[slot], i, entry.Length)) continue;
            slot = Count;
            _runs[Count++] = new() { First = i, Last = i, Segments = 1, SegmentSize = entry.Length, Bytes = entry.Length };
        }
    }

    private bool TryAppend(ref Run run, int entry, int length)
    {
        // A shorter one ended the run; an empty datagram cannot be a segment.
        if (run.Bytes != run.Segments * run.SegmentSize || length > run.SegmentSize || length == 0) return false;
        if (run.Segments == _maxSegments || run.Bytes + length > MaxRunBytes) return false;
        _next[run.Last] = entry;
        run.Last = entry;
        run.Segments++;
        run.Bytes += length;
        return true;
    }

    /// <summary>Where the number of the latest run of that path stands.</summary>
    private ref int Slot(DatagramBatch batch, in NetworkPath path)
    {
        var index = path.GetHashCode() & _tableMask;
        while (_table[index] != End && batch[_runs[_table[index]].First].Path != path) index = index + 1 & _tableMask;
        return ref _table[index];
    }

    private void EnsureCapacity(int capacity)
    {
        if (_runs.Length >= capacity) return;
        _runs = new Run[capacity];
        _next = new int[capacity];
        var size = 16;
        while (size < capacity * 2) size *= 2;
        _table = new int[size];
        _tableMask = size - 1;
    }

    public struct Run
    {
        /// <summary>Its first entry in the batch; also names the path.</summary>
        public int First;
        public int Last;
        public int Segments;
        public int SegmentSize;
        public int Bytes;
    }
}
