using Tertulia.Contracts;
using Tertulia.Contracts.Rest;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Accounts;

namespace Tertulia.Control.Meetings;

/// <summary>Somebody with a valid token wants to open a socket.</summary>
/// <param name="Dialect">One of <see cref="SignalingDialects"/>.</param>
/// <param name="IceServers">For this client, to be named in its <c>welcome</c>.</param>
/// <param name="Security">What protects the connection; null where nobody can tell.</param>
public sealed record AdmissionRequest(
    MeetingTokenClaims Claims, string Dialect, IReadOnlyList<IceServer> IceServers, SignalingSecurity? Security = null)
{
    public string PeerId => Claims.PeerId;

    /// <summary>An earlier connection of this participant is to go on with the new one.</summary>
    public bool Resumes => Claims.Purpose == MeetingTokenPurpose.Resume && Dialect == SignalingDialects.Transport;
}

public enum AdmissionOutcome
{
    Admitted,
    UnknownMeeting,
    MeetingEnded,
    MeetingFull,

    /// <summary>A host or the API removed this participant.</summary>
    Removed,

    /// <summary>The meeting requires a post-quantum key exchange, which this connection has not, or is not known to have.</summary>
    NotPostQuantum,

    /// <summary>This participant has opened too many sockets of late.</summary>
    TooOften,

    /// <summary>The server drains: another time, or another server.</summary>
    Draining,
}

/// <param name="Admission">Set exactly if <see cref="Outcome"/> is <see cref="AdmissionOutcome.Admitted"/>.</param>
public readonly record struct AdmissionResult(AdmissionOutcome Outcome, Admission? Admission = null);

/// <summary>A place that is kept while the client's socket is being opened.</summary>
public sealed class Admission
{
    private readonly Meeting _meeting;

    internal Admission(Meeting meeting, AdmissionRequest request)
    {
        _meeting = meeting;
        Request = request;
    }

    public AdmissionRequest Request { get; }

    /// <summary>Gives the place up after a while.</summary>
    internal IDisposable? Expiring { get; set; }

    /// <summary>
    /// The socket is open: everything that is to be said to it comes through <paramref name="outbox"/>, its welcome first.
    /// Null when it came too late; the outbox is closed then.
    /// </summary>
    public Task<ParticipantConnection?> ConnectAsync(SignalingOutbox outbox) => _meeting.ConnectAsync(this, outbox);

    /// <summary>The socket was not opened after all.</summary>
    public Task AbandonAsync() => _meeting.AbandonAsync(this);
}

/// <summary>How a socket ended.</summary>
public enum SocketEnd
{
    /// <summary>By a close frame of a client that meant it.</summary>
    Left,

    /// <summary>Without one: the client may come back if its dialect can.</summary>
    Broken,

    /// <summary>The server ended it, and does not want it back.</summary>
    Expelled,
}

/// <summary>One socket's door into its meeting.</summary>
public sealed class ParticipantConnection
{
    private readonly Meeting _meeting;

    internal ParticipantConnection(Meeting meeting, ParticipantSession session, SignalingOutbox outbox)
    {
        _meeting = meeting;
        Session = session;
        Outbox = outbox;
    }

    internal ParticipantSession Session { get; }

    internal SignalingOutbox Outbox { get; }

    /// <summary>False once a newer socket has taken the place or the participant is gone: what this one says no longer counts.</summary>
    internal bool IsCurrent => Session.Outbox == Outbox;

    public string PeerId => Session.PeerId;

    /// <summary>Completes when the meeting has dealt with the message. Throws only when something is wrong with the server.</summary>
    public Task ReceiveAsync(ClientMessage message) => _meeting.ReceiveAsync(this, message);

    /// <summary>To be called once, whatever ended the socket.</summary>
    public Task DisconnectedAsync(SocketEnd end) => _meeting.DisconnectedAsync(this, end);
}
