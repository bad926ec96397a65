using FsCheck;
using FsCheck.Fluent;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Tests.Rtp;

public sealed class RtpPacketTests
{
    // V=2, P, X, one CSRC; marker, type 96; extensions 1 = "AA", 3 = "BBCC" between padding; payload "DDEE"; padding of 3.
    private static readonly byte[] Full = Convert.FromHexString(
        "B1E0FFFE01020304DEADBEEF11223344" + "BEDE0002" + "10AA0000" + "31BBCC00" + "DDEE" + "000003");

    private static readonly byte[] TwoByte = Convert.FromHexString("906000010000000200000003" + "10050003" + "01000010" + "02AABB00" + "FF01CC00" + "DD");

    [Fact]
    public void Every_field_is_read()
    {
        Assert.True(RtpPacket.TryParse(Full, out var packet));
        Assert.Equal(96, packet.PayloadType);
        Assert.True(packet.Marker);
        Assert.Equal(0xfffe, packet.SequenceNumber);
        Assert.Equal(0x01020304u, packet.Timestamp);
        Assert.Equal(new Ssrc(0xdeadbeef), packet.Ssrc);
        Assert.Equal(1, packet.CsrcCount);
        Assert.Equal(new Ssrc(0x11223344), packet.Csrc(0));
        Assert.Equal(28, packet.HeaderLength);
        Assert.Equal(3, packet.PaddingLength);
        Assert.Equal("DDEE", Convert.ToHexString(packet.Payload));
        Assert.True(packet.TryGetExtension(1, out var one));
        Assert.Equal("AA", Convert.ToHexString(one));
        Assert.True(packet.TryGetExtension(3, out var three));
        Assert.Equal("BBCC", Convert.ToHexString(three));
        Assert.False(packet.TryGetExtension(2, out _));
        Assert.False(packet.TryGetExtension(0, out _));
    }

    [Fact]
    public void Two_byte_extensions_have_large_identifiers_and_may_be_empty()
    {
        Assert.True(RtpPacket.TryParse(TwoByte, out var packet));
        Assert.True(packet.TryGetExtension(1, out var one));
        Assert.True(one.IsEmpty);
        Assert.True(packet.TryGetExtension(16, out var sixteen));
        Assert.Equal("AABB", Convert.ToHexString(sixteen));
        Assert.True(packet.TryGetExtension(255, out var last));
        Assert.Equal("CC", Convert.ToHexString(last));
        Assert.Equal("DD", Convert.ToHexString(packet.Payload));
    }

