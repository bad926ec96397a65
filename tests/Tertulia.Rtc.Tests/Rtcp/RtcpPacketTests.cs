using System.Text;
using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Tests.Rtcp;

/// <summary>Packets written by hand from the figures of the RFCs: the parsers read them, the writer produces them.</summary>
public sealed class RtcpPacketTests
{
    private const string Block = "00000022" + "40FFFFFE" + "0001FFFF" + "00000005" + "55667788" + "00018000";

    private static readonly ReportBlock ExpectedBlock = new(new(0x22), 64, -2, 0x1ffff, 5, 0x55667788, 0x18000);

    internal static readonly byte[][] Valid =
    [
        Hex("81C8000C" + "00000011" + "1122334455667788" + "00002710" + "00000064" + "00002EE0" + Block),
        Hex("81C90007" + "00000011" + Block),
        Hex("81CA0003" + "00000011" + "0103616263" + "000000"),
        Hex("82CB0003" + "00000011" + "00000012" + "03627965"),
        Hex("81CD0003" + "00000011" + "00000022" + "FFFE8001"),
        Hex("81CE0002" + "00000011" + "00000022"),
        Hex("84CE0004" + "00000011" + "00000000" + "00000022" + "07000000"),
        Hex("8FCE0006" + "00000011" + "00000000" + "52454D42" + "020E0000" + "00000022" + "00000023"),
        Hex("80CF0004" + "00000011" + "04000002" + "1122334455667788"),
        Hex("80CF0005" + "00000011" + "05000003" + "00000022" + "33445566" + "00018000"),
        Hex("8FCD0005" + "00000011" + "00000022" + "FFFE0004" + "0000100A" + "D8000102"),
    ];

    [Fact]
    public void Sender_report()
    {
        Assert.True(SenderReport.TryParse(Only(Valid[0]), out var report));
        Assert.Equal(new Ssrc(0x11), report.Ssrc);
        Assert.Equal(new NtpTime(0x1122334455667788), report.NtpTime);
        Assert.Equal((10_000u, 100u, 12_000u), (report.RtpTimestamp, report.PacketCount, report.OctetCount));
        Assert.Equal(1, report.Blocks.Count);
        foreach (var block in report.Blocks) Assert.Equal(ExpectedBlock, block);

        Written(0, buffer => new RtcpWriter(buffer).AddSenderReport(new(0x11), new(0x1122334455667788), 10_000, 100, 12_000, [ExpectedBlock]));
    }

    [Fact]
    public void Receiver_report()
    {
        Assert.True(ReceiverReport.TryParse(Only(Valid[1]), out var report));
        Assert.Equal(new Ssrc(0x11), report.Ssrc);
        Assert.Equal(ExpectedBlock, report.Blocks[0]);
        Written(1, buffer => new RtcpWriter(buffer).AddReceiverReport(new(0x11), [ExpectedBlock]));
    }

    [Theory]
    [InlineData(5_000_000, 0x7f_ffff)]
    [InlineData(-9_000_000, -0x80_0000)]
    public void Cumulative_loss_is_clamped_to_24_bits(int lost, int read)
    {
        var written = new byte[100];
        Assert.True(new RtcpWriter(written).AddReceiverReport(new(1), [ExpectedBlock with { CumulativeLost = lost * 2 }]));
        Assert.True(ReceiverReport.TryParse(Only(written.AsSpan(0, 32)), out var report));
        Assert.Equal(read, report.Blocks[0].CumulativeLost);
        Assert.Equal(ExpectedBlock.FractionLost, report.Blocks[0].FractionLost);
    }

    [Fact]
    public void Source_description()
    {
        Assert.True(Sdes.TryParse(Only(Valid[2]), out var sdes));
        var items = new List<(Ssrc, SdesItemType, string)>();
        foreach (var item in sdes) items.Add((item.Ssrc, item.Type, Encoding.UTF8.GetString(item.Value)));
        Assert.Equal([(new(0x11), SdesItemType.Cname, "abc")], items);
        Written(2, buffer => new RtcpWriter(buffer).AddSourceDescription(new(0x11), "abc"u8));
    }

