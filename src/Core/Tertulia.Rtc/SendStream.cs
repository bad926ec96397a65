using System.Text;
using Tertulia.Rtc.Fec;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc;

/// <summary>One RTP stream that a connection sends, with its retransmission stream and what the receiver reports of it.</summary>
public sealed class SendStream
{
    private Instant _anchorAt = Instant.Never;
    private uint _anchorTimestamp;

    internal SendStream(string mid, Ssrc ssrc, Ssrc? rtxSsrc, string cname, SendExtensions extensions, ushort firstRtxSequenceNumber)
    {
        Mid = mid;
        Ssrc = ssrc;
        RtxSsrc = rtxSsrc;
        Cname = cname;
        CnameBytes = Encoding.ASCII.GetBytes(cname);
        Extensions = extensions;
        NextRtxSequenceNumber = firstRtxSequenceNumber;
    }

    public string Mid { get; }

    /// <summary>Names this encoding among those of its section (RFC 8851); null without simulcast.</summary>
    public string? Rid { get; init; }

    public Ssrc Ssrc { get; }

    public Ssrc? RtxSsrc { get; }

    public string Cname { get; }

    /// <summary>The receiver's ids of the header extensions that are sent to it.</summary>
    public SendExtensions Extensions { get; internal set; }

    public uint PacketsSent { get; private set; }

    /// <summary>Payload bytes sent, as sender reports count them (RFC 3550 section 6.4.1).</summary>
    public uint OctetsSent { get; private set; }

    public long PacketsRetransmitted { get; private set; }

    /// <summary>Its repair packets, where the receiver takes some.</summary>
    public FecStream? Fec { get; set; }

    /// <summary>Sends audio datagrams once more, where the receiver takes no redundant payloads.</summary>
    public AudioEcho? Echo { get; set; }

    /// <summary>How often the receiver has reported on this stream.</summary>
    public long ReportsReceived { get; internal set; }

    /// <summary>Share of packets lost since the receiver's last report, 0-1.</summary>
    public double FractionLost { get; internal set; }

    public int CumulativeLost { get; internal set; }

    /// <summary>From the receiver's last report that echoed one of ours; null before.</summary>
    public TimeSpan? RoundTripTime { get; internal set; }

    /// <summary>
    /// A retransmission payload type that the receiver agreed to, for padding that probes the path; null: none can be sent.
    /// </summary>
    public byte? PaddingPayloadType { get; init; }

    /// <summary>Its bursts may be spread over time on a narrow path: video, which is shown late or not at all, unlike speech.</summary>
    public bool IsPaced { get; set; }

    internal bool CanPad => RtxSsrc is not null && PaddingPayloadType is not null && Extensions.TransportSequence != 0;

    internal byte[] CnameBytes { get; }

    internal uint LastTimestamp { get; set; }

    internal ushort NextRtxSequenceNumber { get; set; }

    internal int ClockRate { get; private set; }

    /// <summary>Highest sequence number in the receiver's last report; null before one.</summary>
    internal uint? ReportedSequenceNumber { get; set; }

    internal bool CanReport => _anchorAt != Instant.Never && PacketsSent > 0;

    /// <summary>
    /// Ties the RTP timestamps of this stream to local time: what carries <paramref name="timestamp"/> was captured at
    /// <paramref name="at"/>. Sender reports extrapolate from here, so that the receiver can align audio and video.
    /// </summary>
    public void SetClockAnchor(Instant at, uint timestamp, int clockRate)
    {
        _anchorAt = at;
        _anchorTimestamp = timestamp;
        ClockRate = clockRate;
    }

    internal uint TimestampAt(Instant now) => _anchorTimestamp + (uint)(long)((now - _anchorAt).TotalSeconds * ClockRate);

    internal void OnSent(int payloadLength)
    {
        PacketsSent++;
        OctetsSent += (uint)payloadLength;
    }

    internal void OnRetransmitted() => PacketsRetransmitted++;
}

/// <summary>Header extension ids that the receiver negotiated; 0 means: not sent.</summary>
public readonly record struct SendExtensions(byte TransportSequence, byte AudioLevel, byte VideoOrientation)
{
    public byte DependencyDescriptor { get; init; }

    /// <summary>For simulcast, whose streams are known by MID and RID (RFC 8852).</summary>
    public byte Mid { get; init; }

    public byte RtpStreamId { get; init; }

    public byte RepairedRtpStreamId { get; init; }
}
