using System.Collections.Concurrent;
using System.Threading.Channels;
using Tertulia.MediaNode.Relay;
using Tertulia.Rtc;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;
using Tertulia.Sfu;
using Tertulia.Turn;
using Tertulia.Udp;

namespace Tertulia.MediaNode;

/// <summary>
/// One thread, one UDP port, and the rooms that live there; nothing of them is shared, so nothing is locked. A turn is: commands,
/// all datagrams that are there, deadlines, one flush. Load makes the batches longer, not the turns more.
/// </summary>
internal sealed class MediaLoop : IDisposable
{
    private const int CommandCapacity = 4096;
    private const int CommandsPerTurn = 256;
    private const int OutboxCapacity = 1024; // a burst of 16 packets to 50 receivers stays in one piece, and so in full runs

    // A room that wants to be called at once again and again must not keep the loop from waiting.
    private static readonly TimeSpan MinDelay = TimeSpan.FromMicroseconds(100);

    private readonly UdpPort _port;
    private readonly MonotonicClock _clock;
    private readonly Action<MediaFault>? _faultHandler;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ReceiveBatch _inbox = new();
    private readonly DatagramBatch _outbox = new(OutboxCapacity);
    private readonly DatagramBatch _toClients = new();
    private readonly StunResponder _stun = new();
    private readonly MediaLoopSet _set;
    private readonly OutgoingMail _mail;
    private readonly TurnHost? _turn;
    private readonly StrayFlows _strays;
    private ConnectedFlows? _flows;
    private readonly LoopCounters _counters = new();
    private readonly Dictionary<Room, MediaRoom> _rooms = [];
    private readonly List<MediaRoom> _touched = [];
    private readonly PriorityQueue<MediaRoom, long> _schedule = new();
    private readonly Channel<RoomCommand> _commands = Channel.CreateBounded<RoomCommand>(
        new BoundedChannelOptions(CommandCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly ConcurrentQueue<Action<TurnServer>> _relayErrands = [];

    private Instant _now;
    private volatile bool _stopping;

    public MediaLoop(int index, UdpPort port, MonotonicClock clock, MediaLoopSet set, MediaNodeOptions options)
    {
        _port = port;
        _clock = clock;
        _set = set;
        _faultHandler = options.FaultHandler;
        _outbox.Flush = Send;
        _toClients.Flush = Send;
        Mail = new(port.Wake);
        _mail = new(i => set.Loops[i].Mail, options.Loops);
        if (set.Relay is { } relay)
        {
            _turn = new(index, relay, options.BindAddress, options.Entropy, _mail);
            port.Watch(_turn.Sockets);
        }

        _strays = new(index, options.Loops);
        _thread = new Thread(Run) { Name = $"media-{index}", IsBackground = true };
    }

    /// <summary>What other threads bring.</summary>
    public LoopMail Mail { get; }

    /// <summary>Rooms given to this loop; counted by the node.</summary>
    public int AssignedRooms;

    public int UdpPort => _port.LocalEndPoint.Port;

    /// <summary>Routes datagrams; for this loop's thread and the rooms on it.</summary>
    public ConnectionTable Table { get; } = new();

    /// <summary>To be called before any loop runs, if all of them share one port.</summary>
    public void SharePort(int loops)
    {
        if (_port.ShareBySender(loops) is { } sockets) _flows = new(sockets);
    }

    public void Start() => _thread.Start();

    /// <exception cref="ObjectDisposedException">The loop has ended.</exception>
    public async ValueTask PostAsync(RoomCommand command, CancellationToken cancellationToken)
    {
        try
        {
            if (!_commands.Writer.TryWrite(command))
                await _commands.Writer.WriteAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(MediaRoom));
        }

        _port.Wake();
    }

    /// <summary>Has something done with this loop's TURN server, soon; forgotten if it has none or is stopping.</summary>
    public void PostToRelay(Action<TurnServer> errand)
    {
        if (_turn is null) return;
        _relayErrands.Enqueue(errand);
        _port.Wake();
    }

    /// <summary>Closes all rooms and ends the thread.</summary>
    public Task StopAsync()
    {
        _commands.Writer.TryComplete();
        _stopping = true;
        _port.Wake();
        return _ended.Task;
    }

    public void Dispose()
    {
        _turn?.Dispose();
        _flows?.Dispose();
        _port.Dispose();
    }

    public MediaLoopStatistics Snapshot()
    {
        var udp = _port.Statistics;
        return new()
        {
            UdpPort = UdpPort,
            Rooms = _counters.Rooms,
            Connections = _counters.Connections,
            Turns = Volatile.Read(ref _counters.Turns),
            Commands = Volatile.Read(ref _counters.Commands),
            ReceivedDatagrams = udp.ReceivedDatagrams + (_flows?.Statistics.ReceivedDatagrams ?? 0),
            ReceivedBytes = udp.ReceivedBytes + (_flows?.Statistics.ReceivedBytes ?? 0),
            SentDatagrams = udp.SentDatagrams,
            SentBytes = udp.SentBytes,
            SegmentedRuns = udp.SegmentedRuns,
            SendErrors = Enum.GetValues<UdpSendError>().Sum(udp.SendErrors),
            ReceiveLosses = udp.Losses + (_flows?.Statistics.Losses ?? 0),
            StunAnswers = Volatile.Read(ref _counters.StunAnswers),
            ConnectionFaults = Volatile.Read(ref _counters.ConnectionFaults),
            RoomFaults = Volatile.Read(ref _counters.RoomFaults),
            LoopFaults = Volatile.Read(ref _counters.LoopFaults),
            AllocatedBytes = Volatile.Read(ref _counters.AllocatedBytes),
            HandedOver = _mail.HandedOver,
            MailLost = Mail.Lost,
            ConnectedFlows = _flows?.Count ?? 0,
            RefusedFlows = _flows?.Refused ?? 0,
            Drops = _counters.Drops(),
        };
    }

    internal void Attach(MediaRoom room)
    {
        _rooms.Add(room.Room, room);
        Touch(room);
    }

    /// <summary>Ends a room, by command or because of a fault.</summary>
    internal void Close(MediaRoom room, Instant now, Exception? fault)
    {
        if (!_rooms.Remove(room.Room)) return;
        Interlocked.Decrement(ref AssignedRooms);
        try
        {
            room.Room.Close(now);
            room.Room.Poll(now, _outbox);
        }
        catch (Exception e)
        {
            fault ??= e;
        }

        room.End(fault);
        if (fault is null) return;
        _counters.RoomFaults++;
        Report(new(room.Id, null, fault));
    }

    private void Report(MediaFault fault)
    {
        try
        {
            _faultHandler?.Invoke(fault);
        }
        catch (Exception)
        {
            // The counters have it; a handler that fails must not do more harm than the fault.
        }
    }

    private void Run()
    {
        while (!_stopping)
        {
            try
            {
                Turn();
            }
            catch (Exception e)
            {
                // Rooms' faults are contained elsewhere: this is one of the loop. The rest of the batch is lost, the meetings go on.
                _counters.LoopFaults++;
                Report(new(string.Empty, null, e));
            }
        }

        try
        {
            CloseAll();
            _ended.TrySetResult();
        }
        catch (Exception e)
        {
            _ended.TrySetException(e);
        }
    }

    private void Turn()
    {
        var now = _now = _clock.Now;
        var received = _port.Receive(_inbox);
        var commands = RunCommands(now);
        for (var i = 0; i < received; i++) Handle(now, _inbox.Path(i), _inbox.Datagram(i));
        var hasMore = _inbox.UsedSlots == _inbox.Slots || commands == CommandsPerTurn;
        if (_flows is not null)
        {
            received = _flows.Receive(_inbox);
            for (var i = 0; i < received; i++) Handle(now, _inbox.Path(i), _inbox.Datagram(i));
            hasMore |= _inbox.UsedSlots == _inbox.Slots;
        }

        ReadMail(now);
        hasMore |= _turn?.Receive(now, _outbox) == true;
        HandleDeadlines(now);
        ServeTouched(now);
        if (_outbox.Count > 0) Send(_outbox);
        _turn?.Flush();
        _mail.Flush();
        Account();

        // A batch that was not filled has emptied the socket; what came since ends the wait at once.
        if (!hasMore) Wait();
    }

    /// <summary>Hands a batch to whatever carries its datagrams, and empties it.</summary>
    private void Send(DatagramBatch batch)
    {
        if (batch.CarriedCount > 0)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var path = batch[i].Path;
                if (path.Remote.Carrier == Carriers.Udp) continue;
                if (path.Remote.Carrier == Carriers.Relay) _turn?.Deliver(_now, path, batch.Datagram(i), _toClients);
                else if (_set.Streams.TryGetValue(path.Remote.Carrier, out var stream)) stream.Send(batch.Datagram(i));
            }
        }

