using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Rtc.Ice;

/// <summary>
/// The server's end (RFC 8445 section 2.5): it never asks, it only answers checks. The browser is controlling; only its
/// authenticated checks with USE-CANDIDATE select or move the path, media never does. As a lite agent it sees consent from the
/// other side (RFC 7675): no valid check on the path for <c>consentTimeout</c>, and no RTCP that only the peer can have made, ends sending.
/// </summary>
public sealed class IceLiteAgent : IceAgent
{
    /// <summary>RFC 7675 section 5.1 ends consent after 30 s without an answer; nobody may be configured to be laxer.</summary>
    public static readonly TimeSpan MaxConsentTimeout = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan DefaultConsentTimeout = TimeSpan.FromSeconds(10);

    // Firefox nominates every pair whose check succeeds, takes the one of the highest priority, and sends everything, consent too, on that one
    // alone (aggressive nomination, RFC 5245 section 8.1.1.1). So what is nominated later takes over at once only if it ranks no lower or the path
    // in use fell silent, else when it is nominated again after a while, as a browser does that really changed over.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Insistence = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _consentTimeout;
    private readonly NetworkPath[] _alsoNominated = new NetworkPath[4];
    private int _alsoNominatedCount;
    private Instant _consentExpiry = Instant.Never;
    private Instant _lastHeard;
    private uint _priority;
    private NetworkPath? _challenger;
    private Instant _challengedAt;

    /// <param name="local">Our credentials, as told to the peer.</param>
    /// <param name="entropy">Source of credentials for <see cref="Restart()"/>.</param>
    /// <param name="consentTimeout">Above zero and at most <see cref="MaxConsentTimeout"/>.</param>
    /// <param name="fragmentPrefix">With which all our user name fragments begin.</param>
    public IceLiteAgent(IceCredentials local, EntropySource entropy, TimeSpan consentTimeout, string fragmentPrefix = "")
        : base(local)
    {
        FragmentPrefix = fragmentPrefix;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(consentTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(consentTimeout, MaxConsentTimeout);
        _consentTimeout = consentTimeout;
        Entropy = entropy;
    }

    /// <summary>When consent runs out unless a check comes.</summary>
    public override Instant NextDeadline => _consentExpiry;

    private EntropySource Entropy { get; }

    private string FragmentPrefix { get; }

    /// <summary>Fresh credentials: 64 and 144 bits of randomness (RFC 8445 section 5.3 wants 24 and 128 at least).</summary>
    /// <param name="entropy">Where they come from.</param>
    /// <param name="fragmentPrefix">Ice-chars by which the driver knows where a check belongs.</param>
    public static IceCredentials NewCredentials(EntropySource entropy, string fragmentPrefix = "") =>
        new(fragmentPrefix + entropy.NextIceText(11), entropy.NextIceText(24));

    /// <summary>Restarts with fresh credentials and returns them for the next description.</summary>
    public IceCredentials Restart()
    {
        Restart(NewCredentials(Entropy, FragmentPrefix));
        return Local;
    }

    // libnice, unless it is told otherwise, sends no checks once it is connected. What is encrypted and authenticated, seen for the
    // first time, and comes on the path in use, says as much: the peer is there and listens.
    public override void OnAuthenticatedRtcp(Instant now, in NetworkPath path)
    {
        if (State == IceState.Connected && path == NominatedPath) Heard(now);
    }

    /// <inheritdoc/>
    public override void Restart(IceCredentials local)
    {
        base.Restart(local);
        _priority = 0; // whatever is nominated under the new credentials takes over
        _challenger = null;
        _alsoNominatedCount = 0;
    }

    public override void HandleTimeout(Instant now)
    {
        if (now < _consentExpiry) return;
        _consentExpiry = Instant.Never;
        if (State == IceState.Connected) State = IceState.Disconnected;
    }

    /// <summary>Nothing: answers are written when their request is handled.</summary>
    public override void Poll(Instant now, DatagramBatch outbox)
    {
    }

    // We are always controlled. A full agent would compare tie breakers and might switch, a lite one cannot control a full
    // one (section 6.1.1): whoever claims our role is told to change, which is what a tie breaker of 0 comes to.
    private protected override bool IsRoleConflict(in StunMessage message) => message.TryGetIceControlled(out _);

    private protected override void OnCheck(Instant now, in NetworkPath path, bool nominated, uint priority)
    {
        if (State is IceState.New) State = IceState.Checking;
        var isInUse = State is not IceState.Checking && path == NominatedPath;
        if (!isInUse && !(nominated ? TakesOver(now, path, priority) : TakesBack(now, path))) return;
        if (!isInUse && State is not IceState.Checking) Remember(NominatedPath);
        if (nominated || !isInUse)
        {
            _priority = priority;
            _challenger = null;
        }

        NominatedPath = path;
        State = IceState.Connected;
        Heard(now);
    }

    private protected override bool HandleResponse(Instant now, in NetworkPath path, in StunMessage message) =>
        Drop(IceDropReason.UnexpectedResponse);

    private void Heard(Instant now)
    {
        _lastHeard = now;
        _consentExpiry = now + _consentTimeout;
    }

    private bool IsSilent(Instant now) => State is not IceState.Connected || now - _lastHeard >= Silence;

    private bool TakesOver(Instant now, in NetworkPath path, uint priority)
    {
        if (IsSilent(now) || priority >= _priority) return true;
        if (path == _challenger) return now - _challengedAt >= Insistence;
        _challenger = path;
        _challengedAt = now;
        Remember(path);
        return false;
    }

    // A spare path that the peer keeps warm says nothing about the one in use, unless the peer nominated it too and is heard on no other.
    private bool TakesBack(Instant now, in NetworkPath path) =>
        State is IceState.Connected && IsSilent(now) && _alsoNominated.AsSpan(0, _alsoNominatedCount).Contains(path);

    private void Remember(in NetworkPath path)
    {
        var known = _alsoNominated.AsSpan(0, _alsoNominatedCount);
        if (known.Contains(path)) return;
        if (known.Length == _alsoNominated.Length) known[1..].CopyTo(known); // the oldest goes
        else _alsoNominatedCount++;
        _alsoNominated[_alsoNominatedCount - 1] = path;
    }
}
