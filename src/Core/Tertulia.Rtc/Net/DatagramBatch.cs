namespace Tertulia.Rtc.Net;

/// <summary>
/// Outgoing datagrams in memory that the driver supplies: Core writes each one straight into its final place, the driver
/// hands all of them to the kernel at once. Slots lie one behind the other, each exactly as long as its datagram, so runs of
/// equal size to one destination can leave as one UDP_SEGMENT send.
/// </summary>
public sealed class DatagramBatch
{
    /// <summary>No datagram of ours is longer: it leaves room for IPv6 and tunnels below 1500.</summary>
    public const int MaxDatagramSize = 1472;

    private readonly byte[] _bytes;
    private readonly Entry[] _entries;
    private int _used;
    private NetworkPath _reservedPath;

    /// <param name="capacity">Most datagrams held at once.</param>
    public DatagramBatch(int capacity = 256)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(capacity * MaxDatagramSize, pinned: true);
        _entries = new Entry[capacity];
    }

    public int Count { get; private set; }

    /// <summary>Of these, how many go another way than by UDP (<see cref="TransportAddress.Carrier"/>).</summary>
    public int CarriedCount { get; private set; }

    public int Capacity => _entries.Length;

    /// <summary>True when the driver should flush before giving Core more input.</summary>
    public bool IsFull => Count == _entries.Length;

    /// <summary>Datagrams that found no slot and were lost, since creation. The driver flushes often enough to keep this at 0.</summary>
    public long Overflows { get; private set; }

    /// <summary>Called when a reservation finds the batch full; a driver that can send at once does so and empties it.</summary>
    public Action<DatagramBatch>? Flush { get; set; }

    /// <summary>The memory behind the entries, pinned.</summary>
    public byte[] Buffer => _bytes;

    /// <summary>
    /// A slot of <see cref="MaxDatagramSize"/> bytes for the next datagram to <paramref name="path"/>. Nothing is sent until
    /// <see cref="Commit"/>; a second reservation without one takes the same slot.
    /// </summary>
    public Span<byte> Reserve(scoped in NetworkPath path)
    {
        if (IsFull) Flush?.Invoke(this);
        if (IsFull)
        {
            // Overwrite the last slot rather than throw: losing a datagram is what networks do.
            Overflows++;
            Count--;
            if (_entries[Count].Path.Remote.Carrier != 0) CarriedCount--;
            _used = _entries[Count].Offset;
        }

        _reservedPath = path;
        return _bytes.AsSpan(_used, MaxDatagramSize);
    }

    public void Commit(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)MaxDatagramSize, nameof(length));
        _entries[Count++] = new Entry(_reservedPath, _used, length);
        _used += length;
        if (_reservedPath.Remote.Carrier != 0) CarriedCount++;
    }

    public void Add(in NetworkPath path, ReadOnlySpan<byte> datagram)
    {
        datagram.CopyTo(Reserve(path));
        Commit(datagram.Length);
    }

    public ref readonly Entry this[int index] => ref _entries[index];

    public Span<byte> Datagram(int index) => _bytes.AsSpan(_entries[index].Offset, _entries[index].Length);

    public void Clear()
    {
        Count = 0;
        CarriedCount = 0;
        _used = 0;
    }

    /// <summary>Where one datagram lies in <see cref="Buffer"/> and where it goes.</summary>
    public readonly record struct Entry(NetworkPath Path, int Offset, int Length);
}
