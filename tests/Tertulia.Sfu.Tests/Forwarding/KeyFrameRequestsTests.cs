using Tertulia.Rtc.Net;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Tests.Forwarding;

public sealed class KeyFrameRequestsTests
{
    private readonly KeyFrameRequests _requests = new();
    private Instant _now = Instant.FromMilliseconds(1000);

    [Fact]
    public void The_first_is_heard_at_once() => Assert.True(_requests.TryTake(_now, true));

    [Theory]
    [InlineData(true, 8, 14, 8)]
    [InlineData(false, 55, 65, 1)]
    public void Who_asks_without_end_is_heard_more_and_more_rarely(bool disturbsOthers, int least, int most, double pause)
    {
        var heard = new List<double>();
        for (var end = _now + TimeSpan.FromSeconds(60); _now < end; _now += TimeSpan.FromMilliseconds(100))
        {
            if (_requests.TryTake(_now, disturbsOthers)) heard.Add((_now - Instant.FromMilliseconds(1000)).TotalSeconds);
        }

        Assert.InRange(heard.Count, least, most);
        Assert.InRange(heard[1], 0.4, 1.1);
        Assert.InRange(heard[^1] - heard[^2], pause - 0.01, pause + 0.11);
    }

    [Fact]
    public void After_a_while_without_a_request_the_next_is_heard_at_once_and_its_repetition_soon()
    {
        for (var i = 0; i < 300; i++, _now += TimeSpan.FromMilliseconds(100)) _requests.TryTake(_now, true);
        _now += TimeSpan.FromSeconds(40);
        Assert.True(_requests.TryTake(_now, true));
        Assert.True(_requests.TryTake(_now + TimeSpan.FromSeconds(1), true));
    }
}
