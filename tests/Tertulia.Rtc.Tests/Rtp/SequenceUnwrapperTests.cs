using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Tests.Rtp;

public sealed class SequenceUnwrapperTests
{
    public static TheoryData<ushort> WrapPoints => Rtp.WrapPoints.All;

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Distances_survive_every_wrap(ushort first)
    {
        var unwrapper = new SequenceUnwrapper();
        var start = unwrapper.Unwrap(first);
        Assert.Equal(first, start.Wire);
        for (long sent = 1; sent < 300_000; sent++)
        {
            Assert.Equal(sent, unwrapper.Unwrap((ushort)(first + sent)) - start);
        }

        Assert.Equal(299_999, unwrapper.Highest - start);
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Late_and_early_packets_find_their_place(ushort first)
    {
        var random = new Random(first);
        var unwrapper = new SequenceUnwrapper();
        var start = unwrapper.Unwrap(first);
        long highest = 0;
        for (var i = 0; i < 20_000; i++)
        {
            // Half the number space in either direction from the highest.
            var position = highest + random.Next(-32768, i % 2 == 0 ? 32768 : 10);
            var number = unwrapper.Unwrap((ushort)(first + position));
            Assert.Equal(position, number - start);
            Assert.True(number.Value >= 0);
            highest = Math.Max(highest, position);
        }
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Numbers_before_the_first_are_positive(ushort first)
    {
        var unwrapper = new SequenceUnwrapper();
        var start = unwrapper.Unwrap(first);
        for (var back = 1; back <= 32768; back++)
        {
            var number = unwrapper.Unwrap((ushort)(first - back));
            Assert.Equal(-back, number - start);
            Assert.True(number.Value > 0);
        }
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Peeking_changes_nothing(ushort first)
    {
        var unwrapper = new SequenceUnwrapper();
        var start = unwrapper.Unwrap(first);
        Assert.Equal(20_000, unwrapper.Peek((ushort)(first + 20_000)) - start);
        Assert.Equal(-20_000, unwrapper.Peek((ushort)(first - 20_000)) - start);
        Assert.Equal(start, unwrapper.Highest);
        unwrapper.Reset();
        Assert.False(unwrapper.HasStarted);
    }
}
