using Tertulia.Rtc;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Sfu.Forwarding;

/// <summary>The last frames of one audio stream, to be repeated in redundant payloads (RFC 2198).</summary>
internal sealed class RecentAudio
{
    private const int Capacity = 4;

    // A voice takes 80 bytes a frame at 32 kbit/s. Larger ones are music at rates where copies cost more than they are worth.
    private const int MaxLength = 400;

    private readonly Entry[] _entries = new Entry[Capacity];
    private byte[]? _bytes;

    public void Store(in ReceivedRtp packet)
    {
        var slot = Slot(packet.SequenceNumber.Value);
        if (packet.Payload.Length > MaxLength)
        {
            _entries[slot] = default;
            return;
        }

        _bytes ??= new byte[Capacity * MaxLength];
        packet.Payload.CopyTo(_bytes.AsSpan(slot * MaxLength));
        _entries[slot] = new Entry(packet.SequenceNumber.Value, packet.Timestamp, packet.Payload.Length);
    }

    /// <summary>Nothing of what came before is to be repeated.</summary>
    public void Clear() => Array.Clear(_entries);

    public bool TryGet(ExtendedSequenceNumber sequenceNumber, out uint timestamp, out ReadOnlySpan<byte> payload)
    {
        var slot = Slot(sequenceNumber.Value);
        ref readonly var entry = ref _entries[slot];
        timestamp = entry.Timestamp;
        payload = default;
        if (entry.Length == 0 || entry.SequenceNumber != sequenceNumber.Value) return false;
        payload = _bytes.AsSpan(slot * MaxLength, entry.Length);
        return true;
    }

    private static int Slot(long sequenceNumber) => (int)(sequenceNumber & (Capacity - 1));

    private readonly record struct Entry(long SequenceNumber, uint Timestamp, int Length);
}
