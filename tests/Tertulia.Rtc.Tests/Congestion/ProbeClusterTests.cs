using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Tests.Congestion;

public sealed class ProbeClusterTests
{
    private const int Size = 327;

    private readonly ProbeCluster _cluster = new();
    private readonly List<Instant> _sent = [];

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(6000)]
    public void It_is_sent_at_its_rate(int kilobits)
    {
        Send(kilobits);
        var span = _sent[^1] - _sent[0];
        Assert.InRange(Bitrate.Of((_sent.Count - 1) * Size, span).Kilobits, kilobits * 0.85, kilobits * 1.15);
        Assert.True(_sent.Count >= 5);
    }

    [Theory]
    [InlineData(1.0, 1000)]
    [InlineData(0.5, 475)]
    public void It_measures_what_arrives(double speed, double expected)
    {
        Send(1000);
        Report(i => TimeSpan.FromMilliseconds(50) + (_sent[i] - _sent[0]) / speed);
        Assert.Equal(expected, _cluster.Measure()!.Value.Kilobits, expected * 0.15);
    }

    [Fact]
    public void It_tells_nothing_when_much_of_it_is_lost_or_it_came_in_a_heap()
    {
        Send(1000);
        Report(i => i % 2 == 0 ? null : TimeSpan.FromMilliseconds(50) + (_sent[i] - _sent[0]));
        Assert.Null(_cluster.Measure());
        Assert.True(_cluster.IsReported);

        Send(1000);
        Report(i => TimeSpan.FromMilliseconds(50) + (_sent[i] - _sent[0]) / 4);
        Assert.Null(_cluster.Measure());
    }

    [Fact]
    public void Jitter_does_not_make_the_path_look_narrow()
    {
        var random = new Random(5);
        var measured = new List<double>();
        for (var run = 0; run < 40; run++)
        {
            Send(1000);
            Report(i => TimeSpan.FromMilliseconds(50 + random.NextDouble() * 8) + (_sent[i] - _sent[0]));
            if (_cluster.Measure() is { } rate) measured.Add(rate.Kilobits);
        }

        Assert.True(measured.Count > 30);
        Assert.InRange(measured.Average(), 850, 1050);
    }

    [Fact]
    public void A_frame_that_comes_in_between_does_not_end_it()
    {
        _cluster.Begin(Instant.FromMilliseconds(1000), Bitrate.FromKilobits(2000));
        for (var i = 0; i < 40; i++) _cluster.OnSent(Instant.FromMilliseconds(1000), 1200);
        Assert.False(_cluster.IsSent);
        Assert.True(_cluster.NextDue > Instant.FromMilliseconds(1000));
    }

    [Fact]
    public void Other_packets_do_not_count()
    {
        Send(1000);
        _cluster.OnReported(new SentPacket(_sent[0], Size, 0), true, TimeSpan.Zero);
        _cluster.OnReported(new SentPacket(_sent[0], Size, (byte)(_cluster.Id + 1)), true, TimeSpan.Zero);
        Assert.Null(_cluster.Measure());
        Assert.False(_cluster.IsReported);
    }

    private void Send(int kilobits)
    {
        _sent.Clear();
        var now = Instant.FromMilliseconds(1000);
        _cluster.Begin(now, Bitrate.FromKilobits(kilobits));
        for (; !_cluster.IsSent; now = Instant.Max(now + TimeSpan.FromMicroseconds(1), _cluster.NextDue))
        {
            while (!_cluster.IsSent && _cluster.IsDue(now))
            {
                _cluster.OnSent(now, Size);
                _sent.Add(now);
            }
        }
    }

    private void Report(Func<int, TimeSpan?> arrivalOf)
    {
        for (var i = 0; i < _sent.Count; i++)
            _cluster.OnReported(new SentPacket(_sent[i], Size, _cluster.Id), arrivalOf(i) is not null, arrivalOf(i) ?? default);
    }
}
