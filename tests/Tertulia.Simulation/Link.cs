using Tertulia.Rtc.Net;

namespace Tertulia.Simulation;

/// <summary>What one direction of a network path does to datagrams; may be changed while a simulation runs.</summary>
public sealed class LinkConditions
{
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Added to each delay, uniform from 0 to this. Datagrams may overtake each other by it.</summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>Nothing overtakes: a datagram that is delayed holds up those behind it, as radio links do.</summary>
    public bool KeepsOrder { get; set; }

    /// <summary>0-1: share of datagrams that come <see cref="ReorderDelay"/> later than they would, behind others.</summary>
    public double Reordering { get; set; }

    public TimeSpan ReorderDelay { get; set; } = TimeSpan.FromMilliseconds(15);

    /// <summary>0-1, each datagram by itself.</summary>
    public double Loss { get; set; }

    /// <summary>0-1, each datagram by itself.</summary>
    public double Duplication { get; set; }

    /// <summary>Mean length of loss bursts in datagrams; above 1 losses come in bursts of the same overall rate (Gilbert model).</summary>
    public double BurstLength { get; set; } = 1;

    /// <summary>Bits a second; null without limit.</summary>
    public long? BitsPerSecond { get; set; }

    /// <summary>What waits longer than this at a rate-limited link is dropped at its tail.</summary>
    public TimeSpan QueueLimit { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Nothing gets through.</summary>
    public bool IsDown { get; set; }
}

/// <summary>One direction of a path: decides when a datagram arrives, if at all.</summary>
public sealed class Link(LinkConditions conditions, SeededEntropy entropy)
{
    internal const int UdpIpOverhead = 28;

    private Instant _busyUntil = Instant.Zero;
    private Instant _lastArrival = Instant.Zero;
    private bool _inBurst;

    public LinkConditions Conditions { get; } = conditions;

    public long Sent { get; private set; }

    public long Lost { get; private set; }

    public long BytesSent { get; private set; }

    /// <summary>Bytes, with UDP and IP headers, that were not lost.</summary>
    public long BytesDelivered { get; private set; }

    /// <summary>How long a datagram sent now would wait for those before it.</summary>
    public TimeSpan QueueAt(Instant now) => _busyUntil > now ? _busyUntil - now : TimeSpan.Zero;

    /// <summary>Arrival times of the copies of one datagram, none when it is lost.</summary>
    public int Transmit(Instant now, int size, Span<Instant> arrivals)
    {
        Sent++;
        BytesSent += size;
        if (Conditions.IsDown || IsLost()) return Lose();

        var departure = now;
        if (Conditions.BitsPerSecond is { } rate)
        {
            var start = Instant.Max(now, _busyUntil);
            if (start - now > Conditions.QueueLimit) return Lose();
            departure = _busyUntil = start + TimeSpan.FromSeconds((size + UdpIpOverhead) * 8.0 / rate);
        }

        BytesDelivered += size + UdpIpOverhead;
        arrivals[0] = Arrival(departure);
        if (Conditions.Duplication == 0 || entropy.NextDouble() >= Conditions.Duplication) return 1;
        arrivals[1] = Arrival(departure);
        return 2;
    }

    private Instant Arrival(Instant departure)
    {
        var arrival = departure + Conditions.Delay + Conditions.Jitter * entropy.NextDouble();
        if (Conditions.KeepsOrder) arrival = _lastArrival = Instant.Max(arrival, _lastArrival);
        if (Conditions.Reordering > 0 && entropy.NextDouble() < Conditions.Reordering) arrival += Conditions.ReorderDelay;
        return arrival;
    }

    private int Lose()
    {
        Lost++;
        return 0;
    }

    private bool IsLost()
    {
        if (Conditions.Loss <= 0) return false;
        if (Conditions.BurstLength <= 1) return entropy.NextDouble() < Conditions.Loss;

        var leave = 1 / Conditions.BurstLength;
        var enter = leave * Conditions.Loss / (1 - Conditions.Loss);
        _inBurst = _inBurst ? entropy.NextDouble() >= leave : entropy.NextDouble() < enter;
        return _inBurst;
    }
}
