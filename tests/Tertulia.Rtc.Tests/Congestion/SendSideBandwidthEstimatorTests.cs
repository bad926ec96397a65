using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Tests.Rtp;

namespace Tertulia.Rtc.Tests.Congestion;

public sealed class SendSideBandwidthEstimatorTests
{
    private readonly SendSideBandwidthEstimator _estimator = new();
    private readonly TransportFeedbackRecorder _recorder = new();
    private readonly byte[] _buffer = new byte[1500];
    private Instant _now = Instant.FromMilliseconds(1000);
    private ushort _sequence;

    [Fact]
    public void Sending_and_feedback_allocate_nothing() => AllocationAssert.None(SendAndAnswer);

    [Fact]
    public void Nothing_is_due_while_nothing_is_sent()
    {
        Assert.Equal(Instant.Never, _estimator.NextDeadline);
        _estimator.CanProbe = true;
        _estimator.Demand = Bitrate.FromKilobits(500);
        Assert.Equal(Instant.Never, _estimator.NextDeadline);
    }

    [Fact]
    public void Reports_and_remb_count_only_without_transport_feedback()
    {
        _estimator.OnRemb(_now, Bitrate.FromKilobits(300));
        Assert.Equal((300, BandwidthChangeReason.Remb), (_estimator.Estimate.Kilobits, _estimator.LastChange.Reason));
        Assert.True(_estimator.TryTakeChange());
        Assert.False(_estimator.TryTakeChange());

        SendAndAnswer();
        _estimator.OnRemb(_now, Bitrate.FromKilobits(50));
        _estimator.OnReceiverReport(_now, loss: 0.5, TimeSpan.FromMilliseconds(40));
        Assert.InRange(_estimator.Estimate.Kilobits, 290, 320);
        Assert.Equal(TimeSpan.FromMilliseconds(40), _estimator.RoundTripTime);
    }

    [Fact]
    public void A_change_has_its_reason()
    {
        for (var i = 0; i < 20; i++) SendAndAnswer();
        for (var i = 0; i < 20; i++)
        {
            _now += TimeSpan.FromMilliseconds(100);
            _estimator.OnPacketSent(_now, _sequence++, 1000);
            if (_estimator.NextDeadline <= _now) _estimator.HandleTimeout(_now);
        }

        Assert.Equal(BandwidthChangeReason.FeedbackTimeout, _estimator.LastChange.Reason);
        Assert.True(_estimator.LastChange.To < _estimator.LastChange.From);
    }

    [Fact]
    public void A_receivers_clock_may_go_back()
    {
        var acknowledged = new AcknowledgedBitrate();
        for (var i = 0; i < 100; i++) acknowledged.Add(_now + TimeSpan.FromMilliseconds(i * 10), TimeSpan.FromSeconds(100) + TimeSpan.FromMilliseconds(i * 10), 1000);
        Assert.Equal(800, acknowledged.Rate!.Value.Kilobits, 1.0);
        for (var i = 100; i < 200; i++) acknowledged.Add(_now + TimeSpan.FromMilliseconds(i * 10), TimeSpan.FromMilliseconds(i * 10), 1000);
        Assert.Equal(800, acknowledged.Rate!.Value.Kilobits, 1.0);
    }

    [Fact]
    public void Feedback_about_anything_is_borne()
    {
        var random = new Random(1);
        for (var round = 0; round < 5_000; round++)
        {
            if (round % 3 == 0) SendAndAnswer();
            var message = new byte[20 + random.Next(0, 40) / 4 * 4 + 4];
            random.NextBytes(message);
            (message[0], message[1], message[2], message[3]) = (0x8f, 205, 0, (byte)(message.Length / 4 - 1));
            message[14] = (byte)(random.Next(4) == 0 ? message[14] : 0);
            var reader = new RtcpReader(message);
            if (reader.TryRead(out var packet) && TransportFeedback.TryParse(packet, out var feedback)) _estimator.OnTransportFeedback(_now, feedback);
            if (_estimator.NextDeadline <= _now) _estimator.HandleTimeout(_now);
            Assert.InRange(_estimator.Estimate.Kilobits, 30, 20_000);
        }
    }

    private void SendAndAnswer()
    {
        for (var i = 0; i < 10; i++)
        {
            _now += TimeSpan.FromMilliseconds(5);
            _estimator.OnPacketSent(_now, _sequence, 500);
            _recorder.OnArrival(_sequence++, _now + TimeSpan.FromMilliseconds(20));
        }

        var length = _recorder.WriteFeedback(_buffer, new Ssrc(1), new Ssrc(2), _now);
        var reader = new RtcpReader(_buffer.AsSpan(0, length));
        if (!reader.TryRead(out var packet) || !TransportFeedback.TryParse(packet, out var feedback)) throw new InvalidOperationException();
        _estimator.OnTransportFeedback(_now + TimeSpan.FromMilliseconds(40), feedback);
    }
}
