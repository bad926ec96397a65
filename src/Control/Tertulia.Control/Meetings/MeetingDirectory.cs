using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tertulia.Contracts.Events;
using Tertulia.Control.Accounts;
using Tertulia.Control.Events;
using Tertulia.Control.Meetings.Media;
using Tertulia.Storage;
using Node = Tertulia.MediaNode.MediaNode;

namespace Tertulia.Control.Meetings;

/// <summary>The meetings of this server: in memory while anybody is or may soon be in them, else only in the database.</summary>
public sealed class MeetingDirectory
{
    private readonly MeetingServices _services;
    private readonly ConcurrentDictionary<string, Lazy<Task<Meeting?>>> _live = new();
    private volatile bool _draining;

    public MeetingDirectory(
        MeetingStore meetings, ChatStore chat, AttendanceStore attendance, MeetingEvents events, MeetingTokens tokens, Node media,
        MeetingOptions options, TimeProvider time, ILogger<MeetingDirectory> log, TranscriptStore? transcripts = null, ITranscriber? transcriber = null,
        IRecordingDesk? recordings = null,
        IBroadcastDesk? broadcasts = null)
        : this(new MeetingServices(
            meetings, chat, attendance, events, tokens, meetingId => new RoomMedia(media.OpenRoom(meetingId, media.ServicePortOf(meetingId))), media.Turn, options, time, log,
            transcripts, transcriber, recordings, broadcasts))
    {
    }

    internal MeetingDirectory(MeetingServices services) => _services = services;

    /// <summary>Participants in all meetings now.</summary>
    public int ParticipantCount => Live.Sum(meeting => meeting.ParticipantCount);

    public int MeetingCount => Live.Count(meeting => meeting.ParticipantCount > 0);

    private IEnumerable<Meeting> Live => _live.Values
        .Where(entry => entry.IsValueCreated && entry.Value.IsCompletedSuccessfully).Select(entry => entry.Value.Result).OfType<Meeting>();

    /// <summary>The meeting, loaded if need be; null if there is none with this id or it has ended.</summary>
    public async ValueTask<Meeting?> GetAsync(string meetingId, CancellationToken cancellation = default)
    {
        var entry = _live.GetOrAdd(meetingId, id =>
        {
            Lazy<Task<Meeting?>> self = null!;
            self = new Lazy<Task<Meeting?>>(() => LoadAsync(id, () => _live.TryRemove(KeyValuePair.Create(id, self))));
            return self;
        });
        Meeting? meeting = null;
        try
        {
            meeting = await entry.Value.WaitAsync(cancellation);
            return meeting;
        }
        finally
        {
            // Ids are guessed at and databases fail: what did not become a meeting leaves nothing behind.
            if (meeting is null && entry.Value.IsCompleted && entry.Value is not { IsCompletedSuccessfully: true, Result: not null })
                _live.TryRemove(KeyValuePair.Create(meetingId, entry));
        }
    }

    /// <summary>The meeting if it is in memory.</summary>
    public Meeting? FindLive(string meetingId) =>
        _live.TryGetValue(meetingId, out var entry) && entry is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result: var meeting } }
            ? meeting
            : null;

    /// <summary>Keeps a place for somebody who is about to open a socket. Two who want the last place do not both get it.</summary>
    public async Task<AdmissionResult> AdmitAsync(AdmissionRequest request, CancellationToken cancellation = default)
    {
        while (!_draining)
        {
            if (await GetAsync(request.Claims.MeetingId, cancellation) is not { } meeting)
            {
                var record = await _services.Meetings.FindAsync(request.Claims.MeetingId, cancellation);
                return new(record is null ? AdmissionOutcome.UnknownMeeting : AdmissionOutcome.MeetingEnded);
            }
            try
            {
                return await meeting.AdmitAsync(request);
            }
            catch (MeetingClosedException)
            {
                // It went out of memory in this moment; the next round loads it again.
                await meeting.Closed.WaitAsync(cancellation);
            }
        }
        return new(AdmissionOutcome.Draining);
    }

    /// <summary>
    /// Listens to a meeting from how things stand now (<see cref="MeetingSnapshot"/>, the first event) without a gap; null if there is
    /// none with this id or it has ended.
    /// </summary>
    public async Task<EventSubscription?> ObserveAsync(
        string meetingId, int capacity = MeetingEvents.UsualCapacity, CancellationToken cancellation = default)
    {
        while (await GetAsync(meetingId, cancellation) is { } meeting)
        {
            if (await meeting.ObserveAsync(capacity) is { } subscription) return subscription;
            await meeting.Closed.WaitAsync(cancellation);
        }
        return null;
    }

    /// <summary>Ends a meeting for good; false if there is none with this id or it had ended before.</summary>
    public async Task<bool> EndAsync(string meetingId, string reason, CancellationToken cancellation = default)
    {
        while (await GetAsync(meetingId, cancellation) is { } meeting)
        {
            if (await meeting.EndAsync(reason)) return true;
            await meeting.Closed.WaitAsync(cancellation);
        }
        return false;
    }

    /// <summary>The server stops: nobody is let in any more, and everyone is asked to come back. Meetings stay open.</summary>
    public async Task DrainAsync()
    {
        _draining = true;
        await Task.WhenAll(Live.Select(meeting => meeting.DrainAsync()));
    }

    private async Task<Meeting?> LoadAsync(string meetingId, Action forget)
    {
        var record = await _services.Meetings.FindAsync(meetingId);
        return record is null or { EndedAt: not null } ? null : await Meeting.LoadAsync(record, _services, forget);
    }
}
