namespace Tertulia.Sfu;

/// <summary>
/// A broken invariant while <see cref="Room"/> worked on one connection, not always the one whose datagram it was given: who
/// drives the room closes that connection, and the meeting goes on.
/// </summary>
/// <param name="connection">Whose state is broken.</param>
/// <param name="fault">What was thrown.</param>
public sealed class ConnectionFaultException(RoomConnection connection, Exception fault)
    : Exception($"The connection {connection.Key} of {connection.ParticipantId} is broken.", fault)
{
    public RoomConnection Connection { get; } = connection;
}
