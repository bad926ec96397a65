using Tertulia.Rtc.Net;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Sfu.Forwarding;

/// <summary>
/// What was sent under each of the last outgoing sequence numbers, so that a NACK can be answered with the very same packet:
/// the payload stays in the <see cref="PacketHistory"/>, here lie the numbers that were written over it.
/// </summary>
internal sealed class SentPacketLog
{
    private const int Capacity = 512;
    private const int MaxResends = 8;
    private static readonly TimeSpan ResendSpacing = TimeSpan.FromMilliseconds(20);

    private Entry[] _entries = [];

    public void Add(ushort outgoing, in SentPacket packet)
    {
        if (_entries.Length == 0) _entries = new Entry[Capacity];
        _entries[outgoing & (Capacity - 1)] = new Entry { Packet = packet, Outgoing = outgoing, IsSet = true };
    }

    /// <summary>False when the packet is too old, or was sent again a moment ago and that copy may still be on its way.</summary>
    public bool TryTakeForResend(Instant now, ushort outgoing, out SentPacket packet)
    {
        packet = default;
        if (_entries.Length == 0) return false;
        ref var entry = ref _entries[outgoing & (Capacity - 1)];
        if (!entry.IsSet || entry.Outgoing != outgoing) return false;
        if (entry.Resends > 0 && (entry.Resends >= MaxResends || now - entry.LastResend < ResendSpacing)) return false;
        entry.Resends++;
        entry.LastResend = now;
        packet = entry.Packet;
        return true;
    }

    private struct Entry
    {
        public SentPacket Packet;
        public Instant LastResend;
        public ushort Outgoing;
        public byte Resends;
        public bool IsSet;
    }
}

/// <summary>One forwarded packet: where its payload lies and what was written over it.</summary>
internal readonly record struct SentPacket(PublishedLayer Layer, long InputSequenceNumber, uint Timestamp, RtpCodec Codec, PictureIds PictureIds, ushort FrameNumber)
{
    /// <summary>As it was sent: the last packet of a picture may have become so by what was left out behind it.</summary>
    public bool Marker { get; init; }
}