        _port.Send(batch);
        if (_toClients.Count > 0) Send(_toClients);
    }

    private void ReadMail(Instant now)
    {
        while (_relayErrands.TryDequeue(out var errand)) errand(_turn!.Server);
        while (Mail.TryTake(out var batch))
        {
            var datagrams = batch.Datagrams;
            for (var i = 0; i < datagrams.Count; i++)
            {
                if (batch.Kind == MailKind.Received) Handle(now, datagrams[i].Path, datagrams.Datagram(i), isMail: true);
                else _turn?.Deliver(now, datagrams[i].Path, datagrams.Datagram(i), _outbox);
            }

            LoopMail.Return(batch);
        }
    }

    private int RunCommands(Instant now)
    {
        var count = 0;
        while (count < CommandsPerTurn && _commands.Reader.TryRead(out var command))
        {
            count++;
            var target = command.Target;
            if (target.IsClosed)
            {
                command.Fail(new ObjectDisposedException(nameof(MediaRoom)));
                continue;
            }

            command.Run(target.Room, now);
            Touch(target);
        }

        _counters.Commands += count;
        return count;
    }

    private void Handle(Instant now, in NetworkPath path, Span<byte> datagram, bool isMail = false)
    {
        if (datagram.IsEmpty)
        {
            _counters.Drop(MediaDropReason.Empty);
            return;
        }

        var isStun = StunMessage.LooksLikeStun(datagram);
        if (path.Remote.Carrier != Carriers.Relay)
        {
            if (_turn is not null && ChannelData.LooksLikeIt(datagram))
            {
                HandleTurn(now, path, datagram);
                return;
            }

            if (isStun && TryAnswerStun(now, path, datagram)) return;
        }

        Route(now, path, datagram, isStun, isMail);
    }

    private void HandleTurn(Instant now, in NetworkPath path, Span<byte> message)
    {
        if (_turn!.HandleClient(now, path, message, _outbox, out var relayedPath, out var datagram))
            Route(now, relayedPath, datagram, StunMessage.LooksLikeStun(datagram));
    }

    private void Route(Instant now, in NetworkPath path, Span<byte> datagram, bool isStun, bool isMail = false)
    {
        if (!Table.TryRoute(path, datagram, out var connection) || !_rooms.TryGetValue(connection.Room, out var room))
        {
            if (_strays.TryFind(path, datagram, isStun, out var owner))
            {
                _mail.Add(owner, MailKind.Received, path, datagram);
                return;
            }

            _counters.Drop(Classify(datagram, isStun));
            return;
        }

        try
        {
            connection.Room.HandleDatagram(now, connection, path, datagram, _outbox);
            if (isMail) _flows?.OnHandedOver(now, connection, path);
        }
        catch (ConnectionFaultException e)
        {
            CloseConnection(now, room, e.Connection, e.InnerException!);
        }
        catch (Exception e)
        {
            CloseConnection(now, room, connection, e);
        }

        Touch(room);
    }

    /// <summary>Questions without credentials are for the plain STUN server, also from an address that belongs to a connection.</summary>
    private bool TryAnswerStun(Instant now, in NetworkPath path, Span<byte> datagram)
    {
        if (!StunMessage.TryParse(datagram, out var message)) return false;
        if (_turn is not null && message.Method != StunMethod.Binding)
        {
            HandleTurn(now, path, datagram);
            return true;
        }

        if (!StunResponder.IsFor(message)) return false;
        var reason = _stun.Answer(now, path, message, datagram.Length, _outbox);
        if (reason == MediaDropReason.None) _counters.StunAnswers++;
        else _counters.Drop(reason);
        return true;
    }

    private static MediaDropReason Classify(ReadOnlySpan<byte> datagram, bool isStun)
    {
        if (isStun) return StunMessage.TryParse(datagram, out _) ? MediaDropReason.UnknownUsername : MediaDropReason.Garbage;
        return datagram[0] is >= 20 and < 64 or >= 128 and < 192 ? MediaDropReason.UnknownAddress : MediaDropReason.Garbage;
    }

    private void CloseConnection(Instant now, MediaRoom room, RoomConnection connection, Exception fault)
    {
        _counters.Drop(MediaDropReason.Fault);
        _counters.ConnectionFaults++;
        try
        {
            room.Room.CloseConnection(now, connection.ParticipantId, connection.Key);
            room.Emit(new RoomEvent.ConnectionStateChanged(connection.ParticipantId, connection.Key, PeerConnectionState.Failed));
            Report(new(room.Id, $"{connection.ParticipantId} {connection.Key}", fault));
        }
        catch (Exception e)
        {
            Close(room, now, e);
        }
    }

    private void HandleDeadlines(Instant now)
    {
        _turn?.HandleTimeout(now);
        _flows?.HandleTimeout(now);
        while (_schedule.TryPeek(out var room, out var ticks) && ticks <= now.Ticks)
        {
            _schedule.Dequeue();
            if (room.IsClosed || room.ScheduledAt.Ticks != ticks) continue; // the entry is out of date
            room.ScheduledAt = Instant.Never;
            Touch(room);
        }
    }

    private void Touch(MediaRoom room)
    {
        if (room.IsTouched || room.IsClosed) return;
        room.IsTouched = true;
        _touched.Add(room);
    }

    private void ServeTouched(Instant now)
    {
        // A room that loses a broken connection is served again at once: it stands at the end of the list then.
        for (var i = 0; i < _touched.Count; i++)
        {
            var room = _touched[i];
            room.IsTouched = false;
            if (room.IsClosed) continue;
            try
            {
                if (room.Room.NextDeadline <= now) room.Room.HandleTimeout(now);
                room.Room.Poll(now, _outbox);
                while (room.Room.TryPollEvent(out var roomEvent)) room.Emit(roomEvent);
                Schedule(now, room);
            }
            catch (ConnectionFaultException e)
            {
                CloseConnection(now, room, e.Connection, e.InnerException!);
                Touch(room);
            }
            catch (Exception e)
            {
                Close(room, now, e);
            }
        }

        _touched.Clear();
    }

    private void Schedule(Instant now, MediaRoom room)
    {
        var deadline = room.Room.NextDeadline;
        if (deadline == Instant.Never) return;
        deadline = Instant.Max(deadline, now + MinDelay);
        if (room.ScheduledAt <= deadline) return; // looked at before that anyway
        room.ScheduledAt = deadline;
        _schedule.Enqueue(room, deadline.Ticks);
    }

    private void Wait()
    {
        var next = _turn?.NextDeadline ?? Instant.Never;
        if (_flows is not null) next = Instant.Min(next, _flows.NextDeadline);
        if (_schedule.TryPeek(out _, out var ticks)) next = Instant.Min(next, new(ticks));
        _port.Wait(next == Instant.Never ? Timeout.InfiniteTimeSpan : next - _clock.Now);
    }

    private void Account()
    {
        _counters.Turns++;
        _counters.Rooms = _rooms.Count;
        _counters.Connections = Table.ConnectionCount;
        Volatile.Write(ref _counters.AllocatedBytes, GC.GetAllocatedBytesForCurrentThread());
    }

    private void CloseAll()
    {
        var now = _clock.Now;
        while (_commands.Reader.TryRead(out var command)) command.Fail(new ObjectDisposedException(nameof(MediaRoom)));
        foreach (var room in _rooms.Values.ToList()) Close(room, now, null);
        Send(_outbox);
        _turn?.Report();
        Account();
    }
}
