using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Tests.Rtp;

namespace Tertulia.Rtc.Tests.Rtcp;

public sealed class RtcpReaderTests
{
    [Fact]
    public void Compounds_are_read_in_order()
    {
        Span<byte> buffer = stackalloc byte[200];
        var writer = new RtcpWriter(buffer);
        writer.AddReceiverReport(new(1), []);
        writer.AddSourceDescription(new(1), "name"u8);
        writer.AddPictureLossIndication(new(1), new(2));
        var reader = new RtcpReader(buffer[..writer.Length]);
        Assert.True(reader.TryRead(out var packet));
        Assert.Equal(RtcpPacketType.ReceiverReport, packet.Type);
        Assert.True(reader.TryRead(out packet));
        Assert.Equal(RtcpPacketType.SourceDescription, packet.Type);
        Assert.True(reader.TryRead(out packet));
        Assert.Equal(RtcpPacketType.PayloadFeedback, packet.Type);
        Assert.False(reader.TryRead(out _));
        Assert.False(reader.IsMalformed);
    }

    [Theory]
    [InlineData("81CE0002000000110000002281")] // a byte too many
    [InlineData("81CE000200000011000000224100")] // version 1
    [InlineData("81CE0002000000110000002281CE000200000011")] // cut
    [InlineData("81CE00020000001100000022A1CE000200000011000000FF")] // padding longer than the packet
    [InlineData("81CE00020000001100000022A1CE00020000001100000000")] // padding of 0
    public void What_follows_a_good_packet_does_not_spoil_it(string hex)
    {
        var reader = new RtcpReader(Convert.FromHexString(hex));
        Assert.True(reader.TryRead(out var packet));
        Assert.True(PictureLossIndication.TryParse(packet, out _));
        Assert.False(reader.TryRead(out _));
        Assert.True(reader.IsMalformed);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void Padding_is_taken_off()
    {
        var reader = new RtcpReader(Convert.FromHexString("A1CE0003000000110000002200000004"));
        Assert.True(reader.TryRead(out var packet));
        Assert.Equal(8, packet.Body.Length);
    }

    [Theory]
    [InlineData("80C80000", true)]
    [InlineData("81CD0000", true)]
    [InlineData("80DF0000", true)]
    [InlineData("80E00000", false)] // RTP with marker, payload type 96
    [InlineData("80600000", false)]
    [InlineData("80BF0000", false)]
    [InlineData("00C80000", false)]
    [InlineData("80C800", false)]
    public void Reports_are_told_from_media(string hex, bool isRtcp) =>
        Assert.Equal(isRtcp, RtcpPacket.LooksLikeRtcp(Convert.FromHexString(hex)));

    [Fact]
    public void Every_typed_parser_survives_damage() => Fuzz.Run(ReadAll, 300_000, RtcpPacketTests.Valid);

    [Fact]
    public void Writing_allocates_nothing()
    {
        var buffer = new byte[1200];
        Ssrc[] ssrcs = [new(1), new(2)];
        ushort[] lost = [1, 2, 30];
        AllocationAssert.None(() =>
        {
            var writer = new RtcpWriter(buffer);
            writer.AddSenderReport(new(1), new(2), 3, 4, 5, [new ReportBlock(new(9), 1, 2, 3, 4, 5, 6)]);
            writer.AddSourceDescription(new(1), "name"u8);
            writer.AddGenericNack(new(1), new(2), lost);
            writer.AddFullIntraRequest(new(1), new(2), 3);
            writer.AddRemb(new(1), 5_000_000, ssrcs);
            writer.AddBye(ssrcs);
            ReadAll(buffer.AsSpan(0, writer.Length));
        });
    }

    private static void ReadAll(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        var reader = new RtcpReader(bytes);
        while (reader.TryRead(out var packet))
        {
            if (SenderReport.TryParse(packet, out var sender))
            {
                sum += sender.NtpTime.Value + sender.RtpTimestamp + sender.PacketCount + sender.OctetCount + sender.Ssrc.Value;
                foreach (var block in sender.Blocks) sum += block.Jitter;
            }

            if (ReceiverReport.TryParse(packet, out var receiver))
            {
                foreach (var block in receiver.Blocks) sum += block.Jitter;
            }

            if (Sdes.TryParse(packet, out var sdes))
            {
                foreach (var item in sdes) sum += (ulong)item.Value.Length;
            }

            if (Bye.TryParse(packet, out var bye))
            {
                for (var i = 0; i < bye.SourceCount; i++) sum += bye.Source(i).Value;
                sum += (ulong)bye.Reason.Length;
            }

            if (GenericNack.TryParse(packet, out var nack))
            {
                foreach (var number in nack) sum += number;
            }

            if (PictureLossIndication.TryParse(packet, out var pli)) sum += pli.MediaSsrc.Value;
            if (FullIntraRequest.TryParse(packet, out var fir))
            {
                for (var i = 0; i < fir.Count; i++) sum += fir[i].SequenceNumber;
            }

            if (Remb.TryParse(packet, out var remb))
            {
                for (var i = 0; i < remb.SsrcCount; i++) sum += remb.Ssrc(i).Value + remb.BitsPerSecond;
            }

            if (TransportFeedback.TryParse(packet, out var feedback))
            {
                var count = 0;
                foreach (var status in feedback) count += status.Received ? 1 : 1;
                if (count != feedback.PacketCount) throw new InvalidOperationException("Not every packet was told of.");
            }

            if (ExtendedReport.TryParse(packet, out var report))
            {
                if (report.TryGetReferenceTime(out var time)) sum += time.Value;
                if (report.TryGetDelay(new(0x22), out var last, out var delay)) sum += last + delay;
            }
        }

        if (sum == ulong.MaxValue) throw new InvalidOperationException("Only to use the sum.");
    }
}
