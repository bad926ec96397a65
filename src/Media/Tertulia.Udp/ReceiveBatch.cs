using Tertulia.Rtc.Net;

namespace Tertulia.Udp;

/// <summary>Memory for what arrives, pinned and used again for every batch. A datagram may be changed in place.</summary>
public sealed class ReceiveBatch
{
    /// <summary>Enough for one datagram of any Ethernet.</summary>
    public const int SingleSlotSize = 2048;

    /// <summary>Enough for the longest run that UDP_GRO hands over as one.</summary>
    public const int CoalescedSlotSize = 65536;

    // UDP_GRO joins at most 64 datagrams (UDP_GRO_CNT_MAX of the kernel).
    private const int MaxCoalesced = 64;

    private readonly Entry[] _entries;

    /// <param name="slots">Reads per batch.</param>
    /// <param name="slotSize"><see cref="SingleSlotSize"/>, or <see cref="CoalescedSlotSize"/> for a coalescing port.</param>
    public ReceiveBatch(int slots = 64, int slotSize = SingleSlotSize)
    {
        Slots = slots;
        SlotSize = slotSize;
        Buffer = GC.AllocateUninitializedArray<byte>(slots * slotSize, pinned: true);
        _entries = new Entry[slotSize >= CoalescedSlotSize ? slots * MaxCoalesced : slots];
    }

    /// <summary>Datagrams in it.</summary>
    public int Count { get; private set; }

    /// <summary>How many reads were used; as many as there are slots means that more is probably waiting.</summary>
    public int UsedSlots { get; internal set; }

    public int Slots { get; }

    internal int SlotSize { get; }

    internal byte[] Buffer { get; }

    public Span<byte> Datagram(int index) => Buffer.AsSpan(_entries[index].Offset, _entries[index].Length);

    public ref readonly NetworkPath Path(int index) => ref _entries[index].Path;

    internal void Clear()
    {
        Count = 0;
        UsedSlots = 0;
    }

    /// <summary>False if there is no entry left, which only a kernel with other limits could bring about.</summary>
    internal bool TryAdd(in NetworkPath path, int offset, int length)
    {
        if (Count == _entries.Length) return false;
        _entries[Count++] = new(path, offset, length);
        return true;
    }

    private readonly struct Entry(NetworkPath path, int offset, int length)
    {
        public readonly NetworkPath Path = path;
        public readonly int Offset = offset;
        public readonly int Length = length;
    }
}
