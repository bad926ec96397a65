using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc.Tests.Srtp;

public sealed class PacketIndexTests
{
    [Fact]
    public void Every_index_within_half_a_cycle_is_guessed_from_every_place_in_it()
    {
        foreach (var rollovers in (long[])[0, 1, 2, 0xfffe, 0xffff_fffe])
        for (var last = 0; last < 0x10000; last += last is > 0x7ff0 and < 0x8010 or > 0xfff0 or < 16 ? 1 : 97)
        {
            var highest = (rollovers << 16) + last;
            for (var distance = -0x7fff; distance <= 0x7fff; distance += 61)
            {
                var index = highest + distance;
                if (index >= 0) Assert.Equal(index, PacketIndex.Estimate(highest, (ushort)index));
                else Assert.True(PacketIndex.Estimate(highest, (ushort)index) < 0);
            }
        }
    }

    /// <summary>The tie of exactly half a cycle goes as RFC 3711 appendix A writes it.</summary>
    [Theory]
    [InlineData(0x1_0000, 0x8000, 0x1_8000)]
    [InlineData(0x1_7fff, 0xffff, 0x1_ffff)]
    [InlineData(0x1_8000, 0x0000, 0x1_0000)]
    [InlineData(0x1_8001, 0x0000, 0x2_0000)]
    [InlineData(0x1_7fff, 0x0000, 0x1_0000)]
    [InlineData(0x1_0000, 0x8001, 0x0_8001)]
    public void Ties(long highest, int sequenceNumber, long expected) =>
        Assert.Equal(expected, PacketIndex.Estimate(highest, (ushort)sequenceNumber));
}
