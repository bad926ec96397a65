using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Tests.Rtp;

namespace Tertulia.Rtc.Tests.Codecs;

public sealed class RedPayloadTests
{
    // Two redundant blocks of type 111, 1920 and 960 units back, 3 and 2 bytes long; then the primary block
    private static readonly byte[] Two = Convert.FromHexString("EF1E0003" + "EF0F0002" + "6F" + "AAAAAA" + "BBBB" + "CC");

    [Fact]
    public void Blocks_come_oldest_first()
    {
        Assert.True(RedPayload.TryParse(Two, out var red));
        Assert.Equal(2, red.RedundantCount);
        Assert.Equal(
            ["111 -1920 AAAAAA False", "111 -960 BBBB False", "111 -0 CC True"], Blocks(red));
        Assert.Equal("CC", Convert.ToHexString(red.Primary.Data));
        Assert.Equal(111, red.Primary.PayloadType);
    }

    [Fact]
    public void A_primary_block_alone_has_one_byte_of_header()
    {
        Assert.True(RedPayload.TryParse([0x6f, 1, 2], out var red));
        Assert.Equal(0, red.RedundantCount);
        Assert.Equal(["111 -0 0102 True"], Blocks(red));
    }

    [Fact]
    public void The_largest_offset_and_length_fit()
    {
        var payload = new byte[4 + 1 + 1023];
        Convert.FromHexString("80FFFFFF").CopyTo(payload, 0);
        Assert.True(RedPayload.TryParse(payload, out var red));
        foreach (var block in red)
        {
            if (!block.IsPrimary) Assert.Equal((16383, 1023), (block.TimestampOffset, block.Data.Length));
            else Assert.True(block.Data.IsEmpty);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("EF1E00")] // header cut
    [InlineData("EF1E0003")] // no primary header
    [InlineData("EF1E00036FAAAA")] // block cut
    public void What_does_not_fit_is_refused(string payload) => Assert.False(RedPayload.TryParse(Convert.FromHexString(payload), out _));

    [Fact]
    public void Damage_is_survived() => Fuzz.Run(
        payload =>
        {
            if (!RedPayload.TryParse(payload, out var red)) return;
            int bytes = 0, blocks = 0;
            foreach (var block in red)
            {
                bytes += block.Data.Length;
                blocks++;
            }

            if (bytes + 4 * red.RedundantCount + 1 != payload.Length || blocks != red.RedundantCount + 1 || red.Primary.Data.Length > bytes)
            {
                throw new InvalidOperationException("The blocks do not make the whole.");
            }
        },
        200_000,
        Two);

    private static List<string> Blocks(RedPayload red)
    {
        var blocks = new List<string>();
        foreach (var block in red) blocks.Add($"{block.PayloadType} -{block.TimestampOffset} {Convert.ToHexString(block.Data)} {block.IsPrimary}");
        return blocks;
    }
}