    [Theory]
    [InlineData("F0AA20BB", false)] // identifier 15 ends the block
    [InlineData("01AAAA20BB000000", false)] // identifier 0 with a length does too
    [InlineData("0000002F", false)] // longer than the block
    [InlineData("000020BB", true)] // padding before it does no harm
    public void One_byte_extensions_end_where_RFC_8285_says(string block, bool found)
    {
        Assert.True(RtpPacket.TryParse(Convert.FromHexString($"906000010000000200000003BEDE{block.Length / 8:X4}{block}"), out var packet));
        Assert.Equal(found, packet.TryGetExtension(2, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("80600001000000020000")] // shorter than the fixed header
    [InlineData("406000010000000200000003")] // version 1
    [InlineData("816000010000000200000003")] // CSRC missing
    [InlineData("906000010000000200000003BEDE")] // extension header cut
    [InlineData("906000010000000200000003BEDE000110AA00")] // extension block cut
    [InlineData("A0600001000000020000000300")] // padding of 0
    [InlineData("A0600001000000020000000302")] // padding longer than what is there
    [InlineData("A06000010000000200000003")] // padding without a byte that counts it
    public void What_is_no_RTP_packet_is_refused(string hex) => Assert.False(RtpPacket.TryParse(Convert.FromHexString(hex), out _));

    [Fact]
    public void Padding_alone_leaves_an_empty_payload()
    {
        Assert.True(RtpPacket.TryParse(Convert.FromHexString("A06000010000000200000003" + "000003"), out var packet));
        Assert.True(packet.Payload.IsEmpty);
        Assert.Equal(3, packet.PaddingLength);
    }

    [Fact]
    public void Unknown_extension_profiles_have_no_elements()
    {
        Assert.True(RtpPacket.TryParse(Convert.FromHexString("906000010000000200000003" + "ABCD0001" + "10AA0000" + "EE"), out var packet));
        Assert.False(packet.TryGetExtension(1, out _));
        Assert.Equal("EE", Convert.ToHexString(packet.Payload));
    }

    [Fact]
    public void Whatever_is_written_is_read_again()
    {
        var any = ArbMap.Default;
        var extension = from id in Gen.Choose(1, 20) from value in any.GeneratorFor<byte[]>() select (id, value);
        var arbitrary = (
            from header in any.GeneratorFor<(byte Type, bool Marker, ushort Number, uint Timestamp, uint Ssrc)>()
            from csrcs in any.GeneratorFor<uint[]>()
            from list in extension.ListOf()
            from payload in any.GeneratorFor<byte[]>()
            from padding in any.GeneratorFor<byte>()
            select (header, csrcs, list, payload, padding)).ToArbitrary();

        Prop.ForAll(arbitrary, input =>
        {
            var (header, csrcs, list, payload, padding) = input;
            csrcs = csrcs.Take(15).ToArray();
            var elements = list.Where(element => element.value.Length < 256).DistinctBy(element => element.id).Take(20).ToArray();

            Span<byte> buffer = stackalloc byte[16384];
            var writer = new RtpWriter(buffer, header.Type, header.Marker, header.Number, header.Timestamp, new Ssrc(header.Ssrc));
            foreach (var csrc in csrcs) writer.AddCsrc(new Ssrc(csrc));
            foreach (var (id, value) in elements) writer.AddExtension(id, value);
            var length = writer.WritePayload(payload, padding);

            Assert.True(RtpPacket.TryParse(buffer[..length], out var packet));
            Assert.Equal(header.Type & 0x7f, packet.PayloadType);
            Assert.Equal(header.Marker, packet.Marker);
            Assert.Equal(header.Number, packet.SequenceNumber);
            Assert.Equal(header.Timestamp, packet.Timestamp);
            Assert.Equal(new Ssrc(header.Ssrc), packet.Ssrc);
            Assert.Equal(csrcs.Length, packet.CsrcCount);
            for (var i = 0; i < csrcs.Length; i++) Assert.Equal(new Ssrc(csrcs[i]), packet.Csrc(i));
            var read = new List<(int, byte[])>();
            foreach (var extension in packet.Extensions) read.Add((extension.Id, extension.Value.ToArray()));
            Assert.Equal(elements, read);
            var twoByte = elements.Any(element => element.id > 14 || element.value.Length is 0 or > 16);
            Assert.Equal(elements.Length == 0 ? 0 : twoByte ? 0x1000 : 0xbede, packet.ExtensionProfile);
            Assert.Equal(payload, packet.Payload.ToArray());
            Assert.Equal(padding, packet.PaddingLength);
            Assert.Equal(0, packet.HeaderLength % 4);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_block_becomes_two_byte_when_a_later_element_needs_it()
    {
        Span<byte> buffer = stackalloc byte[100];
        var writer = new RtpWriter(buffer, 96, false, 1, 2, new Ssrc(3));
        writer.AddExtension(1, [0xaa]);
        writer.AddExtension(14, [0xbb, 0xcc]);
        writer.AddExtension(15, [0xdd]);
        writer.AddExtension(2, []);
        var length = writer.WritePayload([0xee]);
        Assert.Equal("906000010000000200000003" + "10000003" + "0101AA0E" + "02BBCC0F" + "01DD0200" + "EE", Convert.ToHexString(buffer[..length]));
    }

    [Fact]
    public void Damaged_packets_are_refused_or_read_within_bounds() => Fuzz.Run(
        bytes =>
        {
            if (!RtpPacket.TryParse(bytes, out var packet)) return;
            var sum = packet.Payload.Length + packet.HeaderLength + packet.PaddingLength;
            if (sum != bytes.Length) throw new InvalidOperationException("The parts do not make the whole.");
            for (var i = 0; i < packet.CsrcCount; i++) sum += (int)packet.Csrc(i).Value;
            foreach (var extension in packet.Extensions) sum += extension.Id + extension.Value.Length;
            packet.TryGetExtension(sum & 15, out _);
        },
        200_000,
        Full,
        TwoByte);

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        var buffer = new byte[1500];
        var payload = new byte[1000];
        void Work()
        {
            var writer = new RtpWriter(buffer, 96, true, 1, 2, new Ssrc(3));
            writer.AddExtension(3, [1, 2]);
            writer.AddExtension(1, [1]);
            var length = writer.WritePayload(payload);
            Assert.True(RtpPacket.TryParse(buffer.AsSpan(0, length), out var packet) && packet.TryGetExtension(1, out _));
        }

        AllocationAssert.None(Work);
    }
}
