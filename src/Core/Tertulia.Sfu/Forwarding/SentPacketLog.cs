using Tertulia.Rtc;
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
    private static readonly TimeSpan LeastSpacing = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan DefaultRoundTrip = TimeSpan.FromMilliseconds(100);

    // A receiver that still waits has long been frozen: a key frame shows more than what it missed.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);
    private const int RoundTripsToWait = 3;

    // Requests come by the receiver's idea of the round trip, which differs a little.
    private const double SpacingRoundTrips = 0.8;

    private Entry[] _entries = [];

    private Instant _keyFrameAt = Instant.Zero;

    public void Add(Instant now, ushort outgoing, in SentPacket packet, bool startsKeyFrame)
    {
        if (_entries.Length == 0) _entries = new Entry[Capacity];
        if (startsKeyFrame) _keyFrameAt = now;
        _entries[outgoing & (Capacity - 1)] = new Entry { Packet = packet, Outgoing = outgoing, SentAt = now, IsSet = true };
    }

    /// <summary>
    /// None when the packet may be sent again. At most once a round trip, since a copy may be on its way; and not when it would come
    /// too late to be of use, or a key frame has made it useless.
    /// </summary>
    public DropReason TakeForResend(Instant now, ushort outgoing, TimeSpan? roundTrip, out SentPacket packet)
    {
        packet = default;
        if (_entries.Length == 0) return DropReason.RetransmissionUnknown;
        ref var entry = ref _entries[outgoing & (Capacity - 1)];
        if (!entry.IsSet || entry.Outgoing != outgoing) return DropReason.RetransmissionUnknown;
        packet = entry.Packet;
        var time = roundTrip ?? DefaultRoundTrip;
        if (entry.SentAt < _keyFrameAt) return DropReason.RetransmissionUnneeded;
        if (entry.Resends > 0 && now - entry.LastResend < TimeSpan.FromTicks(Math.Max(LeastSpacing.Ticks, (long)(time.Ticks * SpacingRoundTrips)))) return DropReason.RetransmissionUnneeded;
        if (entry.Resends >= MaxResends || now - entry.SentAt > LongestWait + time * RoundTripsToWait) return DropReason.RetransmissionTooLate;
        return DropReason.None;
    }

    /// <summary>It was sent again.</summary>
    public void OnResent(Instant now, ushort outgoing)
    {
        ref var entry = ref _entries[outgoing & (Capacity - 1)];
        entry.Resends++;
        entry.LastResend = now;
    }

    private struct Entry
    {
        public SentPacket Packet;
        public Instant SentAt;
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
