using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Congestion;

/// <summary>
/// Decides when to probe the path for more than is sent, and how fast: at the start, again as long as each probe gets through, and
/// every few seconds while more could be used than the estimate allows.
/// </summary>
internal sealed class ProbeController
{
    private const double FirstFactor = 3;
    private const double Factor = 2;

    // A probe that gets that much of its rate through has not found the end of the path.
    private const double GotThrough = 0.7;

    // It is repeated only while the estimate keeps growing by it.
    private const double WorthRepeating = 1.15;

    // Nothing is learned for a demand by probing far beyond it.
    private const double AboveDemand = 1.25;

    // A picture of any use needs so much: smaller steps only take longer.
    private static readonly Bitrate LeastTarget = Bitrate.FromKilobits(300);

    // With 20 ms at twice the rate, padding takes no more than one percent.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(1);

    // Other traffic got in between, so that the probe told nothing.
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PauseAfterReduction = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ResultLimit = TimeSpan.FromSeconds(1);

    private readonly ProbeCluster _cluster = new();
    private State _state;
    private Instant _nextAt = Instant.Zero;
    private Instant _earliest = Instant.Zero;
    private double _factor = FirstFactor;
    private Bitrate _before;

    private enum State
    {
        Idle,
        Sending,
        Awaiting,
    }

    /// <summary>What packets sent now belong to; 0 for no probe.</summary>
    public byte ActiveCluster => _state == State.Sending ? _cluster.Id : (byte)0;

    /// <summary>No probe has told anything yet.</summary>
    public bool IsFirst { get; private set; } = true;

    public long Probes { get; private set; }

    /// <summary>The last probe with a result arrived slower than it was sent.</summary>
    public bool FilledPath => _cluster.FilledPath;

    /// <summary>When the next probe may begin, or the running one goes on.</summary>
    public Instant NextDeadline => _state switch
    {
        State.Sending => _cluster.NextDue,
        State.Awaiting => _cluster.LastSentAt + ResultLimit,
        _ => _nextAt,
    };

    /// <summary>True while a queue on the path may be the probe's own doing.</summary>
    public bool IsSettling(Instant now, TimeSpan roundTrip) => _cluster.Id != 0 && now < _cluster.LastSentAt + roundTrip + Settling;

    public bool IsIdle => _state == State.Idle;

    /// <summary>True when a padding packet should leave now.</summary>
    public bool WantsPadding(Instant now) => _state == State.Sending && _cluster.IsDue(now);

    public void TryBegin(Instant now, Bitrate estimate, Bitrate demand)
    {
        if (_state != State.Idle || now < _nextAt) return;
        _state = State.Sending;
        _earliest = now + LeastInterval;
        Probes++;
        _before = estimate;
        _cluster.Begin(now, Bitrate.Min(Bitrate.Max(estimate * _factor, LeastTarget), demand * AboveDemand));
    }

    public void OnPacketSent(Instant now, int size)
    {
        if (_state != State.Sending) return;
        _cluster.OnSent(now, size);
        if (_cluster.IsSent) _state = State.Awaiting;
    }

    public void OnReported(in SentPacket packet, bool received, TimeSpan arrival)
    {
        if (_state != State.Idle) _cluster.OnReported(packet, received, arrival);
    }

    /// <summary>Looks for the probe's result once feedback has gone past its last packet.</summary>
    /// <param name="now">Local time.</param>
    /// <param name="newestReported">When the newest packet that feedback told of was sent.</param>
    public Bitrate? TakeResult(Instant now, Instant newestReported)
    {
        if (_state != State.Awaiting || (!_cluster.IsReported && newestReported <= _cluster.LastSentAt)) return null;
        var result = _cluster.Measure();
        _state = State.Idle;
        var goOn = result >= _cluster.Target * GotThrough && result >= _before * WorthRepeating;
        _nextAt = goOn ? now : now + (result is null ? RetryInterval : Interval);
        if (result is not null) _factor = Factor;
        IsFirst &= result is null;
        return result;
    }

    public void HandleTimeout(Instant now)
    {
        if (_state == State.Idle || now < (_state == State.Sending ? _cluster.NextDue : _cluster.LastSentAt) + ResultLimit) return;
        _state = State.Idle;
        _nextAt = now + Interval;
    }

    /// <summary>The path is full for now.</summary>
    public void OnReduced(Instant now) => _nextAt = _earliest = Instant.Max(_nextAt, now + PauseAfterReduction);

    /// <summary>Much more could be made use of than before: somebody waits for the result.</summary>
    public void OnDemandRaised() => _nextAt = Instant.Min(_nextAt, _earliest);
}
