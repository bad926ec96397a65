using Tertulia.Rtc.Fec;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc;

/// <summary>One RTP stream that a connection receives: what has come, what is missing, and what the sender's clock says.</summary>
public sealed class ReceiveStream
{
    private readonly SequenceUnwrapper _unwrapper = new();
    private readonly SeenWindow _seen = new();

    internal ReceiveStream(ReceiveSection section, Ssrc ssrc, string? rid, int clockRate)
    {
        Section = section;
        Ssrc = ssrc;
        Rid = rid;
        Statistics = new ReceiveStatistics(ssrc, clockRate);
        if (section.Kind == MediaKind.Video) Nack = new NackGenerator();
    }

    public Ssrc Ssrc { get; }

    public string Mid => Section.Mid;

    public MediaKind Kind => Section.Kind;

    /// <summary>The simulcast layer (RFC 8851), null without simulcast.</summary>
    public string? Rid { get; }

    /// <summary>Position of <see cref="Rid"/> in the sender's list; 0 without simulcast.</summary>
    public int RidIndex => Rid is null ? 0 : Math.Max(0, Section.RidIndexOf(Rid));

    /// <summary>Whatever the owner of the connection keeps for this stream.</summary>
    public object? Owner { get; set; }

    public ReceiveStatistics Statistics { get; }

    /// <summary>The sender's clock at its last sender report, and the RTP timestamp for that moment.</summary>
    public NtpTime SenderReportTime { get; private set; }

    public uint SenderReportTimestamp { get; private set; }

    /// <summary>When the last sender report arrived; <see cref="Instant.Never"/> before the first.</summary>
    public Instant SenderReportArrival { get; private set; } = Instant.Never;

    /// <summary>Packets that came by retransmission, or again in redundant audio.</summary>
    public long PacketsRecovered { get; private set; }

    /// <summary>Takes its FlexFEC repair packets, where those were agreed.</summary>
    public FlexFecDecoder? Fec { get; internal set; }

    public long Duplicates { get; private set; }

    /// <summary>
    /// The least fraction lost (0-1) that receiver reports tell the sender of this audio stream. Encoders add in-band FEC (Opus, RFC 6716
    /// section 2.1.7) by what is reported lost, and know nothing of the losses behind the server. The cumulative count, by
    /// which senders estimate their own path, stays the true one.
    /// </summary>
    public double LossToReport { get; set; }

    /// <summary>False when nothing is lost for good; else all that is lies between these two, though not all between them is.</summary>
    public bool TryGetLostForGood(out ExtendedSequenceNumber first, out ExtendedSequenceNumber last)
    {
        (first, last) = Nack is { KeyFrameNeeded: true } nack ? nack.GivenUpRange : default;
        return Nack is { KeyFrameNeeded: true };
    }

    /// <summary>What is lost for good does no harm: it is forgotten.</summary>
    public void ForgiveLost()
    {
        Nack?.Forgive();
        KeyFrameNeedTold = false;
    }

    internal ReceiveSection Section { get; }

    /// <summary>Null where the sender cannot be asked to send again.</summary>
    internal NackGenerator? Nack { get; }

    /// <summary>Set on a retransmission stream: the stream that it repairs.</summary>
    internal ReceiveStream? Repairs { get; set; }

    internal bool IsRetransmission => Repairs is not null;

    /// <summary>A request for a key frame is to go out with the next feedback.</summary>
    internal bool KeyFrameRequested { get; set; }

    /// <summary>The owner was told that a loss cannot be repaired, and no key frame has come since.</summary>
    internal bool KeyFrameNeedTold { get; set; }

    /// <summary>Sequence number of the last FIR, which counts requests (RFC 5104 section 4.3.1).</summary>
    internal byte FullIntraRequests { get; set; }

    internal ExtendedSequenceNumber Unwrap(ushort sequenceNumber) => _unwrapper.Unwrap(sequenceNumber);

    /// <summary>True the first time that a sequence number comes, by itself or by retransmission.</summary>
    internal bool TryMarkSeen(ExtendedSequenceNumber sequenceNumber) => _seen.TryAdd(sequenceNumber);

    internal void OnSenderReport(Instant now, NtpTime time, uint timestamp)
    {
        Statistics.OnSenderReport(now, time);
        SenderReportTime = time;
        SenderReportTimestamp = timestamp;
        SenderReportArrival = now;
    }

    internal void CountRecovered() => PacketsRecovered++;

    internal void CountDuplicate() => Duplicates++;
}
