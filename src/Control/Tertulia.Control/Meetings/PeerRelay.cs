using Tertulia.Contracts.Signaling;

namespace Tertulia.Control.Meetings;

/// <summary>Pairs of participants that talk to each other directly: their negotiation is passed on as it is.</summary>
internal sealed class PeerRelay
{
    private readonly HashSet<Pair> _pairs = [];

    public IReadOnlyList<Pair> Pairs => [.. _pairs];

    public bool AreDirect(ParticipantSession one, ParticipantSession other) => _pairs.Contains(new Pair(one, other));

    public void Connect(ParticipantSession one, ParticipantSession other) => _pairs.Add(new Pair(one, other));

    public bool Disconnect(Pair pair) => _pairs.Remove(pair);

    public void Forget(ParticipantSession gone) => _pairs.RemoveWhere(pair => pair.First == gone || pair.Second == gone);

    public static void Pass(ParticipantSession from, ParticipantSession to, ClientOffer offer) =>
        to.Send(new OfferMessage(from.PeerId, new SessionDescriptionInit("offer", offer.Sdp), offer.Connection));

    public static void Pass(ParticipantSession from, ParticipantSession to, ClientAnswer answer) =>
        to.Send(new AnswerMessage(from.PeerId, new SessionDescriptionInit("answer", answer.Sdp), answer.Connection));

    public static void Pass(ParticipantSession from, ParticipantSession to, ClientCandidate candidate) =>
        to.Send(new IceCandidateMessage(from.PeerId, candidate.Candidate, candidate.Connection));

    /// <summary>Two participants, whichever is named first.</summary>
    internal readonly struct Pair(ParticipantSession first, ParticipantSession second) : IEquatable<Pair>
    {
        public ParticipantSession First { get; } = first;

        public ParticipantSession Second { get; } = second;

        public bool Includes(ParticipantSession session) => First == session || Second == session;

        public bool Equals(Pair other) => other.Includes(First) && other.Includes(Second);

        public override bool Equals(object? obj) => obj is Pair other && Equals(other);

        public override int GetHashCode() => First.GetHashCode() ^ Second.GetHashCode();
    }
}
