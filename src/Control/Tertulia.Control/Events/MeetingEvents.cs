using System.Collections.Concurrent;
using System.Collections.Immutable;
using Tertulia.Contracts.Events;
using Tertulia.Storage;

namespace Tertulia.Control.Events;

/// <summary>
/// What happens in meetings, for whoever in this process wants to know. Durable events are on disk before they are told;
/// nobody who listens can delay who tells.
/// </summary>
public sealed class MeetingEvents(EventStore store)
{
    public const int UsualCapacity = 4_096;

    private const string Everything = "";

    private readonly ConcurrentDictionary<string, ImmutableList<EventSubscription>> _listeners = new();

    /// <summary>Listens from now on. To begin with how things stand, use <see cref="Meetings.MeetingDirectory.ObserveAsync"/>.</summary>
    /// <param name="meetingId">Null: all meetings.</param>
    /// <param name="capacity">Events that may wait; what does not fit is counted as missed.</param>
    public EventSubscription Subscribe(string? meetingId = null, int capacity = UsualCapacity)
    {
        var subscription = new EventSubscription(meetingId, capacity, Forget);
        _listeners.AddOrUpdate(meetingId ?? Everything, _ => [subscription], (_, known) => known.Add(subscription));
        return subscription;
    }

    /// <summary>For what happens outside of a meeting's mailbox, such as a recording that is ready: stored if it is durable, then told.</summary>
    public async Task PublishAsync(MeetingEvent happened, CancellationToken cancellation = default)
    {
        if (happened.IsDurable) await store.AppendAsync(happened, cancellation);
        Tell(happened);
    }

    /// <summary>The same, unless an event of this type was published for the meeting since then: for what a crash may have left out.</summary>
    public async Task PublishOnceAsync(MeetingEvent happened, DateTimeOffset since, CancellationToken cancellation = default)
    {
        if (await store.AppendOnceAsync(happened, since, cancellation)) Tell(happened);
    }

    /// <summary>Tells what has been stored already, if it had to be.</summary>
    public void Tell(MeetingEvent happened)
    {
        if (_listeners.TryGetValue(happened.MeetingId, out var some)) some.ForEach(listener => listener.Tell(happened));
        if (_listeners.TryGetValue(Everything, out var all)) all.ForEach(listener => listener.Tell(happened));
    }

    private void Forget(EventSubscription subscription)
    {
        var key = subscription.MeetingId ?? Everything;
        while (_listeners.TryGetValue(key, out var known))
        {
            var rest = known.Remove(subscription);
            var done = rest.IsEmpty ? _listeners.TryRemove(KeyValuePair.Create(key, known)) : _listeners.TryUpdate(key, rest, known);
            if (done) return;
        }
    }
}
