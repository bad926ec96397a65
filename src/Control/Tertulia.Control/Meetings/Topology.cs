using Tertulia.Contracts;

namespace Tertulia.Control.Meetings;

/// <summary>
/// Whether the participants talk directly or through the SFU, and the move from one to the other: nobody leaves, and a direct
/// pair is only taken down once the media of both has arrived at the SFU. There is no way back while anybody is in the meeting.
/// </summary>
internal sealed class Topology(MeetingContext meeting, PeerRelay relay)
{
    private string _wanted = IsSfuForced(meeting.Record.Settings) ? MeetingTopology.Sfu : meeting.Record.Settings.Topology;
    private IDisposable? _deadline;

    public bool IsDirect { get; private set; }

    /// <summary>What <c>welcome</c> and <c>topology</c> say.</summary>
    public string Name => IsDirect ? MeetingTopology.PeerToPeer : MeetingTopology.Sfu;

    /// <summary>Settles how a newcomer will be connected; to be called before it is in the roster.</summary>
    public async ValueTask OnArrivalAsync(ParticipantSession newcomer)
    {
        var present = meeting.Roster.Sessions;
        if (present.Count == 0) IsDirect = _wanted is MeetingTopology.PeerToPeer or MeetingTopology.Auto;
        if (!IsDirect) return;
        var mixed = present.Any(session => session.Dialect.Name != newcomer.Dialect.Name);
        if (mixed || (_wanted == MeetingTopology.Auto && present.Count >= 2)) await MoveToSfuAsync();
    }

    /// <summary>Somebody has to hear the media from now on: nobody talks past the SFU any more.</summary>
    public ValueTask RequireSfuAsync()
    {
        _wanted = MeetingTopology.Sfu;
        return IsDirect ? MoveToSfuAsync() : ValueTask.CompletedTask;
    }

    /// <summary>Connects a newcomer with those who are there, in whichever way is in use.</summary>
    public async ValueTask ConnectAsync(ParticipantSession newcomer, IReadOnlyList<ParticipantSession> present)
    {
        if (!IsDirect)
        {
            await newcomer.Dialect.StartAsync(present);
            return;
        }
        foreach (var other in present) relay.Connect(other, newcomer);
    }

    /// <summary>The participant is in a new room: its connections to the SFU, if it has any, are to be made again.</summary>
    public ValueTask RestartAsync(ParticipantSession session) => IsDirect ? ValueTask.CompletedTask : session.Dialect.RestartAsync(Forwarded(session));

    /// <summary>The participant's way to the SFU is dead: its connections are to find another.</summary>
    public ValueTask RenewAsync(ParticipantSession session) => IsDirect ? ValueTask.CompletedTask : session.Dialect.RenewAsync(Forwarded(session));

    /// <summary>Two direct clients do not reach each other: with <c>auto</c> the SFU takes over.</summary>
    public ValueTask OnDirectFailureAsync() =>
        IsDirect && _wanted == MeetingTopology.Auto ? MoveToSfuAsync() : ValueTask.CompletedTask;

    /// <summary>Media of this participant's uplink has arrived at the SFU.</summary>
    public async ValueTask OnUplinkMediaAsync(ParticipantSession session)
    {
        if (IsDirect) return;
        foreach (var pair in relay.Pairs)
        {
            if (pair.Includes(session) && pair.First.HasUplinkMedia && pair.Second.HasUplinkMedia) await CompleteAsync(pair);
        }
    }

    public void OnLeft(ParticipantSession gone) => relay.Forget(gone);

    private async ValueTask MoveToSfuAsync()
    {
        IsDirect = false;
        var present = meeting.Roster.Sessions.ToArray();
        foreach (var session in present) session.Dialect.TopologyChanged(MeetingTopology.Sfu);
        foreach (var session in present)
            await meeting.GuardAsync(session, () => session.Dialect.StartMovingAsync([.. meeting.Roster.Except(session)]));
        _deadline?.Dispose();
        _deadline = meeting.Timers.After(meeting.Options.MoveDeadline, CompleteAllAsync);
    }

    private async ValueTask CompleteAllAsync()
    {
        foreach (var pair in relay.Pairs) await CompleteAsync(pair);
    }

    private async ValueTask CompleteAsync(PeerRelay.Pair pair)
    {
        if (!relay.Disconnect(pair)) return;
        await meeting.GuardAsync(pair.First, () => pair.First.Dialect.MovedAsync(pair.Second));
        await meeting.GuardAsync(pair.Second, () => pair.Second.Dialect.MovedAsync(pair.First));
    }

    // Whoever records or transcribes needs the media, and only the SFU has it.
    private static bool IsSfuForced(MeetingSettings settings) =>
        settings.Recording is { AutoStart: true } || settings.Transcription is { Enabled: true };

    /// <summary>Those whose media come to that participant through the SFU.</summary>
    private ParticipantSession[] Forwarded(ParticipantSession session) =>
        [.. meeting.Roster.Except(session).Where(other => !relay.AreDirect(session, other))];
}
