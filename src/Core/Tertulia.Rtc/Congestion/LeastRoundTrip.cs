using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Congestion;

/// <summary>The shortest round trip of the last ten to twenty seconds: that of the path itself, without what queues on it.</summary>
internal sealed class LeastRoundTrip
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private TimeSpan? _current;
    private TimeSpan? _previous;
    private Instant _periodEnd = Instant.Zero;

    public TimeSpan? Value => _previous is { } previous && (_current is not { } current || previous < current) ? previous : _current;

    public void Add(Instant now, TimeSpan sample)
    {
        if (now >= _periodEnd) (_previous, _current, _periodEnd) = (_current, null, now + Period);
        if (_current is not { } least || sample < least) _current = sample;
    }
}
