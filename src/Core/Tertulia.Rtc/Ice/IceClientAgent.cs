using System.Text;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Rtc.Ice;

/// <summary>
/// The asking end against a lite agent: controlling, with one socket. Simulated browsers and load clients use it. The first
/// path that answers is nominated by a further check with USE-CANDIDATE (with a single candidate its first check already
/// nominates); from then on that path is asked again about every 5 s, which is the consent of RFC 7675.
/// </summary>
public sealed class IceClientAgent : IceAgent
{
    private static readonly TimeSpan InitialRetransmission = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxRetransmission = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ConsentTimeout = TimeSpan.FromSeconds(30);

    // A single host candidate for component 1 (RFC 8445 section 5.1.2.1), as peer-reflexive type for the PRIORITY of checks.
    private const uint CheckPriority = 110u << 24 | 65535u << 8 | 255;

    private readonly List<Pair> _pairs = [];
    private readonly ulong _tieBreaker;
    private readonly EntropySource _entropy;
    private IceCredentials? _remote;
    private byte[] _remotePassword = [];
    private byte[] _username = [];
    private Pair? _nominated;
    private Instant _consentExpiry = Instant.Never;

    /// <param name="local">Our credentials, as told to the peer.</param>
    /// <param name="tieBreaker">RFC 8445 section 16.1; a lite peer never compares it.</param>
    /// <param name="entropy">Source of transaction ids and of the spread of consent checks.</param>
    public IceClientAgent(IceCredentials local, ulong tieBreaker, EntropySource entropy)
        : base(local)
    {
        _tieBreaker = tieBreaker;
        _entropy = entropy;
    }

    /// <summary>Mean time between consent checks; RFC 7675 section 5.1 spreads each by ±20 %.</summary>
    public TimeSpan ConsentInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Checks start when this is known.</summary>
    public override IceCredentials? Remote
    {
        get => _remote;
        set
        {
            _remote = value;
            _remotePassword = value is { } credentials ? StunAuthentication.ShortTermKey(credentials.Password) : [];
            UpdateUsername();
        }
    }

    /// <summary>What the peer saw as our address in its latest answer; unspecified before.</summary>
    public TransportAddress MappedAddress { get; private set; }

    public override Instant NextDeadline
    {
        get
        {
            var next = _consentExpiry;
            if (_remote is null) return next;
            foreach (var pair in _pairs) next = Instant.Min(next, pair.NextCheck);
            return next;
        }
    }

    /// <param name="remote">Where the peer receives.</param>
    /// <param name="local">Our own end; unspecified if the socket decides.</param>
    public void AddRemoteCandidate(TransportAddress remote, TransportAddress local = default)
    {
        if (Find(new(remote, local)) is null) _pairs.Add(new(new(remote, local)));
    }

    /// <summary>Moves to another path, as a browser does when its network changes: checked and nominated at once.</summary>
    public void Nominate(in NetworkPath path)
    {
        var pair = Find(path);
        if (pair is null) _pairs.Add(pair = new(path));
        Nominate(Instant.Zero, pair);
    }

    public override void Restart(IceCredentials local)
    {
        base.Restart(local);
        _remote = null;
        _nominated = null; // the selected path stays in use until a new one is nominated
        foreach (var pair in _pairs) pair.Begin(Instant.Zero);
        UpdateUsername();
    }

    public override void HandleTimeout(Instant now)
    {
        if (now < _consentExpiry) return;
        _consentExpiry = Instant.Never;
        if (State == IceState.Connected) State = IceState.Disconnected;
    }

    public override void Poll(Instant now, DatagramBatch outbox)
    {
        if (_remote is null) return;
        foreach (var pair in _pairs)
        {
            if (now < pair.NextCheck) continue;
            if (State == IceState.New) State = IceState.Checking;
            if (!pair.IsWaiting) _entropy.Fill(pair.BeginTransaction(nominating: pair == _nominated || _pairs.Count == 1));
            SendCheck(pair, outbox);
            pair.ScheduleRetransmission(now);
        }
    }

    private protected override bool IsRoleConflict(in StunMessage message) => message.TryGetIceControlling(out _);

    /// <summary>A lite peer never checks; should a full one do so, its candidate is checked back (RFC 8445 section 7.3.1.4).</summary>
    private protected override void OnCheck(Instant now, in NetworkPath path, bool nominated, uint priority)
    {
        if (Find(path) is null) _pairs.Add(new(path));
    }

