using Tertulia.Rtc.Fec;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Tests.Fec;

public sealed class FlexFecHeaderTests
{
    private static readonly MutableExtensions Mutable = new(3, 0, 0, 0);

    [Fact]
    public void The_bytes_are_those_of_the_draft()
    {
        // Worked by hand after section 4.2.2.1: two packets of one source, 4 and 2 bytes of payload.
        var encoder = new FlexFecEncoder(new Ssrc(0xAABBCCDD), default);
        encoder.Start(2, withDiagonals: false);
        encoder.Add(Convert.FromHexString("80E0" + "FFFF" + "00000010" + "AABBCCDD" + "01020304"));
        encoder.Add(Convert.FromHexString("8060" + "0000" + "00000013" + "AABBCCDD" + "1122"));
        Assert.Equal(
            "0080" + "0006" // R, F, P, X and CC are 0; the marker of one, equal payload types; 4 xor 2 bytes
            + "00000003" // timestamps
            + "01000000" + "AABBCCDD" // one source
            + "FFFF" + "E000" // base; k, packets 0 and 1
            + "10200304",
            Convert.ToHexString(Take(encoder)));
    }

    [Theory]
    [InlineData(14, 20, "C001")]
    [InlineData(15, 24, "4000" + "C0000000")]
    [InlineData(45, 24, "4000" + "80000001")]
    [InlineData(46, 32, "4000" + "00000000" + "C000000000000000")]
    [InlineData(108, 32, "4000" + "00000000" + "8000000000000001")]
    public void The_mask_is_as_long_as_it_has_to_be(int distance, int length, string mask)
    {
        var encoder = new FlexFecEncoder(new Ssrc(1), Mutable);
        encoder.Start(2, withDiagonals: false);
        encoder.Add(FecPackets.Media(65500, 10));
        encoder.Add(FecPackets.Media((ushort)(65500 + distance), 10));
        var repair = Take(encoder);
        Assert.Equal(mask, Convert.ToHexString(repair[18..length]));
        Assert.True(FlexFecHeader.TryParse(repair, out var header));
        Assert.Equal(UInt128.One << distance | 1, header.Mask);
        Assert.Equal((length, 65500), (header.Length, header.SequenceNumberBase));
        Assert.Equal(length, FlexFecHeader.WrittenLength(repair));
    }

    [Fact]
    public void Packets_beyond_the_mask_are_left_out()
    {
        var encoder = new FlexFecEncoder(new Ssrc(1), Mutable);
        encoder.Start(2, withDiagonals: false);
        encoder.Add(FecPackets.Media(100, 10));
        encoder.Add(FecPackets.Media(100 + 109, 10));
        Assert.True(FlexFecHeader.TryParse(Take(encoder), out var header));
        Assert.Equal(UInt128.One, header.Mask);
    }

    [Theory]
    [InlineData(0, 0x80)] // R
    [InlineData(0, 0x40)] // F
    [InlineData(8, 0x03)] // two sources
    public void Other_forms_are_refused(int offset, byte value)
    {
        var encoder = new FlexFecEncoder(new Ssrc(1), Mutable);
        encoder.Start(2, withDiagonals: false);
        encoder.Add(FecPackets.Media(1, 10));
        encoder.Add(FecPackets.Media(2, 10));
        var repair = Take(encoder);
        repair[offset] = value;
        Assert.False(FlexFecHeader.TryParse(repair, out _));
        Assert.False(FlexFecHeader.TryParse(repair.AsSpan(0, 19), out _));
    }

    internal static byte[] Take(FlexFecEncoder encoder)
    {
        var payload = new byte[encoder.DueLength];
        encoder.TakeDue(payload);
        return payload;
    }
}