    [Fact]
    public void Source_description_of_several_chunks()
    {
        // The first chunk ends exactly on a boundary, so its null octets fill a word; the second has two items.
        var bytes = Hex("82CA0006" + "00000011" + "01026162" + "00000000" + "00000012" + "010163" + "0F0135" + "0000");
        Assert.True(Sdes.TryParse(Only(bytes), out var sdes));
        var items = new List<string>();
        foreach (var item in sdes) items.Add($"{item.Ssrc} {item.Type} {Encoding.UTF8.GetString(item.Value)}");
        Assert.Equal(["17 Cname ab", "18 Cname c", "18 Mid 5"], items);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(255)]
    public void Canonical_names_of_every_length_come_back(int length)
    {
        var name = Encoding.ASCII.GetBytes(new string('x', length));
        Span<byte> buffer = stackalloc byte[300];
        var writer = new RtcpWriter(buffer);
        Assert.True(writer.AddSourceDescription(new(5), name));
        Assert.True(writer.AddPictureLossIndication(new(1), new(2)));
        Assert.True(Sdes.TryParse(First(buffer[..writer.Length]), out var sdes));
        foreach (var item in sdes) Assert.Equal(name, item.Value.ToArray());
        Assert.Equal(2, Count(buffer[..writer.Length]));
    }

    [Fact]
    public void Goodbye()
    {
        Assert.True(Bye.TryParse(Only(Valid[3]), out var bye));
        Assert.Equal(2, bye.SourceCount);
        Assert.Equal(new Ssrc(0x12), bye.Source(1));
        Assert.Equal("bye", Encoding.UTF8.GetString(bye.Reason));
        Assert.False(Bye.TryParse(Only(Hex("81CB0002" + "00000011" + "04627965")), out _));

        var written = new byte[12];
        Assert.True(new RtcpWriter(written).AddBye([new(0x11), new(0x12)]));
        Assert.Equal("82CB00020000001100000012", Convert.ToHexString(written));
    }

