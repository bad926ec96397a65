using Microsoft.Extensions.Logging;
using Tertulia.Control.Meetings.Media;
using Tertulia.Taps;

namespace Tertulia.Control.Meetings;

/// <summary>Who listens to a meeting's media, whichever room that is in: rooms come and go with the participants. Touched only from within the mailbox.</summary>
internal sealed class MeetingTaps(string meetingId, ILogger log)
{
    private readonly List<Listener> _listeners = [];

    public void OnRoomOpened(IMeetingMedia room)
    {
        foreach (var listener in _listeners) listener.Attachment = AttachAsync(room, listener);
    }

    /// <param name="room">The room in use; null while nobody is in the meeting.</param>
    public async ValueTask AddAsync(IMediaTap tap, TapOptions options, IMeetingMedia? room)
    {
        var listener = new Listener(tap, options);
        _listeners.Add(listener);
        if (room is null) return;
        listener.Attachment = AttachAsync(room, listener);
        await listener.Attachment;
    }

    /// <summary>Completes at once with a task that completes when the tap has heard the last of it.</summary>
    public Task Remove(IMediaTap tap)
    {
        if (_listeners.Find(one => one.Tap == tap) is not { } listener) return Task.CompletedTask;
        _listeners.Remove(listener);
        return DetachAsync(listener);
    }

    private static async Task DetachAsync(Listener listener)
    {
        if (listener.Attachment is { } attaching && await attaching is { } attached) await attached.DisposeAsync();
    }

    private async Task<IAsyncDisposable?> AttachAsync(IMeetingMedia room, Listener listener)
    {
        try
        {
            return await room.AttachTapAsync(listener.Tap, listener.Options);
        }
        catch (Exception error)
        {
            log.LogError(error, "Meeting {MeetingId} is not listened to", meetingId);
            return null;
        }
    }

    private sealed class Listener(IMediaTap tap, TapOptions options)
    {
        public IMediaTap Tap { get; } = tap;

        public TapOptions Options { get; } = options;

        public Task<IAsyncDisposable?>? Attachment { get; set; }
    }
}
