using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;

namespace Tertulia.Rtc.Congestion;

/// <summary>
/// How much may be sent on one connection, after Google's congestion control (draft-ietf-rmcat-gcc-02; Carlucci et al., "Analysis
/// and design of the Google congestion control", 2016): the least of a delay-based and a loss-based estimate over transport-wide
/// feedback, measured upwards by probes. All rates count whole IP packets.
/// </summary>
public sealed class SendSideBandwidthEstimator
{
    /// <summary>Added to each datagram: IPv4 and UDP headers.</summary>
    public const int DatagramOverhead = 28;

    private const double ApplicationLimitedShare = 0.65;
    private const double TimeoutFactor = 0.8;
    private const double NotableChange = 0.05;
    private const double MostLossToProbe = 0.15;
    private const double MostAboveEstimate = 1.25;
    private const double ClearlyMore = 1.5;

    private static readonly TimeSpan FeedbackLimit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DefaultRoundTrip = TimeSpan.FromMilliseconds(100);

    // Less than this is jitter, however long it grows.
    private static readonly TimeSpan LeastQueue = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan NotableQueue = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan FullQueue = TimeSpan.FromMilliseconds(100);

    // A path that was full once is filled again by the next burst; after so long it may be another path.
    private static readonly TimeSpan NarrowMemory = TimeSpan.FromSeconds(60);

    // So long after the path was found full, losses and delays may still be of that.
    private static readonly TimeSpan CongestionMemory = TimeSpan.FromSeconds(2);

    private readonly BandwidthOptions _options;
    private readonly SentPacketHistory _history = new();
    private readonly RateMeter _sent = new();
    private readonly InterArrival _interArrival = new();
    private readonly TrendlineEstimator _trendline = new();
    private readonly OveruseDetector _detector = new();
    private readonly AcknowledgedBitrate _acknowledged = new();
    private readonly AimdRateControl _delayBased;
    private readonly LossBasedEstimator _lossBased = new();
    private readonly ReportedLossControl _reported;
    private readonly CongestionWindow _window = new();
    private readonly ProbeController _probes = new();
    private readonly LeastRoundTrip _leastRoundTrip = new();
    private readonly QueueDelay _queue = new();
    private FeedbackClock _clock;
    private Instant? _heardAt;
    private Instant _lastSentAt;
    private Bitrate _announced;
    private Bitrate _demand;
    private Instant? _fullAt;
    private BandwidthChangeReason _delayReason;

    public SendSideBandwidthEstimator(BandwidthOptions? options = null)
    {
        _options = options ?? BandwidthOptions.Default;
        _demand = _options.Demand;
        Estimate = _announced = _options.Start;
        LastChange = new BandwidthChange(Instant.Zero, Estimate, Estimate, BandwidthChangeReason.Start);
        _delayBased = new AimdRateControl(_options.Start, _options.Min, _options.Max);
        _reported = new ReportedLossControl(_options.Start, _options.Min, _options.Max);
    }

    /// <summary>What may be sent, retransmissions and padding included.</summary>
    public Bitrate Estimate { get; private set; }

    /// <summary>Why <see cref="Estimate"/> is what it is.</summary>
    public BandwidthChange LastChange { get; private set; }

    /// <summary>What could be made use of. While the estimate is lower the path is probed for more.</summary>
    public Bitrate Demand
    {
        get => _demand;
        set
        {
            if (value > _demand * ClearlyMore) _probes.OnDemandRaised();
            _demand = value;
        }
    }

    /// <summary>What gets through now; null while that is not known.</summary>
    public Bitrate? Acknowledged => _acknowledged.Rate;

    /// <summary>From the receiver's reports, else the time its feedback took; null before either.</summary>
    public TimeSpan? RoundTripTime { get; private set; }

    /// <summary>That of the path, without what queues on it; null before a report.</summary>
    public TimeSpan? LeastRoundTripTime => _leastRoundTrip.Value;

    /// <summary>Share of packets lost of late as transport-wide feedback tells, 0-1.</summary>
    public double Loss => _lossBased.AverageLoss;

    /// <summary>Probes begun.</summary>
    public long Probes => _probes.Probes;

    public Instant NextDeadline => Instant.Min(FeedbackDeadline, ProbeDeadline);

    /// <summary>The connection can send padding.</summary>
    internal bool CanProbe { get; set; }

