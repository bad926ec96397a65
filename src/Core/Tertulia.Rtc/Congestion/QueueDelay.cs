using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Congestion;

/// <summary>
/// How long packets queue on the path: their one-way delay beyond the least of the last ten to twenty seconds, so that the two clocks
/// need not agree. Of each feedback message the least delayed packet counts: jitter holds up some packets, a queue all.
/// </summary>
internal sealed class QueueDelay
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private TimeSpan? _inMessage;
    private TimeSpan? _current;
    private TimeSpan? _previous;
    private Instant _periodEnd = Instant.Zero;

    /// <summary>As of the last message.</summary>
    public TimeSpan Value { get; private set; }

    public void Add(Instant sentAt, TimeSpan arrival)
    {
        var delay = arrival - (sentAt - Instant.Zero);
        if (_inMessage is not { } least || delay < least) _inMessage = delay;
    }

    /// <summary>The message ends here.</summary>
    public void Complete(Instant now)
    {
        if (_inMessage is not { } delay) return;
        _inMessage = null;
        if (now >= _periodEnd) (_previous, _current, _periodEnd) = (_current, null, now + Period);
        if (_current is not { } least || delay < least) _current = delay;
        Value = delay - (_previous < _current ? _previous.Value : _current.Value);
    }

    /// <summary>One of the clocks leapt.</summary>
    public void Reset() => (_inMessage, _current, _previous, Value) = (null, null, null, TimeSpan.Zero);
}
