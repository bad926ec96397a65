using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Congestion;

/// <summary>
/// Groups packets that left within 5 ms, or that the path delivered as one burst, and measures from group to group how much
/// longer they took (draft-ietf-rmcat-gcc-02 section 5.2): single packets are too noisy.
/// </summary>
internal sealed class InterArrival
{
    private const double LeapMilliseconds = 3000;

    private static readonly TimeSpan GroupLength = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MaxBurstLength = TimeSpan.FromMilliseconds(100);

    private Group _previous;
    private Group _current;

    /// <summary>Takes a received packet. True when it began a new group, and so two complete ones can be compared.</summary>
    /// <param name="sentAt">On our clock.</param>
    /// <param name="arrival">On the receiver's clock.</param>
    /// <param name="sendDelta">Milliseconds between the two groups' departures.</param>
    /// <param name="arrivalDelta">Milliseconds between their arrivals.</param>
    public bool TryAdd(Instant sentAt, TimeSpan arrival, out double sendDelta, out double arrivalDelta)
    {
        (sendDelta, arrivalDelta) = (0, 0);
        if (!_current.Exists)
        {
            _current = new Group(sentAt, arrival);
            return false;
        }

        // Overtaken by a later group.
        if (sentAt < _current.FirstSent) return false;

        if (BelongsToCurrent(sentAt, arrival))
        {
            _current.LastSent = Instant.Max(_current.LastSent, sentAt);
            if (arrival > _current.LastArrival) _current.LastArrival = arrival;
            return false;
        }

        var comparable = _previous.Exists;
        if (comparable)
        {
            sendDelta = (_current.LastSent - _previous.LastSent).TotalMilliseconds;
            arrivalDelta = (_current.LastArrival - _previous.LastArrival).TotalMilliseconds;
        }

        _previous = _current;
        _current = new Group(sentAt, arrival);
        if (Math.Abs(arrivalDelta - sendDelta) < LeapMilliseconds) return comparable;

        // One of the clocks leapt.
        Reset();
        return false;
    }

    public void Reset() => (_previous, _current) = (default, default);

    private bool BelongsToCurrent(Instant sentAt, TimeSpan arrival)
    {
        if (sentAt - _current.FirstSent <= GroupLength) return true;

        // Held back somewhere and let go at once: the second came after the first by less than it was sent after it.
        var gap = arrival - _current.LastArrival;
        return gap < sentAt - _current.LastSent && gap <= GroupLength && arrival - _current.FirstArrival < MaxBurstLength;
    }

    private struct Group(Instant sentAt, TimeSpan arrival)
    {
        public readonly bool Exists = true;
        public readonly Instant FirstSent = sentAt;
        public readonly TimeSpan FirstArrival = arrival;
        public Instant LastSent = sentAt;
        public TimeSpan LastArrival = arrival;
    }
}