    private Instant FeedbackDeadline =>
        _heardAt is { } heard && _history.OldestInFlight is { } oldest ? Instant.Max(heard, oldest) + FeedbackLimit : Instant.Never;

    private Instant ProbeDeadline => CanProbe && (!_probes.IsIdle || WantsProbe) ? _probes.NextDeadline : Instant.Never;

    private bool WantsProbe => CanProbe && Estimate < Demand && Estimate < _options.Max && _window.Factor >= 1
        && _detector.Usage != BandwidthUsage.Overuse && _lossBased.RecentLoss < MostLossToProbe;

    /// <summary>The path was found full of late: bursts will queue on it. Paths that never were are trusted with any burst.</summary>
    public bool IsPathNarrow(Instant now) => _fullAt is { } full && now - full < NarrowMemory;

    /// <summary>What was sent over the last half second.</summary>
    public Bitrate SentRate(Instant now) => _sent.Rate(now);

    /// <summary>How much less is sent than could be: then neither rates nor losses say much about the path.</summary>
    public bool IsApplicationLimited(Instant now) => _sent.Rate(now) < Estimate * ApplicationLimitedShare;

    /// <summary>The path is full, or was a moment ago: what is lost and late now says nothing about how it is otherwise.</summary>
    public bool IsCongested(Instant now) =>
        (_delayBased.ReducedAt is { } reduced && now - reduced < CongestionMemory) || _window.Factor < 1 || _sent.Rate(now) > Estimate * MostAboveEstimate;

    /// <param name="now">When it leaves.</param>
    /// <param name="transportSequence">Its transport-wide sequence number; null if it has none.</param>
    /// <param name="size">Bytes of the datagram.</param>
    public void OnPacketSent(Instant now, ushort? transportSequence, int size)
    {
        size += DatagramOverhead;
        _sent.Add(now, size);
        if (transportSequence is not { } sequence) return;
        _lastSentAt = now;
        _history.Add(now, sequence, size, _probes.ActiveCluster);
        _probes.OnPacketSent(now, size);
    }

    public void OnTransportFeedback(Instant now, in TransportFeedback feedback)
    {
        if (_heardAt is null) _delayBased.Set(now, Estimate);
        else if (now - _heardAt > StaleAfter) ForgetTrend();
        _heardAt = now;

        var offset = _clock.Unwrap(feedback);
        var newest = Instant.Zero;
        foreach (var status in feedback)
        {
            if (!_history.TryReport(status.SequenceNumber, status.Received, out var packet, out var fate)) continue;
            newest = Instant.Max(newest, packet.SentAt);
            _lossBased.OnPacket(packet, fate);
            if (fate != PacketFate.ReceivedLate) _probes.OnReported(packet, status.Received, status.Arrival + offset);
            if (status.Received) OnArrival(now, packet.SentAt, status.Arrival + offset, packet.Size);
        }

        if (newest == Instant.Zero) return;
        _queue.Complete(now);
        _window.OnResponse(now, now - newest);
        RoundTripTime ??= now - newest;
        UpdateDelayBased(now, newest);
        _lossBased.Update(_delayBased.Estimate, _acknowledged.Rate, _queue.Value >= FullQueue);
        _window.Update(Bitrate.Min(_delayBased.Estimate, _lossBased.Limit), _history.BytesInFlight);
        Publish(now);
    }

    /// <param name="now">When the report came.</param>
    /// <param name="loss">Share of packets lost since the last one, 0-1.</param>
    /// <param name="roundTrip">Null when the report does not tell.</param>
    public void OnReceiverReport(Instant now, double loss, TimeSpan? roundTrip)
    {
        RoundTripTime = roundTrip ?? RoundTripTime;
        if (roundTrip is { } sample) _leastRoundTrip.Add(now, sample);
        if (_heardAt is not null) return;
        PublishReported(now, _reported.OnReport(now, loss, RoundTripTime ?? DefaultRoundTrip, _sent.Rate(now)));
    }

    /// <summary>Takes the receiver's own estimate; of no matter once transport-wide feedback has come.</summary>
    public void OnRemb(Instant now, Bitrate estimate)
    {
        if (_heardAt is null) PublishReported(now, _reported.OnRemb(estimate));
    }