    private protected override bool HandleResponse(Instant now, in NetworkPath path, in StunMessage message)
    {
        if (FindTransaction(message.TransactionId) is not { } pair) return Drop(IceDropReason.UnexpectedResponse);
        if (pair.Path.Remote != path.Remote) return Drop(IceDropReason.NonSymmetricResponse);
        if (!message.VerifyIntegrity(_remotePassword)) return Drop(IceDropReason.IntegrityMismatch);
        if (message.Class == StunClass.Error)
        {
            Drop(IceDropReason.ErrorResponse);
            return true; // asked again by retransmission: a lite peer refuses only while it does not know us yet
        }

        AcceptedMessages++;
        if (message.TryGetXorMappedAddress(out var mapped)) MappedAddress = mapped;
        var wasNominating = pair.IsNominating;
        pair.EndTransaction();
        if (wasNominating) Select(now, pair);
        else if (_nominated is null) Nominate(now, pair);
        return true;
    }

    private void Select(Instant now, Pair pair)
    {
        _nominated = pair;
        NominatedPath = pair.Path;
        State = IceState.Connected;
        _consentExpiry = now + ConsentTimeout;
        var spread = 0.8 + 0.4 * (_entropy.NextUInt32() / (double)uint.MaxValue);
        pair.NextCheck = now + ConsentInterval * spread;
        foreach (var other in _pairs)
        {
            if (other != pair) other.EndTransaction();
        }
    }

    private void Nominate(Instant now, Pair pair)
    {
        _nominated = pair;
        pair.Begin(now);
    }

    private void SendCheck(Pair pair, DatagramBatch outbox)
    {
        var check = new StunWriter(outbox.Reserve(pair.Path), StunClass.Request, StunMethod.Binding, pair.TransactionId);
        check.AddAttribute(StunAttributeType.Username, _username);
        check.AddPriority(CheckPriority);
        check.AddUInt64(StunAttributeType.IceControlling, _tieBreaker);
        if (pair.IsNominating) check.AddUseCandidate();
        check.AddMessageIntegrity(_remotePassword);
        check.AddFingerprint();
        outbox.Commit(check.Length);
    }

    private void UpdateUsername() =>
        _username = _remote is { } remote ? Encoding.UTF8.GetBytes($"{remote.UsernameFragment}:{Local.UsernameFragment}") : [];

    private Pair? Find(in NetworkPath path)
    {
        foreach (var pair in _pairs)
        {
            if (pair.Path == path) return pair;
        }

        return null;
    }

    private Pair? FindTransaction(ReadOnlySpan<byte> transactionId)
    {
        foreach (var pair in _pairs)
        {
            if (pair.IsWaiting && transactionId.SequenceEqual(pair.TransactionId)) return pair;
        }

        return null;
    }

    /// <summary>A candidate pair and its one transaction in flight.</summary>
    private sealed class Pair(NetworkPath path)
    {
        private readonly byte[] _transactionId = new byte[StunMessage.TransactionIdSize];
        private TimeSpan _retransmission;

        public NetworkPath Path => path;

        /// <summary>A request was sent and not answered.</summary>
        public bool IsWaiting { get; private set; }

        /// <summary>That request carried USE-CANDIDATE.</summary>
        public bool IsNominating { get; private set; }

        public Instant NextCheck { get; set; } = Instant.Zero;

        public ReadOnlySpan<byte> TransactionId => _transactionId;

        /// <summary>A new question, to be asked at <paramref name="when"/>; an answer to the old one does not count any more.</summary>
        public void Begin(Instant when)
        {
            EndTransaction();
            NextCheck = when;
        }

        public Span<byte> BeginTransaction(bool nominating)
        {
            IsWaiting = true;
            IsNominating = nominating;
            _retransmission = InitialRetransmission;
            return _transactionId;
        }

        public void ScheduleRetransmission(Instant now)
        {
            NextCheck = now + _retransmission;
            _retransmission = _retransmission * 2 < MaxRetransmission ? _retransmission * 2 : MaxRetransmission;
        }

        public void EndTransaction()
        {
            IsWaiting = false;
            IsNominating = false;
            NextCheck = Instant.Never;
        }
    }
}
