using Tertulia.Contracts.Events;
using Tertulia.Contracts.Rest;
using Tertulia.Contracts.Signaling;
using Tertulia.Sfu;
using Tertulia.Storage;
using Tertulia.Taps;

namespace Tertulia.Control.Meetings;

/// <summary>
/// One meeting while it is in memory: policy, roster, chat, and the way to its room. All that happens in it goes through its
/// mailbox, one piece of work after the other. Whether it lasts is decided by its record, not by this object.
/// </summary>
public sealed class Meeting
{
    private readonly MeetingContext _context;
    private readonly Action _forget;
    private readonly DisplayNames _names = new();
    private readonly MeetingDoor _door;
    private readonly ParticipantActions _actions;
    private readonly MessageDispatcher _dispatcher;
    private readonly Topology _topology;
    private IDisposable? _unloading;
    private volatile bool _ended;

    private Meeting(MeetingRecord record, MeetingServices services, Action forget)
    {
        _context = new MeetingContext(record, services);
        _forget = forget;
        var relay = new PeerRelay();
        var topology = new Topology(_context, relay);
        _topology = topology;
        var chat = new MeetingChat(_context);
        _actions = new ParticipantActions(_context);
        _door = new MeetingDoor(_context, relay, topology, chat, OnEmpty);
        _dispatcher = new MessageDispatcher(_context, _door, topology, chat, _actions, EndInsideAsync);
        var reports = new MediaReports(_context, topology, _actions);
        _context.Media.OnLost = () => _context.Mailbox.RunAsync(_door.OnRoomLostAsync);
        _context.Media.OnEvents = batch => _context.Mailbox.RunAsync(() => reports.TakeAsync(batch));
    }

    public string Id => _context.Id;

    /// <summary>Who is in the meeting now, places kept for broken connections included.</summary>
    public int ParticipantCount => _context.Roster.Count;

    /// <summary>Completes when this object has let go of the meeting: the directory has or makes another.</summary>
    internal Task Closed => _context.Mailbox.Completion;

    internal static async Task<Meeting> LoadAsync(MeetingRecord record, MeetingServices services, Action forget)
    {
        var meeting = new Meeting(record, services, forget);
        var past = await services.Attendance.ListAsync(record.Id, after: null, limit: 10_000);
        await meeting.DoAsync(() =>
        {
            foreach (var stay in past.Items)
            {
                meeting._names.Saw(stay.DisplayName);
                if (stay.Reason == LeaveReasons.Removed) meeting._door.Ban(stay.PeerId);
            }
            meeting.OnEmpty();
            return ValueTask.CompletedTask;
        });
        return meeting;
    }

    public Task<IReadOnlyList<ParticipantSnapshot>> GetParticipantsAsync() => AskAsync<IReadOnlyList<ParticipantSnapshot>>(
        () => new([.. _context.Roster.Sessions.Select(session => session.Snapshot())]), whenClosed: []);

    /// <summary>Removes a participant, who cannot come back with the same token. False if there is no such participant.</summary>
    public Task<bool> RemoveAsync(string peerId) => WithParticipantAsync(peerId, _dispatcher.RemoveAsync);

    /// <summary>Mutes a source at the server and tells the participant. False if there is no such participant.</summary>
    public Task<bool> MuteAsync(string peerId, TrackSource source) =>
        WithParticipantAsync(peerId, session => _actions.MuteAsync(session, source, by: null));

    /// <summary>What a participant gets of the meeting, and why it is not more; null if there is no such participant.</summary>
    public Task<ParticipantQualityView?> GetQualityAsync(string peerId) => AskAsync(
        async () => _context.Roster.Find(peerId) is { } session && await _context.Media.Room.DescribeQualityAsync(session.Id) is { } report
            ? QualityViews.Of(peerId, _context.Now, report)
            : null,
        whenClosed: null);

    /// <summary>A display name for somebody who gave none: "Guest 1", never the same twice in a meeting.</summary>
    public Task<string> ReserveDisplayNameAsync() => AskAsync(() => new(_names.Invent()), whenClosed: "Guest");

    /// <summary>Lets <paramref name="tap"/> hear the meeting's media, in this room and those that follow. False if the meeting is closed.</summary>
    public Task<bool> ListenAsync(IMediaTap tap, TapOptions options) => AskAsync(
        async () =>
        {
            await _topology.RequireSfuAsync();
            await _context.Taps.AddAsync(tap, options, _context.Media.Current);
            return true;
        },
        whenClosed: false);

    /// <summary>Completes when the tap has heard the last of it.</summary>
    public async Task StopListeningAsync(IMediaTap tap) => await await AskAsync<Task>(() => new(_context.Taps.Remove(tap)), whenClosed: Task.CompletedTask);

    /// <summary>Those who listen can only go on from key frames of this participant's pictures.</summary>
    public Task RefreshAsync(string peerId) => DoAsync(async () =>
    {
        if (_context.Media.Current is { } room && _context.Roster.Find(peerId) is { } session) await room.RefreshTapsAsync(session.Id);
    });

    /// <summary>Tells everyone that the meeting is broadcast, or no more, and those who come later while it is.</summary>
    public Task TellBroadcastAsync(BroadcastMessage message) => DoAsync(() =>
    {
        _context.Broadcast = message.State == BroadcastStates.Live ? message : null;
        foreach (var session in _context.Roster.Sessions) session.Send(message);
        return ValueTask.CompletedTask;
    });

