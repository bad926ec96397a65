using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Congestion;

/// <summary>A short run of packets at a chosen rate, and how they arrived.</summary>
internal sealed class ProbeCluster
{
    private const int LeastPackets = 5;
    private const double LeastReceived = 0.8;

    // Faster in than out: something on the way held the packets back and let them go together.
    private const double MostSpeedup = 2;

    // Arriving slower than sent, the cluster filled the path: a little less leaves no queue.
    private const double Saturated = 0.9;
    private const double Utilization = 0.95;

    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(20);

    // Timers are not finer than this anyway, and bursts of it do not hurt.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(2);

    private Instant _begunAt;
    private Instant _firstSentAt;
    private Instant _lastSentAt;
    private int _packetsSent;
    private int _bytesSent;
    private int _lastSize;
    private TimeSpan _firstArrival;
    private TimeSpan _lastArrival;
    private int _firstArrivedSize;
    private int _packetsReceived;
    private int _bytesReceived;
    private int _packetsReported;

    public byte Id { get; private set; }

    public Bitrate Target { get; private set; }

    public bool IsSent => _packetsSent >= LeastPackets && _bytesSent >= Target.BytesIn(Length);

    public bool IsReported => _packetsReported == _packetsSent;

    public Instant LastSentAt => _lastSentAt;

    /// <summary>When the next packet is due.</summary>
    public Instant NextDue
    {
        get
        {
            var due = _begunAt + Target.TimeFor(_bytesSent);
            return _packetsSent == 0 ? due : Instant.Max(due, _lastSentAt + Step);
        }
    }

    public void Begin(Instant now, Bitrate target)
    {
        Id = (byte)(Id % byte.MaxValue + 1);
        Target = target;
        _begunAt = now;
        (_packetsSent, _bytesSent, _packetsReceived, _bytesReceived, _packetsReported) = (0, 0, 0, 0, 0);
    }

    /// <summary>True when the rate asks for another packet now: those of one step leave together.</summary>
    public bool IsDue(Instant now) =>
        _packetsSent == 0 || now >= NextDue || (_lastSentAt == now && now >= _begunAt + Target.TimeFor(_bytesSent));

    public void OnSent(Instant now, int size)
    {
        if (_packetsSent == 0) _firstSentAt = now;
        _lastSentAt = now;
        _lastSize = size;
        _packetsSent++;
        _bytesSent += size;
    }

    public void OnReported(in SentPacket packet, bool received, TimeSpan arrival)
    {
        if (packet.Cluster != Id) return;
        _packetsReported++;
        if (!received) return;
        if (_packetsReceived == 0 || arrival < _firstArrival) (_firstArrival, _firstArrivedSize) = (arrival, packet.Size);
        if (_packetsReceived == 0 || arrival > _lastArrival) _lastArrival = arrival;
        _packetsReceived++;
        _bytesReceived += packet.Size;
    }

    /// <summary>The rate that the path has shown to take; null when too few packets arrived to tell.</summary>
    public Bitrate? Measure()
    {
        if (_packetsReceived < LeastPackets || _packetsReceived < LeastReceived * _packetsSent) return null;
        var (sendSpan, arrivalSpan) = (_lastSentAt - _firstSentAt, _lastArrival - _firstArrival);
        if (sendSpan <= TimeSpan.Zero || arrivalSpan <= TimeSpan.Zero) return null;
        var sent = Bitrate.Of(_bytesSent - _lastSize, sendSpan);
        var received = Bitrate.Of(_bytesReceived - _firstArrivedSize, arrivalSpan);
        if (received > sent * MostSpeedup) return null;
        return received < sent * Saturated ? received * Utilization : Bitrate.Min(sent, received);
    }
}
