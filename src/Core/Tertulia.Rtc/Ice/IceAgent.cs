using System.Text;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Rtc.Ice;

/// <summary>Where an agent stands; <see cref="Disconnected"/> means that consent to send ran out (RFC 7675).</summary>
public enum IceState
{
    /// <summary>No authenticated check was seen yet.</summary>
    New,

    /// <summary>Checks are going on, no path is nominated yet.</summary>
    Checking,

    /// <summary>A path is nominated and the peer consents to receive on it.</summary>
    Connected,

    /// <summary>The peer was heard no more: nothing may be sent until a check revives the path.</summary>
    Disconnected,
}

/// <summary>
/// One end of one ICE component (RFC 8445): all media of a connection shares it by BUNDLE and rtcp-mux. Sans-IO: datagrams and
/// time come in, datagrams go out into the caller's batch. Nothing an unauthenticated sender does changes its state.
/// </summary>
public abstract class IceAgent
{
    // Answers to messages that prove nothing are never longer than what caused them, and rare, so that neither a third
    // party nor our own processor can be flooded through us.
    private const int UnauthenticatedAnswersPerSecond = 20;

    private readonly long[] _drops = new long[Enum.GetValues<IceDropReason>().Length];
    private LocalKey _current;
    private LocalKey? _previous;
    private Instant _answerWindowEnd;
    private int _answersInWindow;

    private protected IceAgent(IceCredentials local)
    {
        Local = local;
        _current = new(local);
    }

    /// <summary>Our credentials, as told to the peer.</summary>
    public IceCredentials Local { get; private set; }

    /// <summary>After a restart, until the peer nominates under the new credentials: those that are still honoured (RFC 8445 section 9).</summary>
    public IceCredentials? PreviousLocal { get; private set; }

    /// <summary>The peer's credentials, once its description is known.</summary>
    public virtual IceCredentials? Remote { get; set; }

    /// <summary>Where to send: the nominated path while the peer consents, else null.</summary>
    public NetworkPath? SelectedPath => State == IceState.Connected ? NominatedPath : null;

    public IceState State { get; private protected set; }

    /// <summary>When <see cref="HandleTimeout"/> and <see cref="Poll"/> want to be called next.</summary>
    public abstract Instant NextDeadline { get; }

    /// <summary>Authenticated messages that were accepted.</summary>
    public long AcceptedMessages { get; private protected set; }

    private protected NetworkPath NominatedPath { get; set; }

    /// <summary>How often a message was refused for that reason.</summary>
    public long Drops(IceDropReason reason) => _drops[(int)reason];

    /// <summary>SRTCP that was new and rightly authenticated came on that path.</summary>
    public virtual void OnAuthenticatedRtcp(Instant now, in NetworkPath path)
    {
    }

    /// <summary>
    /// Takes one datagram that <see cref="StunMessage.LooksLikeStun"/>; the answer, if any, goes to <paramref name="outbox"/>.
    /// </summary>
    /// <returns>True if it was an authenticated message of this agent, so that its path may be mapped to this connection.</returns>
    public bool HandleStun(Instant now, in NetworkPath path, ReadOnlySpan<byte> datagram, DatagramBatch outbox)
    {
        if (!StunMessage.TryParse(datagram, out var message)) return Drop(IceDropReason.Malformed);
        if (!message.VerifyFingerprint()) return Drop(IceDropReason.FingerprintMismatch); // RFC 8445 section 7.1 demands one
        if (message.Method != StunMethod.Binding) return Drop(IceDropReason.NotBinding);
        return message.Class switch
        {
            StunClass.Request => HandleRequest(now, path, message, datagram.Length, outbox),
            StunClass.Indication => Drop(IceDropReason.Indication), // a keep-alive for NATs, not authenticated
            _ => HandleResponse(now, path, message),
        };
    }

    public abstract void HandleTimeout(Instant now);

    public abstract void Poll(Instant now, DatagramBatch outbox);

    /// <summary>
    /// New credentials (RFC 8445 section 9). The old ones stay valid beside them, and media keeps flowing on the old path,
    /// until the peer nominates with the new ones. Set <see cref="Remote"/> when its new description arrives.
    /// </summary>
    public virtual void Restart(IceCredentials local)
    {
        _previous = _current;
        PreviousLocal = Local;
        _current = new(local);
        Local = local;
    }

    /// <summary>True if <paramref name="message"/> claims the role that this agent has and this agent keeps it.</summary>
    private protected abstract bool IsRoleConflict(in StunMessage message);