    /// <summary>Tells everyone how the recording stands, and those who come later while it goes on.</summary>
    /// <param name="forHosts">For those who may fetch the file; null: the same.</param>
    public Task TellRecordingAsync(RecordingMessage message, RecordingMessage? forHosts = null) => DoAsync(() =>
    {
        _context.Recording = message.State == RecordingStates.Recording ? message : _context.Recording?.RecordingId == message.RecordingId ? null : _context.Recording;
        foreach (var session in _context.Roster.Sessions) session.Send(forHosts is not null && session.MayModerate ? forHosts : message);
        return ValueTask.CompletedTask;
    });

    /// <summary>Null when the directory has to be asked for another object.</summary>
    internal Task<EventSubscription?> ObserveAsync(int capacity) => AskAsync<EventSubscription?>(
        () =>
        {
            var subscription = _context.Services.Events.Subscribe(Id, capacity);
            subscription.Tell(new MeetingSnapshot(
                _context.Moment(),
                _context.Record.Title,
                _context.Record.Settings,
                _context.StartedAt,
                [.. _context.Roster.Sessions.Select(session => session.Present())],
                _context.ActiveSpeaker));
            return new(subscription);
        },
        whenClosed: null);

    /// <exception cref="MeetingClosedException">The directory has to be asked for another object.</exception>
    internal Task<AdmissionResult> AdmitAsync(AdmissionRequest request) => _context.Mailbox.RunAsync(() =>
    {
        _unloading?.Dispose();
        _names.Saw(request.Claims.DisplayName);
        var result = _door.Admit(this, request);
        if (_context.Roster.IsEmpty) OnEmpty();
        return ValueTask.FromResult(result);
    });

    internal async Task<ParticipantConnection?> ConnectAsync(Admission admission, SignalingOutbox outbox)
    {
        try
        {
            return await _context.Mailbox.RunAsync(async () =>
                await _door.ConnectAsync(admission, outbox) is { } session ? new ParticipantConnection(this, session, outbox) : null);
        }
        catch (MeetingClosedException)
        {
            if (_ended) outbox.Close(SignalingCloseCodes.MeetingEnded, "meeting-ended");
            else outbox.Close(SignalingCloseCodes.GoingAway, "closed");
            return null;
        }
    }

    internal Task AbandonAsync(Admission admission) => DoAsync(() =>
    {
        _door.Abandon(admission);
        return ValueTask.CompletedTask;
    });

    internal Task ReceiveAsync(ParticipantConnection connection, ClientMessage message) => DoAsync(() =>
        connection.IsCurrent ? _dispatcher.DispatchAsync(connection.Session, message) : ValueTask.CompletedTask);

    internal Task DisconnectedAsync(ParticipantConnection connection, SocketEnd end) => DoAsync(() =>
    {
        if (!connection.IsCurrent) return ValueTask.CompletedTask;
        if (end != SocketEnd.Broken)
            return _door.LeaveAsync(connection.Session, end == SocketEnd.Left ? LeaveReasons.Left : LeaveReasons.Lost);
        _door.KeepPlace(connection.Session);
        return ValueTask.CompletedTask;
    });

    /// <summary>Ends the meeting for good; false if somebody else did before.</summary>
    internal Task<bool> EndAsync(string reason) => AskAsync(
        async () =>
        {
            await EndInsideAsync(reason);
            return true;
        },
        whenClosed: false);

    /// <summary>The server stops: everyone is asked to come back, the meeting goes on.</summary>
    internal Task DrainAsync() => DoAsync(async () =>
    {
        _context.Roster.Broadcast(new ReconnectMessage((int)_context.Options.ReconnectAfter.TotalMilliseconds));
        await _door.DismissAsync(LeaveReasons.Lost, SignalingCloseCodes.GoingAway, "draining");
        await CloseAsync();
    });

    private async ValueTask EndInsideAsync(string reason)
    {
        var moment = _context.Moment();
        var ended = new MeetingEnded(moment, _context.Record.Title, reason, moment.Offset);
        MeetingEvent[] happened = [.. _context.Roster.Sessions.Select(session => session.Left(moment, LeaveReasons.Ended)), ended];
        await _context.Services.Meetings.MarkEndedAsync(Id, moment.Timestamp, reason, happened);
        _ended = true;
        _context.Roster.Broadcast(new MeetingEndedMessage(reason));
        await _door.DismissAsync(LeaveReasons.Ended, SignalingCloseCodes.MeetingEnded, "meeting-ended");
        _context.Tell(ended);
        await CloseAsync();
    }

    private void OnEmpty()
    {
        _unloading?.Dispose();
        _unloading = _context.Timers.After(_context.Options.IdleWindow, () => _context.Roster.IsEmpty ? CloseAsync() : ValueTask.CompletedTask);
    }

    /// <summary>After this, whoever asks the directory gets a new object made from the record.</summary>
    private ValueTask CloseAsync()
    {
        _unloading?.Dispose();
        _forget();
        _context.Mailbox.Close();
        _context.Scribe?.Stop();
        return _context.Media.CloseAsync();
    }

    private Task<bool> WithParticipantAsync(string peerId, Func<ParticipantSession, ValueTask> action) => AskAsync(
        async () =>
        {
            if (_context.Roster.Find(peerId) is not { } session) return false;
            await action(session);
            return true;
        },
        whenClosed: false);

    private Task DoAsync(Func<ValueTask> work) => AskAsync(
        async () =>
        {
            await work();
            return true;
        },
        whenClosed: false);

    private async Task<T> AskAsync<T>(Func<ValueTask<T>> work, T whenClosed)
    {
        try
        {
            return await _context.Mailbox.RunAsync(work);
        }
        catch (MeetingClosedException)
        {
            return whenClosed;
        }
    }
}
