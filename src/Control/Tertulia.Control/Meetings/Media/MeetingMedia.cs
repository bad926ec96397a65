using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Tertulia.Sfu;

namespace Tertulia.Control.Meetings.Media;

/// <summary>
/// The meeting's room: opened for the first participant, closed after the last, so that an empty meeting costs the media
/// node nothing. What the room reports is handed to the meeting in batches.
/// </summary>
internal sealed class MeetingMedia(string meetingId, OpenMedia open, ILogger log) : IAsyncDisposable
{
    private IMeetingMedia? _room;

    /// <summary>Takes what a room reported; set by the meeting before anybody joins.</summary>
    public Func<IReadOnlyList<RoomEvent>, Task> OnEvents { get; set; } = _ => Task.CompletedTask;

    /// <summary>A room was opened, the first or another one.</summary>
    public Action<IMeetingMedia> OnOpened { get; set; } = _ => { };

    /// <summary>The room broke down: its participants are in no room any more.</summary>
    public Func<Task> OnLost { get; set; } = () => Task.CompletedTask;

    /// <summary>The room, opened if need be.</summary>
    public IMeetingMedia Room
    {
        get
        {
            if (_room is not null) return _room;
            _room = open(meetingId);
            _ = PumpAsync(_room);
            OnOpened(_room);
            return _room;
        }
    }

    /// <summary>The room in use; null while nobody is in the meeting.</summary>
    public IMeetingMedia? Current => _room;

    public async ValueTask CloseAsync()
    {
        var room = _room;
        _room = null;
        if (room is null) return;
        try
        {
            await room.DisposeAsync();
        }
        catch (Exception error)
        {
            log.LogError(error, "Room {MeetingId} did not close", meetingId);
        }
    }

    public ValueTask DisposeAsync() => CloseAsync();

    private async Task PumpAsync(IMeetingMedia room)
    {
        try
        {
            await ReadEventsAsync(room);
            if (Interlocked.CompareExchange(ref _room, null, room) == room) await OnLost();
        }
        catch (MeetingClosedException)
        {
        }
        catch (Exception error)
        {
            log.LogError(error, "Room {MeetingId} is no longer followed", meetingId);
        }
    }

    private async Task ReadEventsAsync(IMeetingMedia room)
    {
        try
        {
            while (await room.Events.WaitToReadAsync())
            {
                var batch = new List<RoomEvent>();
                while (batch.Count < 256 && room.Events.TryRead(out var happened)) batch.Add(happened);
                // What a former room still had to say is about connections that are no more.
                if (room == _room) await OnEvents(batch);
            }
        }
        catch (Exception error) when (error is not MeetingClosedException)
        {
            log.LogError(error, "Room {MeetingId} broke down", meetingId);
        }
    }
}
