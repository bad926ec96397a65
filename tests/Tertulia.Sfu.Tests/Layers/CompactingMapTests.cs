using Tertulia.Sfu.Layers;
using Tertulia.Sfu.Tests.Forwarding;

namespace Tertulia.Sfu.Tests.Layers;

public sealed class CompactingMapTests
{
    [Theory]
    [MemberData(nameof(Packets.Starts), MemberType = typeof(Packets))]
    public void What_is_left_out_closes_up(long start)
    {
        var map = new CompactingMap(512);
        map.Start(start, 1000);
        var expected = 1000L;
        for (var i = 0; i < 5000; i++)
        {
            var forward = i % 4 != 3;
            var result = map.Map(start + i, forward, out var output);
            Assert.Equal(forward ? MapResult.Forward : MapResult.Drop, result);
            if (forward) Assert.Equal(expected++, output);
        }
    }

    [Fact]
    public void What_is_missing_keeps_its_place_and_may_come_later()
    {
        var map = new CompactingMap(512);
        map.Start(10, 0);
        map.Map(10, true, out _);
        map.Map(11, false, out _);
        Assert.Equal(MapResult.Forward, map.Map(15, true, out var far));
        Assert.Equal(4, far); // 12, 13 and 14 have 1, 2 and 3
        Assert.Equal(MapResult.Forward, map.Map(13, true, out var late));
        Assert.Equal(2, late);
        Assert.Equal(MapResult.Fill, map.Map(12, false, out var fill));
        Assert.Equal(1, fill);
        Assert.Equal(MapResult.Drop, map.Map(11, true, out _));
    }

    [Fact]
    public void The_same_input_has_the_same_output()
    {
        var map = new CompactingMap(256);
        map.Start(5, 5);
        map.Map(6, false, out _);
        map.Map(7, true, out var first);
        map.Map(7, true, out var second);
        Assert.Equal(first, second);
    }

    [Fact]
    public void What_lies_too_far_back_is_refused()
    {
        var map = new CompactingMap(64);
        map.Start(0, 0);
        map.Map(1000, true, out _);
        Assert.Equal(MapResult.TooOld, map.Map(930, true, out _));
        Assert.Equal(MapResult.Forward, map.Map(940, true, out var output));
        Assert.Equal(940, output);
    }

    [Fact]
    public void Every_output_is_given_once_whatever_the_order()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var map = new CompactingMap(512);
            map.Start(0, 0);
            var inputs = Enumerable.Range(0, 400).OrderBy(i => i + random.Next(12)).ToArray();
            var seen = new Dictionary<long, long>();
            foreach (var input in inputs)
            {
                if (random.Next(10) == 0) continue;
                var result = map.Map(input, input % 3 != 0, out var output);
                if (result is MapResult.Forward or MapResult.Fill) Assert.True(seen.TryAdd(output, input), $"{output} for {input} and {seen.GetValueOrDefault(output)}");
            }

            // Outputs rise with their inputs.
            var ordered = seen.OrderBy(pair => pair.Key).Select(pair => pair.Value).ToArray();
            Assert.Equal(ordered.Order(), ordered);
        }
    }
}
