using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Tests.Congestion;

public sealed class PathDelayTests
{
    private static readonly Instant Start = Instant.FromMilliseconds(5000);

    [Fact]
    public void The_least_round_trip_forgets_a_queue_and_follows_a_new_path()
    {
        var least = new LeastRoundTrip();
        Assert.Null(least.Value);
        for (var second = 0; second < 15; second++) least.Add(Start + TimeSpan.FromSeconds(second), TimeSpan.FromMilliseconds(second == 3 ? 40 : 240));
        Assert.Equal(40, least.Value!.Value.TotalMilliseconds);
        for (var second = 15; second < 32; second++) least.Add(Start + TimeSpan.FromSeconds(second), TimeSpan.FromMilliseconds(240));
        Assert.Equal(240, least.Value!.Value.TotalMilliseconds);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-700_000)]
    [InlineData(900_000)]
    public void A_queue_is_what_delays_every_packet_of_a_message(long receiversClock)
    {
        var queue = new QueueDelay();
        Message(queue, Start, receiversClock, 20, 60, 25);
        Assert.Equal(0, queue.Value.TotalMilliseconds);
        Message(queue, Start + TimeSpan.FromSeconds(1), receiversClock, 90, 21, 70);
        Assert.Equal(1, queue.Value.TotalMilliseconds);
        Message(queue, Start + TimeSpan.FromSeconds(2), receiversClock, 120, 95, 130);
        Assert.Equal(75, queue.Value.TotalMilliseconds);
    }

    [Fact]
    public void A_longer_path_is_no_queue_after_a_while()
    {
        var queue = new QueueDelay();
        for (var second = 0; second < 31; second++) Message(queue, Start + TimeSpan.FromSeconds(second), 0, second == 0 ? 20 : 120);
        Assert.Equal(0, queue.Value.TotalMilliseconds);
    }

    private static void Message(QueueDelay queue, Instant now, long receiversClock, params int[] delays)
    {
        foreach (var delay in delays) queue.Add(now, now - Instant.Zero + TimeSpan.FromMilliseconds(receiversClock + delay));
        queue.Complete(now);
    }
}
