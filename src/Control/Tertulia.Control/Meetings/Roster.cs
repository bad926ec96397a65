using Tertulia.Contracts.Signaling;

namespace Tertulia.Control.Meetings;

/// <summary>Who is in the meeting, in the order of arrival, and who may still come in on a place that is kept.</summary>
internal sealed class Roster
{
    private readonly List<ParticipantSession> _sessions = [];
    private readonly HashSet<Admission> _admissions = [];
    private int _count;

    /// <summary>Read from other threads too.</summary>
    public int Count => Volatile.Read(ref _count);

    public bool IsEmpty => _sessions.Count == 0 && _admissions.Count == 0;

    public IReadOnlyList<ParticipantSession> Sessions => _sessions;

    public ParticipantSession? Find(string peerId) => _sessions.Find(session => session.PeerId == peerId);

    public IEnumerable<ParticipantSession> Except(ParticipantSession self) => _sessions.Where(session => session != self);

    public void Add(ParticipantSession session)
    {
        _sessions.Add(session);
        Volatile.Write(ref _count, _sessions.Count);
    }

    public void Remove(ParticipantSession session)
    {
        _sessions.Remove(session);
        Volatile.Write(ref _count, _sessions.Count);
    }

    public IReadOnlyList<ParticipantSession> TakeAll()
    {
        var all = _sessions.ToArray();
        _sessions.Clear();
        _admissions.Clear();
        Volatile.Write(ref _count, 0);
        return all;
    }

    /// <summary>Keeps a place for somebody whose socket is being opened; false when there is none.</summary>
    public bool TryReserve(Admission admission, int limit)
    {
        // Who is in already, or has been let in under the same id, does not need a second place.
        var others = _sessions.Select(session => session.PeerId).Concat(_admissions.Select(other => other.Request.PeerId))
            .Where(peerId => peerId != admission.Request.PeerId).Distinct().Count();
        return others < limit && _admissions.Add(admission);
    }

    public bool Release(Admission admission) => _admissions.Remove(admission);

    public void Broadcast(ServerMessage message, ParticipantSession? except = null)
    {
        var utf8 = SignalingJson.Write(message);
        foreach (var session in _sessions)
        {
            if (session != except) session.Send(utf8);
        }
    }
}
