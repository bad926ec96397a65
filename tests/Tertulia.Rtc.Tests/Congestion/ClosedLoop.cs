using System.Globalization;
using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Tests.Congestion;

/// <summary>
/// A sender that follows the estimate, a path with one queue, and a receiver that answers with real feedback messages; in steps of
/// one millisecond of virtual time, the same in every run.
/// </summary>
internal sealed class ClosedLoop
{
    private const int FramesPerSecond = 30;
    private const int PacketSize = 1200;
    private const int PaddingSize = 299;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    private readonly TransportFeedbackRecorder _recorder = new();
    private readonly PriorityQueue<(ushort Sequence, int Size), Instant> _onTheWay = new();
    private readonly PriorityQueue<byte[], Instant> _answers = new();
    private readonly Queue<int> _paced = [];
    private readonly List<Sample> _samples = [];
    private readonly Instant _start;
    private readonly byte[] _buffer = new byte[1500];
    private ushort _sequence;
    private uint _random;
    private Instant _linkFreeAt;
    private Instant _nextFrameAt;
    private Instant _nextPacketAt;
    private long _delivered;

    public ClosedLoop(BandwidthOptions? options = null, ushort firstSequence = 1, uint seed = 1)
    {
        Estimator = new SendSideBandwidthEstimator(options) { CanProbe = true };
        _sequence = firstSequence;
        _random = seed * 2654435761 | 1;
        Now = _start = _nextFrameAt = _linkFreeAt = _nextPacketAt = Instant.FromMilliseconds(5_000);
    }

    public SendSideBandwidthEstimator Estimator { get; }

    public Instant Now { get; private set; }

    public Bitrate Capacity { get; set; } = Bitrate.Unlimited;

    /// <summary>What the application has to send at most.</summary>
    public Bitrate Supply { get; set; } = Bitrate.Unlimited;

    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(20);

    public TimeSpan Jitter { get; set; }

    public TimeSpan QueueLimit { get; set; } = TimeSpan.FromMilliseconds(300);

    public double Loss { get; set; }

    public double FeedbackLoss { get; set; }

    /// <summary>Parts per million by which the receiver's clock is fast.</summary>
    public double ClockSkew { get; set; }

    public IReadOnlyList<Sample> Samples => _samples;

    public static string Header => "case                            | s from-to | capacity | estimate min / mean / max | used  | queue p95 / max | probes";

    public void Run(double seconds)
    {
        for (var end = Now + TimeSpan.FromSeconds(seconds); Now < end; Now += Step) Advance();
    }

    /// <summary>Seconds until the condition holds; null if it does not within the limit.</summary>
    public double? RunUntil(Func<bool> condition, double limit)
    {
        for (var (begin, end) = (Now, Now + TimeSpan.FromSeconds(limit)); Now < end; Now += Step)
        {
            if (condition()) return (Now - begin).TotalSeconds;
            Advance();
        }

        return null;
    }

    public Summary Between(double from, double to)
    {
        var part = _samples.Where(sample => sample.At >= from && sample.At < to).ToList();
        var queues = part.Select(sample => sample.Queue).Order().ToList();
        var delivered = part[^1].Delivered - part[0].Delivered;
        return new Summary(from, to, part[^1].Capacity, part.Min(sample => sample.Estimate), part.Average(sample => sample.Estimate), part.Max(sample => sample.Estimate),
            delivered * 8 / 1000.0 / (to - from), queues[queues.Count * 95 / 100], queues[^1]);
    }

    public string Row(string name, Summary summary) => string.Create(CultureInfo.InvariantCulture,
        $"{name,-31} | {summary.From,3:F0}-{summary.To,-5:F0} | {summary.Capacity,8:F0} | {summary.Least,7:F0} / {summary.Mean,5:F0} / {summary.Most,5:F0}   | {summary.Used,4:P0} | {summary.QueueP95,5:F0} / {summary.QueueMax,-5:F0}   | {Estimator.Probes}");

