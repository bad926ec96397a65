using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Congestion;

/// <summary>
/// The loss-based limit. Some paths lose packets at any rate, and giving way to that would help nobody; others have hardly a queue
/// and say by loss alone that they are full. Both are told apart by likelihood: each observation is a rate and the packets
/// lost at it, and the model is a path that loses a fixed share of everything and all that exceeds its capacity.
/// </summary>
internal sealed class LossBasedEstimator
{
    private const int Window = 20;
    private const int LeastObservations = 3;
    private const int RecentObservations = 4;
    private const double Forgetting = 0.9;

    // Up to this a path may lose by itself; at low rates more, where a single queue's behaviour weighs heavier.
    private const double InherentLoss = 0.15;
    private const double InherentLossKilobits = 75;

    // With a full queue on it, what a path loses is hardly its own doing.
    private const double InherentLossWithQueue = 0.05;

    // Of two capacities that explain the losses alike the higher is taken.
    private const double HigherRateBias = 0.01;

    // How much better a lower capacity must explain them, in units of log-likelihood. Losses that come in bursts are so many fewer events,
    // and by chance look like anything.
    private const double LeastEvidence = 2;

    // Beyond this loss nothing is worth sending much over, whatever the model says.
    private const double HeavyLoss = 0.15;
    private const double HeavyLossKilobits = 150;
    private const double MostAboveAcknowledged = 1.3;

    // When nothing at all got through for so long, the path was down, at whatever rate.
    private static readonly TimeSpan OutageLength = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan ObservationLength = TimeSpan.FromMilliseconds(250);

    private readonly Observation[] _observations = new Observation[Window];
    private int _count;
    private int _received;
    private int _lost;
    private int _runs;
    private long _bytes;
    private Instant? _begunAt;
    private Instant _lastSentAt;
    private int _lostInRun;
    private int _bytesInRun;
    private Instant _runBegunAt;
    private bool _hasQueue;

    /// <summary>The limit; <see cref="Bitrate.Unlimited"/> while losses give no reason for one.</summary>
    public Bitrate Limit { get; private set; } = Bitrate.Unlimited;

    /// <summary>Share of packets lost over the last five seconds or so, the latest counting most, 0-1.</summary>
    public double AverageLoss { get; private set; }

    /// <summary>Share of packets lost over the last second or so, 0-1.</summary>
    public double RecentLoss { get; private set; }

    public void OnPacket(in SentPacket packet, PacketFate fate)
    {
        switch (fate)
        {
            case PacketFate.Lost:
                if (_lostInRun == 0) _runBegunAt = packet.SentAt;
                _lostInRun++;
                _bytesInRun += packet.Size;
                return;
            case PacketFate.ReceivedLate when _lostInRun > 0:
                _lostInRun--;
                break;
            case PacketFate.ReceivedLate:
                // It may have been counted as lost in an earlier observation, for which it is too late.
                if (_lost > 0) (_lost, _received) = (_lost - 1, _received + 1);
                return;
        }

        EndRun(packet.SentAt);
        _received++;
        _begunAt ??= packet.SentAt;
        _bytes += packet.Size;
        _lastSentAt = Instant.Max(_lastSentAt, packet.SentAt);
    }

    /// <summary>Once enough packets are known of: looks again for the capacity that explains best what was lost.</summary>
    /// <param name="delayBased">The delay-based estimate: more is of no use.</param>
    /// <param name="acknowledged">What gets through now.</param>
    /// <param name="hasQueue">Packets wait notably on the path.</param>
    public void Update(Bitrate delayBased, Bitrate? acknowledged, bool hasQueue = false)
    {
        _hasQueue = hasQueue;
        if (!TryCompleteObservation()) return;
        AverageLoss = MeasureLoss(Window);
        RecentLoss = MeasureLoss(RecentObservations);
        if (_count < LeastObservations) return;
        if (AverageLoss < 0.005)
        {
            Limit = Bitrate.Unlimited;
            return;
        }

        var current = Bitrate.Min(Limit, delayBased).Kilobits;
        var ceiling = delayBased.Kilobits;
        if (Limit < delayBased && acknowledged is { } rate) ceiling = Math.Min(ceiling, Math.Max(current, rate.Kilobits * MostAboveAcknowledged));
        var best = Math.Clamp(current, 1, Math.Max(1, ceiling));
        var bestScore = Score(best) + LeastEvidence * MeanBurst();
        Span<double> candidates = [ceiling, current * 1.02, current * 0.95, current * 0.85, acknowledged?.Kilobits ?? current];
        foreach (var candidate in candidates)
        {
            var capacity = Math.Clamp(candidate, 1, Math.Max(1, ceiling));
            var score = Score(capacity) + (capacity > current ? LeastEvidence * MeanBurst() : 0);
            if (score <= bestScore) continue;
            (best, bestScore) = (capacity, score);
        }

        if (AverageLoss > HeavyLoss) best = Math.Min(best, HeavyLossKilobits / (AverageLoss - HeavyLoss));
        Limit = best >= delayBased.Kilobits * 0.999 ? Bitrate.Unlimited : Bitrate.FromKilobits(best);
    }