    public void HandleTimeout(Instant now)
    {
        _probes.HandleTimeout(now);
        if (now < FeedbackDeadline) return;
        if (_lastSentAt <= _heardAt) _history.AbandonFlight();
        _heardAt = now;
        _window.Update(_delayBased.Estimate, _history.BytesInFlight);
        _delayBased.Set(now, _delayBased.Estimate * TimeoutFactor);
        _delayReason = BandwidthChangeReason.FeedbackTimeout;
        Publish(now);
    }

    /// <summary>True while padding should leave now; the packet sent then is told by <see cref="OnPacketSent"/> as all others.</summary>
    internal bool WantsPadding(Instant now)
    {
        if (WantsProbe) _probes.TryBegin(now, Estimate, Bitrate.Min(Demand, _options.Max));
        return _probes.WantsPadding(now);
    }

    /// <summary>True once each time that the estimate has moved notably.</summary>
    internal bool TryTakeChange()
    {
        if (Math.Abs(Estimate / _announced - 1) < NotableChange) return false;
        _announced = Estimate;
        return true;
    }

    private void OnArrival(Instant now, Instant sentAt, TimeSpan arrival, int size)
    {
        _acknowledged.Add(sentAt, arrival, size);
        _queue.Add(sentAt, arrival);
        if (!_interArrival.TryAdd(sentAt, arrival, out var sendDelta, out var arrivalDelta)) return;
        var slope = _trendline.Update(arrivalDelta, sendDelta);
        _detector.Detect(now, slope, _trendline.Count, sendDelta);
    }

    private void UpdateDelayBased(Instant now, Instant newest)
    {
        var first = _probes.IsFirst;
        var probed = _probes.TakeResult(now, newest);
        if (probed is { } rate) NoteWidth(now, rate, _probes.FilledPath);
        var roundTrip = RoundTripTime ?? DefaultRoundTrip;
        var usage = _detector.Usage;
        if (usage == BandwidthUsage.Overuse && _queue.Value < LeastQueue) usage = BandwidthUsage.Normal;
        if (usage == BandwidthUsage.Overuse && _probes.IsSettling(now, roundTrip)) usage = BandwidthUsage.Underuse;
        if (usage != BandwidthUsage.Overuse && probed is { } measured && (first || measured > _delayBased.Estimate))
        {
            _delayBased.Set(now, measured);
            _delayReason = BandwidthChangeReason.Probe;
            return;
        }

        var reason = _delayBased.Update(now, usage, _acknowledged.Rate, roundTrip, IsApplicationLimited(now));
        if (reason == BandwidthChangeReason.Overuse)
        {
            if (_queue.Value >= NotableQueue) _fullAt = now;
            _probes.OnReduced(now);
        }

        _delayReason = reason ?? _delayReason;
    }

    // A probe that fills the path tells that it is narrow, one that passes much faster than bursts are paced that it is not.
    private void NoteWidth(Instant now, Bitrate probed, bool filled)
    {
        if (filled) _fullAt = now;
        else if (probed > Estimate * ClearlyMore) _fullAt = null;
    }

    private void ForgetTrend()
    {
        _interArrival.Reset();
        _trendline.Reset();
        _detector.Reset();
        _queue.Reset();
        _acknowledged.Reset();
    }

    private void Publish(Instant now)
    {
        var (target, reason) = (_delayBased.Estimate, _delayReason);
        if (_lossBased.Limit < target) (target, reason) = (_lossBased.Limit, BandwidthChangeReason.Loss);
        if (_window.Factor < 1) (target, reason) = (target * _window.Factor, BandwidthChangeReason.InFlight);
        if (reason is BandwidthChangeReason.Loss or BandwidthChangeReason.InFlight) _fullAt = now;

        // Whatever held the estimate down has let go of it.
        if (target > Estimate && reason != BandwidthChangeReason.Probe) reason = BandwidthChangeReason.Growth;
        Move(now, target, reason);
    }

    private void PublishReported(Instant now, BandwidthChangeReason reason) => Move(now, _reported.Estimate, reason);

    private void Move(Instant now, Bitrate target, BandwidthChangeReason reason)
    {
        target = target.Clamp(_options.Min, _options.Max);
        if (target == Estimate) return;
        LastChange = new BandwidthChange(now, Estimate, target, reason);
        Estimate = target;
    }
}
