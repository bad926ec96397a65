using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Congestion;

/// <summary>What transport-wide feedback first says of a packet, or later takes back.</summary>
internal enum PacketFate
{
    Received,
    Lost,

    /// <summary>Reported lost before: it was only late.</summary>
    ReceivedLate,
}

/// <param name="SentAt">When it was given to the network.</param>
/// <param name="Size">Bytes on the wire.</param>
/// <param name="Cluster">The probe it was part of; 0 for none.</param>
internal readonly record struct SentPacket(Instant SentAt, int Size, byte Cluster);

/// <summary>
/// The packets sent last, by transport-wide sequence number, until feedback tells of them; and how many bytes are under way.
/// A ring that grows only while more is unacknowledged than it holds.
/// </summary>
internal sealed class SentPacketHistory
{
    private const int InitialCapacity = 256;
    private const int MaxCapacity = 8192;

    private readonly SequenceUnwrapper _unwrapper = new();
    private Entry[] _ring = [];
    private long _first;
    private long _next;
    private long _unacknowledged;

    private enum State : byte
    {
        InFlight,

        /// <summary>Feedback went on to later packets without a word of this one: a feedback message was lost.</summary>
        Unreported,
        Lost,
        Received,
    }

    public long BytesInFlight { get; private set; }

    /// <summary>When the oldest packet under way was sent; null when none is.</summary>
    public Instant? OldestInFlight => _unacknowledged < _next ? Slot(_unacknowledged).SentAt : null;

    public void Add(Instant now, ushort sequenceNumber, int size, byte cluster)
    {
        var number = _unwrapper.Unwrap(sequenceNumber).Value;
        if (_ring.Length == 0) _ring = new Entry[InitialCapacity];

        // Our own numbers have no gaps; if they leap, what was before cannot be told apart any more.
        if (number != _next) Restart(number);
        if (_next - _first == _ring.Length) MakeRoom();
        Slot(number) = new Entry(now, (ushort)size, cluster, State.InFlight);
        _next = number + 1;
        BytesInFlight += size;
    }

    /// <summary>Takes one status of a feedback message. False when it says nothing new, or speaks of a packet unknown.</summary>
    public bool TryReport(ushort sequenceNumber, bool received, out SentPacket packet, out PacketFate fate)
    {
        packet = default;
        fate = default;
        if (_ring.Length == 0) return false;
        var number = _unwrapper.Peek(sequenceNumber).Value;
        if (number < _first || number >= _next) return false;

        for (; _unacknowledged <= number; _unacknowledged++)
        {
            ref var passed = ref Slot(_unacknowledged);
            if (passed.State != State.InFlight) continue;
            passed.State = State.Unreported;
            BytesInFlight -= passed.Size;
        }

        ref var entry = ref Slot(number);
        if (entry.State == State.Received || (entry.State == State.Lost && !received)) return false;
        fate = !received ? PacketFate.Lost : entry.State == State.Lost ? PacketFate.ReceivedLate : PacketFate.Received;
        entry.State = received ? State.Received : State.Lost;
        packet = new SentPacket(entry.SentAt, entry.Size, entry.Cluster);
        return true;
    }

    /// <summary>Nothing more is expected of what is under way.</summary>
    public void AbandonFlight()
    {
        BytesInFlight = 0;
        for (; _unacknowledged < _next; _unacknowledged++) Slot(_unacknowledged).State = State.Unreported;
    }

    private ref Entry Slot(long number) => ref _ring[number & (_ring.Length - 1)];

    private void Restart(long number)
    {
        (_first, _next, _unacknowledged) = (number, number, number);
        BytesInFlight = 0;
    }

    private void MakeRoom()
    {
        if (_unacknowledged == _first && _ring.Length < MaxCapacity)
        {
            var larger = new Entry[_ring.Length * 2];
            for (var number = _first; number < _next; number++) larger[number & (larger.Length - 1)] = Slot(number);
            _ring = larger;
            return;
        }

        if (_unacknowledged == _first)
        {
            BytesInFlight -= Slot(_first).Size;
            _unacknowledged++;
        }

        _first++;
    }

    private record struct Entry(Instant SentAt, ushort Size, byte Cluster, State State);
}