    private void EndRun(Instant sentAt)
    {
        if (_lostInRun > 0 && sentAt - _runBegunAt >= OutageLength)
        {
            _begunAt = null;
            (_received, _lost, _runs, _bytes) = (0, 0, 0, 0);
        }
        else
        {
            _lost += _lostInRun;
            if (_lostInRun > 0) _runs++;
            _bytes += _bytesInRun;
        }

        (_lostInRun, _bytesInRun) = (0, 0);
    }

    private bool TryCompleteObservation()
    {
        if (_begunAt is not { } begun || _lastSentAt - begun < ObservationLength || _received + _lost == 0) return false;
        var rate = Bitrate.Of(_bytes, _lastSentAt - begun).Kilobits;
        _observations[_count % Window] = new Observation(_received, _lost, _runs, Math.Max(rate, 1));
        _count++;
        (_received, _lost, _runs, _bytes, _begunAt) = (0, 0, 0, 0, _lastSentAt);
        return true;
    }

    private double MeasureLoss(int observations)
    {
        double lost = 0;
        double all = 0;
        for (var age = 0; age < Math.Min(_count, observations); age++)
        {
            var (weight, observation) = Past(age);
            lost += weight * observation.Lost;
            all += weight * (observation.Lost + observation.Received);
        }

        return all > 0 ? lost / all : 0;
    }

    private double MeanBurst()
    {
        double lost = 0;
        double runs = 0;
        for (var age = 0; age < Math.Min(_count, Window); age++)
        {
            var (weight, observation) = Past(age);
            lost += weight * observation.Lost;
            runs += weight * observation.Runs;
        }

        return runs > 0 ? Math.Max(1, lost / runs) : 1;
    }

    private (double Weight, Observation Observation) Past(int age) => (Math.Pow(Forgetting, age), _observations[(_count - 1 - age) % Window]);

    /// <summary>The log-likelihood of what was observed if this were the capacity, with the inherent loss that suits it best.</summary>
    private double Score(double capacity)
    {
        var (low, high) = (0.0, _hasQueue ? InherentLossWithQueue : Math.Min(0.5, InherentLoss + InherentLossKilobits / capacity));

        // The likelihood is concave in the inherent loss: its maximum is where the derivative changes its sign.
        for (var step = 0; step < 10; step++)
        {
            var middle = (low + high) / 2;
            if (Likelihood(capacity, middle, out _) > 0) low = middle;
            else high = middle;
        }

        Likelihood(capacity, (low + high) / 2, out var score);
        return score;
    }

    private double Likelihood(double capacity, double inherent, out double logarithm)
    {
        double derivative = 0;
        double packets = 0;
        logarithm = 0;
        for (var age = 0; age < Math.Min(_count, Window); age++)
        {
            var (weight, observation) = Past(age);
            var excess = Math.Max(0, 1 - capacity / observation.Rate);
            var loss = Math.Clamp(inherent + (1 - inherent) * excess, 1e-4, 1 - 1e-4);
            logarithm += weight * (observation.Lost * Math.Log(loss) + observation.Received * Math.Log(1 - loss));
            derivative += weight * (1 - excess) * (observation.Lost / loss - observation.Received / (1 - loss));
            packets += weight * (observation.Lost + observation.Received);
        }

        logarithm += packets * HigherRateBias * Math.Log(capacity);
        return derivative;
    }

    /// <param name="Received">Packets.</param>
    /// <param name="Lost">Packets.</param>
    /// <param name="Runs">In so many runs, with packets between them that arrived.</param>
    /// <param name="Rate">Kilobits a second at which they were sent.</param>
    private readonly record struct Observation(int Received, int Lost, int Runs, double Rate);
}
