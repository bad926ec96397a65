using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Tests.Rtp;

public sealed class NackGeneratorTests
{
    private readonly NackGenerator _nacks = new() { RoundTrip = TimeSpan.FromMilliseconds(40) };
    private readonly SequenceUnwrapper _unwrapper = new();

    public static TheoryData<ushort> WrapPoints => Rtp.WrapPoints.All;

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Exactly_the_lost_packets_are_asked_for(ushort first)
    {
        var random = new Random(first);
        var lost = new List<ushort>();
        var asked = new List<ushort>();
        for (var i = 0; i < 5_000; i++)
        {
            // One in ten lost, and never repaired: each is asked for ten times, in order, then given up.
            if (i > 0 && i < 4_000 && random.Next(10) == 0) lost.Add((ushort)(first + i));
            else Receive(i, first + i);
            asked.AddRange(Collect(i));
        }

        Assert.Equal(lost.Count * (long)NackGenerator.MaxRetries, asked.Count);
        Assert.Equal(lost, asked.Distinct());
        Assert.Equal(lost.Count, _nacks.GivenUp);
        Assert.True(_nacks.KeyFrameNeeded);
        Assert.Equal(Instant.Never, _nacks.NextDeadline);
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Repaired_packets_are_not_asked_for_again(ushort first)
    {
        var random = new Random(first);
        var underway = new Queue<(int At, ushort Number)>();
        var asked = 0;
        var lost = 0;
        for (var i = 0; i < 5_000; i++)
        {
            if (i > 0 && i < 4_900 && random.Next(20) == 0) lost++;
            else Receive(i, first + i);

            foreach (var number in Collect(i))
            {
                asked++;
                underway.Enqueue((i + 40, number));
            }

            while (underway.TryPeek(out var repair) && repair.At <= i) Receive(i, underway.Dequeue().Number);
        }

        Assert.Equal(lost, asked);
        Assert.Equal(lost, _nacks.Recovered);
        Assert.Equal(0, _nacks.MissingCount);
        Assert.False(_nacks.KeyFrameNeeded);
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Packets_that_overtake_each_other_are_left_alone(ushort first)
    {
        for (var i = 0; i < 4_000; i += 4)
        {
            foreach (var position in (int[])[1, 0, 3, 2])
            {
                Receive(i, first + 4 + i + position);
                Assert.Empty(Collect(i));
            }
        }

        Assert.Equal(0, _nacks.MissingCount);
    }

    [Fact]
    public void Longer_reordering_is_learned()
    {
        // Every tenth packet is overtaken by six others within a few milliseconds.
        var asked = 0;
        for (var i = 0; i < 2_000; i++)
        {
            if (i % 10 != 3) Receive(i, 100 + i);
            if (i % 10 == 9) Receive(i, 100 + i - 6);
            if (i > 200) asked += Collect(i).Count;
            else Collect(i);
        }

        Assert.Equal(0, asked);
    }

    [Fact]
    public void A_lone_gap_is_asked_for_after_the_reorder_time_and_then_once_per_round_trip()
    {
        Receive(0, 10);
        Assert.Equal(Instant.Never, _nacks.NextDeadline);
        Receive(0, 12);
        Assert.Empty(Collect(9));
        Assert.Equal(Instant.FromMilliseconds(10), _nacks.NextDeadline);
        Assert.Equal([(ushort)11], Collect(10));
        Assert.Equal(Instant.FromMilliseconds(55), _nacks.NextDeadline); // 40 ms and an eighth
        Assert.Empty(Collect(54));
        Assert.Equal([(ushort)11], Collect(55));
    }

    [Fact]
    public void A_gap_that_many_have_overtaken_is_asked_for_at_once()
    {
        Receive(0, 10);
        Receive(1, 12);
        Receive(1, 13);
        Assert.Empty(Collect(1));
        Receive(1, 14);
        Assert.Equal([(ushort)11], Collect(1));
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void A_gap_too_large_asks_for_a_key_frame(ushort first)
    {
        Receive(0, first);
        Receive(0, first + NackGenerator.MaxMissing + 2);
        Assert.True(_nacks.KeyFrameNeeded);
        Assert.Equal(0, _nacks.MissingCount);
        Assert.Empty(Collect(100));

        // A key frame that began before the loss is no help; one after it is.
        _nacks.OnKeyFrame(_unwrapper.Peek((ushort)(first + 5)));
        Assert.True(_nacks.KeyFrameNeeded);
        _nacks.OnKeyFrame(_unwrapper.Peek((ushort)(first + NackGenerator.MaxMissing + 2)));
        Assert.False(_nacks.KeyFrameNeeded);
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void The_largest_gap_is_followed_whole(ushort first)
    {
        Receive(0, first);
        Receive(0, first + NackGenerator.MaxMissing + 1);
        Assert.False(_nacks.KeyFrameNeeded);
        Assert.Equal(NackGenerator.MaxMissing, _nacks.MissingCount);
        var asked = new List<ushort>();
        for (List<ushort> some; (some = Collect(20, 100)).Count > 0;) asked.AddRange(some);
        Assert.Equal(Enumerable.Range(1, NackGenerator.MaxMissing).Select(i => (ushort)(first + i)), asked);

        // Another loss pushes out the oldest.
        Receive(20, first + NackGenerator.MaxMissing + 3);
        Assert.True(_nacks.KeyFrameNeeded);
        Assert.Equal(1, _nacks.GivenUp);
        Assert.Equal(NackGenerator.MaxMissing, _nacks.MissingCount);
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void A_key_frame_makes_older_losses_unimportant(ushort first)
    {
        Receive(0, first);
        Receive(0, first + 4);
        Receive(0, first + 6);
        _nacks.OnKeyFrame(_unwrapper.Peek((ushort)(first + 4)));
        Assert.Equal([(ushort)(first + 5)], Collect(20));
        Assert.False(_nacks.KeyFrameNeeded);
    }

    [Fact]
    public void Resetting_forgets()
    {
        Receive(0, 1);
        Receive(0, 1000);
        _nacks.Reset();
        Assert.False(_nacks.KeyFrameNeeded);
        Receive(0, 5);
        Assert.Equal(Instant.Never, _nacks.NextDeadline);
    }

    [Fact]
    public void Any_order_of_packets_is_survived()
    {
        var random = new Random(3);
        var numbers = new ushort[32];
        for (var i = 0; i < 100_000; i++)
        {
            var at = random.Next(50) == 0 ? random.Next(65536) : i + random.Next(-20, 20);
            Receive(i, at);
            if (random.Next(3) == 0) _nacks.CollectNacks(Instant.FromMilliseconds(i), numbers);
            Assert.InRange(_nacks.MissingCount, 0, NackGenerator.MaxMissing);
            if (_nacks.MissingCount == 0) Assert.Equal(Instant.Never, _nacks.NextDeadline);
        }
    }

    [Fact]
    public void Following_a_lossy_stream_allocates_nothing()
    {
        var i = 0;
        var numbers = new ushort[64];
        AllocationAssert.None(() =>
        {
            i++;
            if (i % 10 != 0) Receive(i, i);
            if (i % 50 == 0) Receive(i, i - 20);
            _nacks.CollectNacks(Instant.FromMilliseconds(i), numbers);
        }, 5_000);
    }

    private void Receive(int milliseconds, int number) =>
        _nacks.OnPacket(Instant.FromMilliseconds(milliseconds), _unwrapper.Unwrap((ushort)number));

    private List<ushort> Collect(int milliseconds, int room = 600)
    {
        var numbers = new ushort[room];
        return [.. numbers.Take(_nacks.CollectNacks(Instant.FromMilliseconds(milliseconds), numbers))];
    }
}