    [Fact]
    public void Generic_nack()
    {
        Assert.True(GenericNack.TryParse(Only(Valid[4]), out var nack));
        Assert.Equal((new Ssrc(0x11), new Ssrc(0x22)), (nack.SenderSsrc, nack.MediaSsrc));
        Assert.Equal([65534, 65535, 14], Lost(nack));
        Written(4, buffer => new RtcpWriter(buffer).AddGenericNack(new(0x11), new(0x22), [65534, 65535, 14]));
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Any_set_of_lost_packets_survives_a_round_trip(ushort first)
    {
        var random = new Random(first);
        var buffer = new byte[1200];
        for (var round = 0; round < 200; round++)
        {
            var distance = 0;
            var lost = Enumerable.Range(0, random.Next(1, 100)).Select(_ => (ushort)(first + (distance += random.Next(1, random.Next(2, 40))))).ToArray();
            var writer = new RtcpWriter(buffer);
            Assert.True(writer.AddGenericNack(new(1), new(2), lost));
            Assert.True(GenericNack.TryParse(Only(buffer.AsSpan(0, writer.Length)), out var nack));
            Assert.Equal(lost.Select(number => (int)number), Lost(nack));
        }
    }

    [Fact]
    public void Seventeen_packets_in_a_row_need_one_item()
    {
        var buffer = new byte[100];
        var writer = new RtcpWriter(buffer);
        writer.AddGenericNack(new(1), new(2), [.. Enumerable.Range(65530, 17).Select(i => (ushort)i)]);
        Assert.Equal(16, writer.Length);
        writer.AddGenericNack(new(1), new(2), [.. Enumerable.Range(65530, 18).Select(i => (ushort)i)]);
        Assert.Equal(16 + 20, writer.Length);
    }

    [Fact]
    public void Key_frame_requests()
    {
        Assert.True(PictureLossIndication.TryParse(Only(Valid[5]), out var pli));
        Assert.Equal(new PictureLossIndication(new(0x11), new(0x22)), pli);
        Written(5, buffer => new RtcpWriter(buffer).AddPictureLossIndication(new(0x11), new(0x22)));

        Assert.True(FullIntraRequest.TryParse(Only(Valid[6]), out var fir));
        Assert.Equal(1, fir.Count);
        Assert.Equal((new Ssrc(0x22), 7), fir[0]);
        Written(6, buffer => new RtcpWriter(buffer).AddFullIntraRequest(new(0x11), new(0x22), 7));
        Assert.False(FullIntraRequest.TryParse(Only(Valid[5]), out _));
    }

    [Fact]
    public void Estimated_maximum_bitrate()
    {
        Assert.True(Remb.TryParse(Only(Valid[7]), out var remb));
        Assert.Equal(131_072UL << 3, remb.BitsPerSecond);
        Assert.Equal(2, remb.SsrcCount);
        Assert.Equal(new Ssrc(0x23), remb.Ssrc(1));
        Written(7, buffer => new RtcpWriter(buffer).AddRemb(new(0x11), 131_072UL << 3, [new(0x22), new(0x23)]));
        Assert.False(Remb.TryParse(Only(Hex("8FCE0004" + "00000011" + "00000000" + "52454D42" + "00FFFFFF")), out _)); // 2^63 times too much
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(262_143)]
    [InlineData(262_144)]
    [InlineData(3_000_000)]
    [InlineData(long.MaxValue)]
    public void Bitrates_keep_18_bits(ulong bitrate)
    {
        var buffer = new byte[20];
        Assert.True(new RtcpWriter(buffer).AddRemb(new(1), bitrate, []));
        Assert.True(Remb.TryParse(Only(buffer), out var remb));
        Assert.InRange(remb.BitsPerSecond, bitrate - (bitrate >> 17), bitrate);
    }

    [Fact]
    public void Extended_reports()
    {
        Assert.True(ExtendedReport.TryParse(Only(Valid[8]), out var report));
        Assert.True(report.TryGetReferenceTime(out var time));
        Assert.Equal(new NtpTime(0x1122334455667788), time);
        Assert.False(report.TryGetDelay(new(0x22), out _, out _));
        Written(8, buffer => new RtcpWriter(buffer).AddReferenceTime(new(0x11), new(0x1122334455667788)));

        Assert.True(ExtendedReport.TryParse(Only(Valid[9]), out report));
        Assert.False(report.TryGetReferenceTime(out _));
        Assert.True(report.TryGetDelay(new(0x22), out var lastReport, out var delay));
        Assert.Equal((0x33445566u, 0x18000u), (lastReport, delay));
        Assert.False(report.TryGetDelay(new(0x23), out _, out _));
        Written(9, buffer => new RtcpWriter(buffer).AddDelaySinceReferenceTime(new(0x11), new(0x22), 0x33445566, 0x18000));
    }

    [Fact]
    public void Unknown_blocks_are_stepped_over()
    {
        var bytes = Hex("80CF0007" + "00000011" + "2A000002" + "0000000000000000" + "04000002" + "0000000000000009");
        Assert.True(ExtendedReport.TryParse(Only(bytes), out var report));
        Assert.True(report.TryGetReferenceTime(out var time));
        Assert.Equal(new NtpTime(9), time);
    }

    public static TheoryData<ushort> WrapPoints => Tests.Rtp.WrapPoints.All;

    private delegate bool Add(byte[] buffer);

    private static void Written(int index, Add add)
    {
        // Exactly enough room is enough; one byte less is refused.
        var buffer = new byte[Valid[index].Length];
        Assert.True(add(buffer));
        Assert.Equal(Convert.ToHexString(Valid[index]), Convert.ToHexString(buffer));
        Assert.False(add(new byte[buffer.Length - 1]));
    }

    private static List<int> Lost(GenericNack nack)
    {
        var lost = new List<int>();
        foreach (var number in nack) lost.Add(number);
        return lost;
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex);

    private static RtcpPacket Only(ReadOnlySpan<byte> bytes)
    {
        Assert.Equal(1, Count(bytes));
        return First(bytes);
    }

    private static RtcpPacket First(ReadOnlySpan<byte> bytes)
    {
        Assert.True(new RtcpReader(bytes).TryRead(out var packet));
        return packet;
    }

    private static int Count(ReadOnlySpan<byte> bytes)
    {
        var reader = new RtcpReader(bytes);
        var count = 0;
        while (reader.TryRead(out _)) count++;
        Assert.False(reader.IsMalformed);
        return count;
    }
}