    /// <summary>An authenticated request was answered with success on that path; <paramref name="priority"/> is the peer's half of the pair's.</summary>
    private protected abstract void OnCheck(Instant now, in NetworkPath path, bool nominated, uint priority);

    private protected abstract bool HandleResponse(Instant now, in NetworkPath path, in StunMessage message);

    private protected bool Drop(IceDropReason reason)
    {
        _drops[(int)reason]++;
        return false;
    }

    private bool HandleRequest(Instant now, in NetworkPath path, in StunMessage request, int requestSize, DatagramBatch outbox)
    {
        var username = request.Username;
        if (username.IsEmpty || !request.HasIntegrity)
        {
            AnswerUnauthenticated(now, path, request, requestSize, StunErrorCode.BadRequest, outbox);
            return Drop(IceDropReason.CredentialsMissing);
        }

        // Only our half of "ours:theirs" counts (RFC 8445 section 7.3): the peer's may not have reached us by signaling yet.
        var isCurrent = _current.Owns(username);
        if (!isCurrent && _previous?.Owns(username) != true)
        {
            AnswerUnauthenticated(now, path, request, requestSize, StunErrorCode.Unauthenticated, outbox);
            return Drop(IceDropReason.UnknownUsername);
        }

        var key = isCurrent ? _current : _previous!;
        if (!request.VerifyIntegrity(key.Password))
        {
            AnswerUnauthenticated(now, path, request, requestSize, StunErrorCode.Unauthenticated, outbox);
            return Drop(IceDropReason.IntegrityMismatch);
        }

        Span<StunAttributeType> unknown = stackalloc StunAttributeType[8];
        var unknownCount = request.CopyUnknownRequired(unknown);
        if (unknownCount > 0)
        {
            var answer = BeginAnswer(path, request, StunClass.Error, outbox);
            answer.AddErrorCode(StunErrorCode.UnknownAttribute);
            answer.AddUnknownAttributes(unknown[..unknownCount]);
            Finish(ref answer, key, outbox);
            Drop(IceDropReason.UnknownAttribute);
            return true;
        }

        if (IsRoleConflict(request))
        {
            var answer = BeginAnswer(path, request, StunClass.Error, outbox);
            answer.AddErrorCode(StunErrorCode.RoleConflict);
            Finish(ref answer, key, outbox);
            Drop(IceDropReason.RoleConflict);
            return true;
        }

        var success = BeginAnswer(path, request, StunClass.Success, outbox);
        success.AddXorMappedAddress(path.Remote);
        Finish(ref success, key, outbox);
        AcceptedMessages++;

        var nominated = request.UseCandidate;
        if (nominated && isCurrent)
        {
            _previous = null;
            PreviousLocal = null;
        }

        OnCheck(now, path, nominated, request.Priority);
        return true;
    }

    private static StunWriter BeginAnswer(in NetworkPath path, in StunMessage request, StunClass messageClass, DatagramBatch outbox) =>
        new(outbox.Reserve(path), messageClass, StunMethod.Binding, request.TransactionId);

    private static void Finish(ref StunWriter answer, LocalKey key, DatagramBatch outbox)
    {
        answer.AddMessageIntegrity(key.Password);
        answer.AddFingerprint();
        outbox.Commit(answer.Length);
    }

    private void AnswerUnauthenticated(
        Instant now, in NetworkPath path, in StunMessage request, int requestSize, int errorCode, DatagramBatch outbox)
    {
        if (now >= _answerWindowEnd)
        {
            _answerWindowEnd = now + TimeSpan.FromSeconds(1);
            _answersInWindow = 0;
        }

        if (_answersInWindow >= UnauthenticatedAnswersPerSecond) return;
        _answersInWindow++;
        var answer = BeginAnswer(path, request, StunClass.Error, outbox);
        answer.AddErrorCode(errorCode);
        answer.AddFingerprint();
        if (answer.Length <= requestSize) outbox.Commit(answer.Length);
    }

    /// <summary>Credentials as the bytes that messages are compared with.</summary>
    private sealed class LocalKey(IceCredentials credentials)
    {
        private readonly byte[] _usernamePrefix = Encoding.UTF8.GetBytes(credentials.UsernameFragment + ":");

        public byte[] Password { get; } = StunAuthentication.ShortTermKey(credentials.Password);

        public bool Owns(ReadOnlySpan<byte> username) => username.StartsWith(_usernamePrefix);
    }
}
