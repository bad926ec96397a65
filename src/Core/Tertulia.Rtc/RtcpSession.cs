using System.Text;
using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc;

/// <summary>
/// RTCP of one connection: reads what the peer reports, and sends feedback for what is received and reports for what is sent.
/// </summary>
internal sealed class RtcpSession
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    // The first report goes out early: players hold back or misalign audio and video until one has come.
    private static readonly TimeSpan FirstReportDelay = TimeSpan.FromMilliseconds(100);

    // What the count field holds (RFC 3550 section 6.4.1); more streams take more packets.
    private const int MaxBlocks = 31;
    private const int MaxNacksPerPoll = 256;

    private readonly NtpTime _ntpAtZero;
    private readonly MediaReceiver _receiver;
    private readonly MediaSender _sender;
    private readonly SendSideBandwidthEstimator _bandwidth;
    private readonly PeerConnectionEvents _events;
    private readonly Ssrc _feedbackSsrc;
    private readonly byte[] _cname;
    private Instant _nextReport = Instant.Never;
    private bool _feedbackIsUrgent;

    public RtcpSession(
        PeerConnectionOptions options, MediaReceiver receiver, MediaSender sender, SendSideBandwidthEstimator bandwidth, PeerConnectionEvents events)
    {
        _ntpAtZero = options.NtpAtZero;
        _receiver = receiver;
        _sender = sender;
        _bandwidth = bandwidth;
        _events = events;
        _feedbackSsrc = new Ssrc(options.Entropy.NextUInt32());
        _cname = Encoding.ASCII.GetBytes(options.Entropy.NextIceText(16));
    }

    public Instant NextDeadline
    {
        get
        {
            if (_feedbackIsUrgent) return Instant.Zero;
            return Instant.Min(Instant.Min(_nextReport, _receiver.NackDeadline), _receiver.Arrivals.NextDeadline);
        }
    }

    public void Start(Instant now)
    {
        if (_nextReport == Instant.Never) _nextReport = now + FirstReportDelay;
    }

    public void FeedbackIsUrgent() => _feedbackIsUrgent = true;

    public void Poll(Instant now, in NetworkPath path, SrtpSession srtp, DatagramBatch outbox)
    {
        if (now < NextDeadline) return;
        _feedbackIsUrgent = false;
        if (now >= _nextReport)
        {
            _nextReport = now + ReportInterval;
            SendReports(now, path, srtp, outbox);
        }

        SendFeedback(now, path, srtp, outbox);
        while (_receiver.Arrivals.HasPending && now >= _receiver.Arrivals.NextDeadline && TrySendArrivals(now, path, srtp, outbox))
        {
        }
    }

    public void HandleCompound(Instant now, ReadOnlySpan<byte> compound)
    {
        var reader = new RtcpReader(compound);
        while (reader.TryRead(out var packet)) Handle(now, packet);
        if (reader.IsMalformed) _events.Drops.Add(DropReason.MalformedRtcp);
    }

    private void Handle(Instant now, in RtcpPacket packet)
    {
        switch (packet.Type)
        {
            case RtcpPacketType.SenderReport when SenderReport.TryParse(packet, out var report):
                if (_receiver.TryGet(report.Ssrc, out var reported))
                {
                    reported!.OnSenderReport(now, report.NtpTime, report.RtpTimestamp);
                    _events.Add(new PeerConnectionEvent(PeerConnectionEventKind.SenderReport) { ReceiveStream = reported });
                }

                HandleBlocks(now, report.Blocks);
                break;
            case RtcpPacketType.ReceiverReport when ReceiverReport.TryParse(packet, out var report):
                HandleBlocks(now, report.Blocks);
                break;
            case RtcpPacketType.Goodbye when Bye.TryParse(packet, out var bye):
                for (var i = 0; i < bye.SourceCount; i++)
                {
                    if (_receiver.TryGet(bye.Source(i), out var ended)) _events.Add(new PeerConnectionEvent(PeerConnectionEventKind.StreamEnded) { ReceiveStream = ended });
                }

                break;
            case RtcpPacketType.TransportFeedback when GenericNack.TryParse(packet, out var nack):
                if (_sender.Find(nack.MediaSsrc) is not { } missed) break;
                foreach (var lost in nack) _events.Add(new PeerConnectionEvent(PeerConnectionEventKind.PacketMissing) { SendStream = missed, PacketId = lost });
                break;
            case RtcpPacketType.TransportFeedback when TransportFeedback.TryParse(packet, out var arrivals):
                _bandwidth.OnTransportFeedback(now, arrivals);
                break;
            case RtcpPacketType.PayloadFeedback when Remb.TryParse(packet, out var remb):
                _bandwidth.OnRemb(now, new Bitrate((long)Math.Min(remb.BitsPerSecond, long.MaxValue)));
                break;
            case RtcpPacketType.PayloadFeedback when PictureLossIndication.TryParse(packet, out var indication):
                OnKeyFrameRequest(indication.MediaSsrc);
                break;
            case RtcpPacketType.PayloadFeedback when FullIntraRequest.TryParse(packet, out var request):
                for (var i = 0; i < request.Count; i++) OnKeyFrameRequest(request[i].Ssrc);
                break;
        }
    }

    private void OnKeyFrameRequest(Ssrc ssrc)
    {
        if (_sender.Find(ssrc) is { } stream) _events.Add(new PeerConnectionEvent(PeerConnectionEventKind.KeyFrameRequested) { SendStream = stream });
    }

    private void HandleBlocks(Instant now, ReportBlocks blocks)
    {
        double lost = 0;
        double expected = 0;
        TimeSpan? roundTrip = null;
        foreach (var block in blocks)
        {
            if (_sender.Find(block.Ssrc) is not { } stream || stream.Ssrc != block.Ssrc) continue;
            stream.ReportsReceived++;
            stream.FractionLost = block.FractionLost / 256.0;
            stream.CumulativeLost = block.CumulativeLost;
            stream.RoundTripTime = NtpTime.RoundTrip(NtpAt(now), block.LastSenderReport, block.DelaySinceLastSenderReport) ?? stream.RoundTripTime;
            roundTrip ??= stream.RoundTripTime;

            // Streams count by their packets: one lost of a few audio packets says little about the path.
            var packets = (ushort)(block.HighestSequenceNumber - (stream.ReportedSequenceNumber ?? block.HighestSequenceNumber));
            stream.ReportedSequenceNumber = block.HighestSequenceNumber;
            lost += packets * stream.FractionLost;
            expected += packets;
        }

        if (expected > 0) _bandwidth.OnReceiverReport(now, lost / expected, roundTrip);
    }

    private void SendReports(Instant now, in NetworkPath path, SrtpSession srtp, DatagramBatch outbox)
    {
        Span<ReportBlock> blocks = stackalloc ReportBlock[MaxBlocks];
        var count = 0;
        foreach (var stream in _receiver.StreamValues)
        {
            if (stream.Statistics.Packets == 0) continue;
            blocks[count++] = WithLossBehind(stream, stream.Statistics.CreateReportBlock(now));
            if (count < MaxBlocks) continue;
            SendReceiverReport(path, blocks, srtp, outbox);
            count = 0;
        }

        if (count > 0) SendReceiverReport(path, blocks[..count], srtp, outbox);
        foreach (var stream in _sender.ReportableStreams)
        {
            if (!stream.CanReport) continue;
            var buffer = outbox.Reserve(path);
            var writer = new RtcpWriter(buffer[..^SrtpSession.MaxTrailer]);
            writer.AddSenderReport(stream.Ssrc, NtpAt(now), stream.TimestampAt(now), stream.PacketsSent, stream.OctetsSent);
            writer.AddSourceDescription(stream.Ssrc, stream.CnameBytes);
            Commit(buffer, writer.Length, srtp, outbox);
        }
    }

    private static ReportBlock WithLossBehind(ReceiveStream stream, in ReportBlock block) =>
        stream.LossToReport > 0 ? block with { FractionLost = (byte)Math.Max(block.FractionLost, Math.Min(stream.LossToReport * 256, 255)) } : block;

    private void SendReceiverReport(in NetworkPath path, scoped ReadOnlySpan<ReportBlock> blocks, SrtpSession srtp, DatagramBatch outbox)
    {
        var buffer = outbox.Reserve(path);
        var writer = new RtcpWriter(buffer[..^SrtpSession.MaxTrailer]);
        writer.AddReceiverReport(_feedbackSsrc, blocks);
        writer.AddSourceDescription(_feedbackSsrc, _cname);
        Commit(buffer, writer.Length, srtp, outbox);
    }

    // NACK and PLI, as reduced-size packets (RFC 5506), which every browser negotiates and the others read.
    private void SendFeedback(Instant now, in NetworkPath path, SrtpSession srtp, DatagramBatch outbox)
    {
        Span<ushort> missing = stackalloc ushort[MaxNacksPerPoll];
        _receiver.NackDeadline = Instant.Never;
        foreach (var stream in _receiver.StreamValues)
        {
            if (stream.KeyFrameRequested) SendKeyFrameRequest(stream, path, srtp, outbox);
            if (stream.Nack is not { } nack) continue;
            if (now >= nack.NextDeadline && stream.Section.SupportsNack)
            {
                var count = nack.CollectNacks(now, missing);
                if (count > 0)
                {
                    var buffer = outbox.Reserve(path);
                    var writer = new RtcpWriter(buffer[..^SrtpSession.MaxTrailer]);
                    writer.AddGenericNack(_feedbackSsrc, stream.Ssrc, missing[..count]);
                    Commit(buffer, writer.Length, srtp, outbox);
                }
            }

            if (stream.Section.SupportsNack) _receiver.NackDeadline = Instant.Min(_receiver.NackDeadline, nack.NextDeadline);
        }
    }

    private void SendKeyFrameRequest(ReceiveStream stream, in NetworkPath path, SrtpSession srtp, DatagramBatch outbox)
    {
        stream.KeyFrameRequested = false;
        var buffer = outbox.Reserve(path);
        var writer = new RtcpWriter(buffer[..^SrtpSession.MaxTrailer]);
        if (stream.Section.SupportsPictureLossIndication) writer.AddPictureLossIndication(_feedbackSsrc, stream.Ssrc);
        else if (stream.Section.SupportsFullIntraRequest) writer.AddFullIntraRequest(_feedbackSsrc, stream.Ssrc, stream.FullIntraRequests++);
        else return;
        Commit(buffer, writer.Length, srtp, outbox);
    }

    private bool TrySendArrivals(Instant now, in NetworkPath path, SrtpSession srtp, DatagramBatch outbox)
    {
        var buffer = outbox.Reserve(path);
        var length = _receiver.Arrivals.WriteFeedback(buffer[..^SrtpSession.MaxTrailer], _feedbackSsrc, _receiver.AnyMediaSsrc, now);
        if (length == 0) return false;
        Commit(buffer, length, srtp, outbox);
        return true;
    }

    private static void Commit(Span<byte> buffer, int length, SrtpSession srtp, DatagramBatch outbox)
    {
        if (length > 0) outbox.Commit(srtp.ProtectRtcp(buffer, length));
    }

    private NtpTime NtpAt(Instant now) => _ntpAtZero + (now - Instant.Zero);
}
