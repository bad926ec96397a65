using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Sdp;
using Tertulia.Rtc.Srtp;

namespace Tertulia.Sfu;

/// <summary>What a room needs from the node that runs it.</summary>
public sealed record RoomOptions
{
    public required DtlsCertificate Certificate { get; init; }

    /// <summary>Where the room is reached; stands in every description.</summary>
    public required IReadOnlyList<IceCandidate> Candidates { get; init; }

    public required EntropySource Entropy { get; init; }

    /// <summary>Ice-chars with which every user name fragment of the room begins: the driver's way to tell rooms of one port apart.</summary>
    public string UsernameFragmentPrefix { get; init; } = "";

    /// <summary>Silence after which a peer is taken to have withdrawn its consent to be sent media (RFC 7675).</summary>
    public TimeSpan ConsentTimeout { get; init; } = IceLiteAgent.DefaultConsentTimeout;

    /// <summary>Wall-clock time at <see cref="Instant.Zero"/>, for sender reports.</summary>
    public NtpTime NtpAtZero { get; init; }

    /// <summary>SRTP keys known beforehand instead of DTLS, for simulated peers.</summary>
    public Func<ParticipantId, ConnectionKey, SrtpKeyingMaterial>? AgreedKeys { get; init; }

    public MediaPolicy Policy { get; init; } = MediaPolicy.Default;
}
