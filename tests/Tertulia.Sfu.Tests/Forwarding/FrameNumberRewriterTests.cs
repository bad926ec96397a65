using Tertulia.Rtc.Codecs;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Tests.Forwarding;

public sealed class FrameNumberRewriterTests
{
    private readonly FrameNumberRewriter _rewriter = new();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(65_535, 65_530)]
    [InlineData(32_767, 100)]
    [InlineData(7, 65_535)]
    public void Numbers_go_on_across_sources_and_keep_the_gaps_of_frames_left_out(int first, int second)
    {
        // Frames 0, 1 and 3 of one source: 2 was not forwarded.
        Assert.Equal([Wire(first), Wire(first + 1), Wire(first + 3)], new[] { 0, 1, 3 }.Select(frame => Send(first + frame)));
        _rewriter.Switch();
        Assert.Equal([Wire(first + 4), Wire(first + 6)], new[] { 0, 2 }.Select(frame => Send(second + frame)));
        _rewriter.Switch();
        Assert.Equal(Wire(first + 7), Send(12_345));
    }

    [Fact]
    public void Packets_of_one_frame_and_late_ones_keep_their_numbers()
    {
        Send(10);
        _rewriter.Switch();
        Assert.Equal([11, 12, 11, 13, 12, 14], new[] { 500, 501, 500, 502, 501, 503 }.Select(Send));
        _rewriter.Switch();
        Assert.Equal(15, Send(500));
    }

    [Fact]
    public void Everything_but_the_number_stays_and_can_be_written_again()
    {
        byte[] descriptor = [0xc3, 0x00, 0x02, 0x1a, 0x00];
        var copy = new byte[5];
        Send(99);
        _rewriter.Switch();
        var number = _rewriter.Rewrite(descriptor, copy);
        Assert.Equal([0xc3, 0x00, 100, 0x1a, 0x00], copy);

        var again = new byte[5];
        FrameNumberRewriter.Restore(descriptor, again, number);
        Assert.Equal(copy, again);
        Assert.Equal([0xc3, 0x00, 0x02, 0x1a, 0x00], descriptor);
    }

    [Fact]
    public void A_receiver_that_takes_none_changes_nothing()
    {
        Assert.Equal(0, _rewriter.Rewrite([0xc3, 0x00, 0x02], []));
        Assert.Equal(0, _rewriter.Rewrite([0xc3], new byte[1]));
    }

    private int Send(int number)
    {
        byte[] copy = new byte[3];
        var rewritten = _rewriter.Rewrite([0xc1, (byte)(number >> 8), (byte)number], copy);
        Assert.True(DependencyDescriptorHeader.TryParse(copy, out var header));
        Assert.Equal(rewritten, header.FrameNumber);
        return rewritten;
    }

    private static int Wire(int number) => number & 0xffff;
}
