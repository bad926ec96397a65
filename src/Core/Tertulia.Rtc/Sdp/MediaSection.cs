using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Ice;

namespace Tertulia.Rtc.Sdp;

/// <summary>
/// One <c>m=</c> line with what follows it. Attributes given at session level are already resolved into every section.
/// </summary>
public sealed record MediaSection(MediaKind Kind, string Mid)
{
    /// <summary>The first word of the <c>m=</c> line; differs from the kind's name only for <see cref="MediaKind.Other"/>.</summary>
    public string Media { get; init; } = Kind.ToName();

    /// <summary>9 when there is no default candidate; 0 rejects the section unless <see cref="BundleOnly"/>.</summary>
    public int Port { get; init; } = 9;

    public string Protocol { get; init; } = "UDP/TLS/RTP/SAVPF";

    /// <summary>What stands at the end of the <c>m=</c> line: payload types in the order of preference.</summary>
    public IReadOnlyList<string> Formats { get; init; } = [];

    /// <summary>The meaning of each payload type, in the order of <see cref="Formats"/>; retransmission types have entries too.</summary>
    public IReadOnlyList<RtpCodec> Codecs { get; init; } = [];

    public MediaDirection Direction { get; init; } = MediaDirection.SendReceive;

    public bool BundleOnly { get; init; }

    public IReadOnlyList<RtpHeaderExtension> HeaderExtensions { get; init; } = [];

    /// <summary>Mixing one- and two-byte header extensions is understood (RFC 8285 section 6).</summary>
    public bool ExtmapAllowMixed { get; init; }

    public Msid? Msid { get; init; }

    public IReadOnlyList<SsrcDescription> Ssrcs { get; init; } = [];

    public IReadOnlyList<SsrcGroup> SsrcGroups { get; init; } = [];

    public IReadOnlyList<RidDescription> Rids { get; init; } = [];

    public SimulcastDescription? Simulcast { get; init; }

    /// <summary>Null when the section gives none, as bundle-only ones may.</summary>
    public IceCredentials? Ice { get; init; }

    public IReadOnlyList<DtlsFingerprint> Fingerprints { get; init; } = [];

    public DtlsSetup? Setup { get; init; }

    /// <summary>Only those of component 1: RTCP always shares the flow (RFC 5761).</summary>
    public IReadOnlyList<IceCandidate> Candidates { get; init; } = [];

    public bool EndOfCandidates { get; init; }

    public bool RtcpMux { get; init; }

    public bool RtcpReducedSize { get; init; }

    public IReadOnlyList<SdpBandwidth> Bandwidth { get; init; } = [];

    public IReadOnlyList<SdpAttribute> OtherAttributes { get; init; } = [];

    /// <summary>Port 0 rejects a section, except that a bundle-only one has it in an offer (RFC 9143 section 6).</summary>
    public bool IsRejected => Port == 0 && !BundleOnly;

    public bool IsRtp => Protocol.Contains("RTP/", StringComparison.OrdinalIgnoreCase);
}
