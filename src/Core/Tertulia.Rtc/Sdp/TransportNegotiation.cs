using System.Diagnostics.CodeAnalysis;
using Tertulia.Rtc.Dtls;

namespace Tertulia.Rtc.Sdp;

/// <summary>The one transport that all accepted sections share (RFC 9143).</summary>
internal static class TransportNegotiation
{
    /// <summary>
    /// Takes the peer's end from the first of the bundled sections that gives each part: normally all of it stands in the
    /// tagged section, and bundle-only ones may leave it out.
    /// </summary>
    public static bool TryGetRemote(
        SessionDescription description, IReadOnlyList<MediaSection> bundled, [NotNullWhen(true)] out RemoteTransport? transport, out SdpError error)
    {
        transport = null;
        error = default;
        if (description.IceLite)
            error = SdpError.Of(SdpErrorCode.UnsupportedIceLite, "Both ends are ICE lite.");
        else if (bundled.FirstOrDefault(section => section.Ice is not null) is not { Ice: { } ice } tagged)
            error = SdpError.Of(SdpErrorCode.MissingIceCredentials, "No accepted section has ice-ufrag and ice-pwd.");
        else if (bundled.FirstOrDefault(section => section.Fingerprints.Count > 0) is not { } certified)
            error = SdpError.Of(SdpErrorCode.MissingFingerprint, "No accepted section has a certificate fingerprint.");
        else
            transport = new(ice, certified.Fingerprints, certified.Setup ?? DtlsSetup.Active, tagged.Candidates);
        return transport is not null;
    }

    /// <summary>Our end: the same in every section, the candidates in the first alone, since the others share its flow.</summary>
    public static MediaSection With(this MediaSection section, LocalTransport local, DtlsSetup setup, bool isTagged) => section with
    {
        Ice = local.Ice,
        Fingerprints = [new DtlsFingerprint("sha-256", local.Sha256Fingerprint)],
        Setup = setup,
        Candidates = isTagged ? local.Candidates : [],
        EndOfCandidates = isTagged,
        RtcpMux = true,
    };

    public static SessionDescription Describe(
        LocalTransport local, IReadOnlyList<MediaSection> sections, IReadOnlyList<string> bundledMids, SessionDescription? previous) =>
        new(NextOrigin(local, previous), sections)
        {
            Groups = bundledMids.Count == 0 ? [] : [new(MediaGroup.Bundle, bundledMids)],
            IceLite = true,
            IceOptions = ["ice2", "trickle"],
            OtherAttributes = [new("msid-semantic", "WMS *")],
        };

    private static SessionOrigin NextOrigin(LocalTransport local, SessionDescription? previous) => previous is null
        ? new("-", local.SessionId.ToString(System.Globalization.CultureInfo.InvariantCulture), 1)
        : previous.Origin with { Version = previous.Origin.Version + 1 };
}
