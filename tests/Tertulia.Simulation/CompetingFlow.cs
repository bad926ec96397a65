using Tertulia.Rtc.Net;

namespace Tertulia.Simulation;

/// <summary>
/// A download that shares a line: always something to send, as much under way as its window allows, which grows by CUBIC (RFC 9438)
/// and falls at a loss. Fills whatever queue there is, as TCP does.
/// </summary>
public sealed class CompetingFlow(Link link, TimeSpan wayBack)
{
    private const int PacketSize = 1472;
    private const double Beta = 0.7;
    private const double Scale = 0.4;
    private const double LeastWindow = 2;

    private readonly PriorityQueue<bool, long> _answers = new();
    private double _window = 10;
    private double _windowAtLoss;
    private bool _slowStart = true;
    private Instant _epoch;
    private Instant _reducedAt;
    private Instant _lastAnswerAt;
    private TimeSpan _roundTrip = TimeSpan.FromMilliseconds(100);
    private int _underWay;

    public Instant StartsAt { get; init; } = Instant.Zero;

    public Instant EndsAt { get; init; } = Instant.Never;

    /// <summary>Bytes, with headers, that the line took.</summary>
    public long BytesDelivered { get; private set; }

    public Instant NextDeadline => _answers.TryPeek(out _, out var ticks) ? new Instant(ticks) : _underWay == 0 && _lastAnswerAt < EndsAt ? StartsAt : Instant.Never;

    public void Service(Instant now)
    {
        while (_answers.TryPeek(out var arrived, out var ticks) && ticks <= now.Ticks)
        {
            _answers.Dequeue();
            _underWay--;
            _lastAnswerAt = now;
            if (arrived) Grow(now);
            else Reduce(now);
        }

        if (now < StartsAt || now >= EndsAt) return;
        Span<Instant> arrivals = stackalloc Instant[2];
        for (; _underWay < (int)_window; _underWay++)
        {
            var arrived = link.Transmit(now, PacketSize, arrivals) > 0;

            // Three later answers tell of a loss: about a round trip after it.
            var answer = arrived ? arrivals[0] + wayBack : now + _roundTrip + link.QueueAt(now);
            if (arrived) (_roundTrip, BytesDelivered) = (answer - now, BytesDelivered + PacketSize + Link.UdpIpOverhead);
            _answers.Enqueue(arrived, answer.Ticks);
        }
    }

    private void Grow(Instant now)
    {
        if (_slowStart)
        {
            _window++;
            return;
        }

        var sinceLoss = (now - _epoch).TotalSeconds;
        var toPlateau = Math.Cbrt(_windowAtLoss * (1 - Beta) / Scale);
        var target = Scale * Math.Pow(sinceLoss - toPlateau, 3) + _windowAtLoss;

        // Never slower than Reno would be (RFC 9438 section 4.3).
        var reno = _windowAtLoss * Beta + 3 * (1 - Beta) / (1 + Beta) * sinceLoss / _roundTrip.TotalSeconds;
        _window = Math.Max(_window, Math.Min(Math.Max(target, reno), _window + 1));
    }

    private void Reduce(Instant now)
    {
        if (now - _reducedAt < _roundTrip) return;
        (_reducedAt, _epoch, _slowStart, _windowAtLoss) = (now, now, false, _window);
        _window = Math.Max(LeastWindow, _window * Beta);
    }
}
