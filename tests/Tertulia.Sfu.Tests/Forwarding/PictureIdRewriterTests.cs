using Tertulia.Rtc.Codecs;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Tests.Forwarding;

public sealed class PictureIdRewriterTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(32_767, 255)]
    [InlineData(16_384, 128)]
    public void Ids_go_on_across_sources(int start, int tl0)
    {
        var rewriter = new PictureIdRewriter();
        var expected = start;
        var expectedTl0 = tl0;
        foreach (var (first, firstTl0) in new[] { (start, tl0), (12_345, 77), (32_760, 250) })
        {
            rewriter.Switch();
            for (var i = 0; i < 40; i++)
            {
                var payload = Packets.Vp8Payload((first + i) & 0x7fff, (byte)(firstTl0 + i));
                var ids = rewriter.Rewrite(CodecKind.Vp8, payload);
                Assert.True(Vp8PayloadDescriptor.TryParse(payload, out var descriptor));
                Assert.Equal(expected++ & 0x7fff, (int)descriptor.PictureId!.Value);
                Assert.Equal((byte)expectedTl0++, descriptor.Tl0PictureIndex!.Value);

                var again = Packets.Vp8Payload((first + i) & 0x7fff, (byte)(firstTl0 + i));
                PictureIdRewriter.Restore(CodecKind.Vp8, again, ids);
                Assert.Equal(payload, again);
            }
        }
    }

    [Theory]
    [InlineData(7, 120)]
    [InlineData(15, 32_760)]
    public void Vp9_ids_go_on_across_sources_and_keep_the_gaps_of_pictures_left_out(int bits, int start)
    {
        var rewriter = new PictureIdRewriter();
        var space = 1 << bits;
        var ids = new List<int>();
        foreach (var first in new[] { start, 77, 5 })
        {
            rewriter.Switch();
            // Every other picture is of a higher temporal layer, and not forwarded.
            for (var i = 0; i < 10; i++)
            {
                var payload = Packets.Vp9Payload((first + i) % space, bits);
                if (i % 2 == 1)
                {
                    rewriter.LeaveOut(CodecKind.Vp9, payload);
                    continue;
                }

                var written = rewriter.Rewrite(CodecKind.Vp9, payload);
                Assert.True(Vp9PayloadDescriptor.TryParse(payload, out var descriptor));
                Assert.Equal(bits, descriptor.PictureIdBits);
                ids.Add(descriptor.PictureId!.Value);

                var again = Packets.Vp9Payload((first + i) % space, bits);
                PictureIdRewriter.Restore(CodecKind.Vp9, again, written);
                Assert.Equal(payload, again);
            }
        }

        int[] expected = [0, 2, 4, 6, 8, 9, 11, 13, 15, 17, 18, 20, 22, 24, 26];
        Assert.Equal(expected.Select(distance => (start + distance) % space), ids);
    }

    [Fact]
    public void Short_vp8_ids_wrap()
    {
        var rewriter = new PictureIdRewriter();
        for (var i = 0; i < 300; i++)
        {
            byte[] payload = [0x90, 0x80, (byte)(i & 0x7f), 1];
            if (i % 3 == 2) rewriter.LeaveOut(CodecKind.Vp8, payload);
            else rewriter.Rewrite(CodecKind.Vp8, payload);
            if (i % 3 != 2) Assert.Equal((i - i / 3) & 0x7f, payload[2]);
        }
    }

    [Fact]
    public void A_payload_without_ids_stays_as_it_is()
    {
        byte[] payload = [0x10, 0, 1, 2];
        Assert.False(new PictureIdRewriter().Rewrite(CodecKind.Vp8, payload).IsSet);
        Assert.Equal([0x10, 0, 1, 2], payload);
    }
}
