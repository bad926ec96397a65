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
    private Instant _lastInTimeAt;
    private int _packetsInTime;
    private int _bytesInTime;
    private int _packetsSent;
    private int _bytesSent;
    private int _lastSize;
    private TimeSpan _origin;
    private TimeSpan _firstArrival;
    private TimeSpan _lastArrival;
    private int _firstArrivedSize;
    private int _packetsReceived;
    private int _bytesReceived;
    private int _packetsReported;

    // Sums of when packets left and arrived, in milliseconds since the first did, for the line through them.
    private double _sent;
    private double _arrived;
    private double _sentSquared;
    private double _sentArrived;

    public byte Id { get; private set; }

    public Bitrate Target { get; private set; }

    /// <summary>Enough went at the rate; a frame that came in between does not count for it.</summary>
    public bool IsSent => _packetsInTime >= LeastPackets && _bytesInTime >= Target.BytesIn(Length);

    public bool IsReported => _packetsReported == _packetsSent;

    public Instant LastSentAt => _lastSentAt;

    /// <summary>It arrived slower than it was sent, as <see cref="Measure"/> found.</summary>
    public bool FilledPath { get; private set; }

    /// <summary>When the next packet is due.</summary>
    public Instant NextDue
    {
        get
        {
            var due = _begunAt + Target.TimeFor(_bytesInTime);
            return _packetsInTime == 0 ? due : Instant.Max(due, _lastInTimeAt + Step);
        }
    }

    public void Begin(Instant now, Bitrate target)
    {
        Id = (byte)(Id % byte.MaxValue + 1);
        Target = target;
        _begunAt = now;
        (_packetsInTime, _bytesInTime, _packetsSent, _bytesSent) = (0, 0, 0, 0);
        (_packetsReceived, _bytesReceived, _packetsReported) = (0, 0, 0);
        (_sent, _arrived, _sentSquared, _sentArrived) = (0, 0, 0, 0);
    }

    /// <summary>True when the rate asks for another packet now: those of one step leave together.</summary>
    public bool IsDue(Instant now) =>
        _packetsInTime == 0 || now >= NextDue || (_lastInTimeAt == now && now >= _begunAt + Target.TimeFor(_bytesInTime));

    public void OnSent(Instant now, int size)
    {
        if (IsDue(now))
        {
            _lastInTimeAt = now;
            _packetsInTime++;
            _bytesInTime += size;
        }

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
        if (_packetsReceived == 0) _origin = arrival;
        if (_packetsReceived == 0 || arrival < _firstArrival) (_firstArrival, _firstArrivedSize) = (arrival, packet.Size);
        if (_packetsReceived == 0 || arrival > _lastArrival) _lastArrival = arrival;
        _packetsReceived++;
        _bytesReceived += packet.Size;
        var (left, came) = ((packet.SentAt - _firstSentAt).TotalMilliseconds, (arrival - _origin).TotalMilliseconds);
        _sent += left;
        _arrived += came;
        _sentSquared += left * left;
        _sentArrived += left * came;
    }

    /// <summary>The rate that the path has shown to take; null when too few packets arrived to tell.</summary>
    public Bitrate? Measure()
    {
        if (_packetsReceived < LeastPackets || _packetsReceived < LeastReceived * _packetsSent || _lastSentAt <= _firstSentAt) return null;
        var sent = Bitrate.Of(_bytesSent - _lastSize, _lastSentAt - _firstSentAt);
        var stretch = _packetsInTime == _packetsSent ? Slope() : sent / Bitrate.Of(_bytesReceived - _firstArrivedSize, _lastArrival - _firstArrival);
        if (stretch is not { } factor || factor < 1 / MostSpeedup) return null;
        var received = sent * (1 / factor);
        FilledPath = received < sent * Saturated;
        return FilledPath ? received * Utilization : Bitrate.Min(sent, received);
    }

    // How much longer the packets took to arrive than to leave, by a line through all of them: first and last alone would be as wrong as
    // the path's jitter is large. With a frame in between they do not lie on a line.
    private double? Slope()
    {
        var variance = _sentSquared - _sent * _sent / _packetsReceived;
        return variance > 0 ? (_sentArrived - _sent * _arrived / _packetsReceived) / variance : null;
    }
}
