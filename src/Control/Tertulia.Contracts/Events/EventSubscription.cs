using System.Threading.Channels;

namespace Tertulia.Contracts.Events;

/// <summary>
/// One listener's queue. Whoever tells never waits for it: what does not fit is counted in <see cref="Missed"/>, and the listener
/// may observe anew to see how things stand.
/// </summary>
public sealed class EventSubscription : IDisposable
{
    private readonly Channel<MeetingEvent> _queue;
    private readonly Action<EventSubscription> _forget;
    private long _missed;

    internal EventSubscription(string? meetingId, int capacity, Action<EventSubscription> forget)
    {
        MeetingId = meetingId;
        _forget = forget;
        _queue = Channel.CreateBounded<MeetingEvent>(new BoundedChannelOptions(capacity) { SingleReader = true });
    }

    /// <summary>The one meeting that is listened to; null: all.</summary>
    public string? MeetingId { get; }

    /// <summary>In the order in which it happened. Completes when the subscription is disposed.</summary>
    public ChannelReader<MeetingEvent> Events => _queue.Reader;

    public long Missed => Interlocked.Read(ref _missed);

    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _forget(this);
    }

    internal void Tell(MeetingEvent happened)
    {
        if (!_queue.Writer.TryWrite(happened)) Interlocked.Increment(ref _missed);
    }
}
