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

    private readonly TimeSpan _consentTimeout;
    private Instant _consentExpiry = Instant.Never;

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
        if (State == IceState.Connected && path == NominatedPath) _consentExpiry = now + _consentTimeout;
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

    private protected override void OnCheck(Instant now, in NetworkPath path, bool nominated)
    {
        if (nominated) NominatedPath = path;
        else if (State is IceState.New or IceState.Checking)
        {
            State = IceState.Checking;
            return;
        }
        else if (path != NominatedPath) return; // a spare path that the peer keeps warm says nothing about the one in use

        State = IceState.Connected;
        _consentExpiry = now + _consentTimeout;
    }

    private protected override bool HandleResponse(Instant now, in NetworkPath path, in StunMessage message) =>
        Drop(IceDropReason.UnexpectedResponse);
}
