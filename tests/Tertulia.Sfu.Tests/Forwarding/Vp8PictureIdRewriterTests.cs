using Tertulia.Rtc.Codecs;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Tests.Forwarding;

public sealed class Vp8PictureIdRewriterTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(32_767, 255)]
    [InlineData(16_384, 128)]
    public void Ids_go_on_across_sources(int start, int tl0)
    {
        var rewriter = new Vp8PictureIdRewriter();
        var expected = start;
        var expectedTl0 = tl0;
        foreach (var (first, firstTl0) in new[] { (start, tl0), (12_345, 77), (32_760, 250) })
        {
            rewriter.Switch();
            for (var i = 0; i < 40; i++)
            {
                var payload = Packets.Vp8Payload((first + i) & 0x7fff, (byte)(firstTl0 + i));
                var ids = rewriter.Rewrite(payload);
                Assert.True(Vp8PayloadDescriptor.TryParse(payload, out var descriptor));
                Assert.Equal(expected++ & 0x7fff, (int)descriptor.PictureId!.Value);
                Assert.Equal((byte)expectedTl0++, descriptor.Tl0PictureIndex!.Value);

                var again = Packets.Vp8Payload((first + i) & 0x7fff, (byte)(firstTl0 + i));
                Vp8PictureIdRewriter.Restore(again, ids);
                Assert.Equal(payload, again);
            }
        }
    }

    [Fact]
    public void A_payload_without_ids_stays_as_it_is()
    {
        byte[] payload = [0x10, 0, 1, 2];
        Assert.False(new Vp8PictureIdRewriter().Rewrite(payload).IsSet);
        Assert.Equal([0x10, 0, 1, 2], payload);
    }
}