    private void Advance()
    {
        while (_onTheWay.TryPeek(out _, out var at) && at <= Now)
        {
            var (sequence, size) = _onTheWay.Dequeue();
            _recorder.OnArrival(sequence, Instant.FromMilliseconds(777_000) + (at - _start) * (1 + ClockSkew / 1e6));
            _delivered += size;
        }

        if (_recorder.HasPending && Now.Milliseconds % 50 == 0) Answer();
        while (_answers.TryPeek(out var answer, out var at) && at <= Now)
        {
            _answers.Dequeue();
            var reader = new RtcpReader(answer);
            Assert.True(reader.TryRead(out var packet));
            Assert.True(TransportFeedback.TryParse(packet, out var feedback));
            Estimator.OnTransportFeedback(Now, feedback);
        }

        if (Estimator.NextDeadline <= Now) Estimator.HandleTimeout(Now);
        SendMedia();
        while (Estimator.WantsPadding(Now)) Send(PaddingSize);
        var queue = Math.Max(0, (_linkFreeAt - Now).TotalMilliseconds);
        _samples.Add(new Sample((Now - _start).TotalSeconds, Estimator.Estimate.Kilobits, Capacity.Kilobits, queue, _delivered));
    }

    // A frame's packets leave at two and a half times the rate, as browsers pace them.
    private void SendMedia()
    {
        var rate = Bitrate.Min(Estimator.Estimate, Supply);
        if (Now >= _nextFrameAt)
        {
            _nextFrameAt += TimeSpan.FromSeconds(1.0 / FramesPerSecond);
            for (var bytes = (int)rate.BytesIn(TimeSpan.FromSeconds(1.0 / FramesPerSecond)); bytes > 0; bytes -= PacketSize) _paced.Enqueue(Math.Min(PacketSize, Math.Max(bytes, 80)));
        }

        while (Now >= _nextPacketAt && _paced.TryDequeue(out var size))
        {
            Send(size - SendSideBandwidthEstimator.DatagramOverhead);
            _nextPacketAt = Now + (rate * 2.5).TimeFor(size);
        }
    }

    private void Send(int datagram)
    {
        var size = datagram + SendSideBandwidthEstimator.DatagramOverhead;
        var sequence = _sequence++;
        Estimator.OnPacketSent(Now, sequence, datagram);
        if (NextRandom() < Loss) return;
        var departure = Now;
        if (Capacity < Bitrate.Unlimited)
        {
            var begin = Instant.Max(Now, _linkFreeAt);
            if (begin - Now > QueueLimit) return;
            departure = _linkFreeAt = begin + Capacity.TimeFor(size);
        }

        _onTheWay.Enqueue((sequence, size), departure + Delay + Jitter * NextRandom());
    }

    private void Answer()
    {
        while (_recorder.HasPending)
        {
            var length = _recorder.WriteFeedback(_buffer, new Ssrc(1), new Ssrc(2), Now);
            if (NextRandom() >= FeedbackLoss) _answers.Enqueue(_buffer[..length], Now + Delay);
        }
    }

    private double NextRandom()
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        return _random / (uint.MaxValue + 1.0);
    }

    /// <param name="At">Seconds since the start.</param>
    /// <param name="Estimate">Kilobits a second.</param>
    /// <param name="Capacity">Kilobits a second.</param>
    /// <param name="Queue">Milliseconds that a packet sent now would wait.</param>
    /// <param name="Delivered">Bytes since the start.</param>
    public readonly record struct Sample(double At, double Estimate, double Capacity, double Queue, long Delivered);

    public readonly record struct Summary(
        double From, double To, double Capacity, double Least, double Mean, double Most, double Delivered, double QueueP95, double QueueMax)
    {
        /// <summary>Share of the capacity that was delivered.</summary>
        public double Used => Delivered / Capacity;
    }
}
