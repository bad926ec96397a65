using System.Diagnostics.CodeAnalysis;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Sdp;

/// <summary>Our end of a bundled transport, ICE lite and always the DTLS server.</summary>
/// <param name="Sha256Fingerprint">Of our certificate, <c>AB:CD:…</c>.</param>
/// <param name="Candidates">Where we receive; all of them stand in every description.</param>
public sealed record LocalTransport(IceCredentials Ice, string Sha256Fingerprint, IReadOnlyList<IceCandidate> Candidates)
{
    /// <summary>For the <c>o=</c> line; below 2^63 (RFC 9429 section 5.2.1).</summary>
    public ulong SessionId { get; init; } = 1;
}

/// <summary>The other end of a bundled transport.</summary>
/// <param name="Candidates">What its description names; a lite agent does without.</param>
public sealed record RemoteTransport(
    IceCredentials Ice, IReadOnlyList<DtlsFingerprint> Fingerprints, DtlsSetup Setup, IReadOnlyList<IceCandidate> Candidates)
{
    /// <summary>True when the peer's credentials changed since <paramref name="previous"/> (RFC 8839 section 4.4.1.1.1).</summary>
    public bool IsIceRestartOf(RemoteTransport previous) => Ice != previous.Ice;
}

/// <summary>What we send in a section; everything in it is chosen before anybody publishes.</summary>
/// <param name="RtxSsrc">The source of retransmissions; null for none.</param>
public sealed record LocalTrack(MediaKind Kind, Msid Msid, Ssrc Ssrc, Ssrc? RtxSsrc, string Cname)
{
    /// <summary>The source of FlexFEC repair packets; null for none.</summary>
    public Ssrc? FecSsrc { get; init; }
}

/// <summary>One source that the other end announced, with the source of its retransmissions (FID group).</summary>
public sealed record RemoteStream(Ssrc Ssrc, Ssrc? RtxSsrc, string? Cname)
{
    /// <summary>The source of its FlexFEC repair packets (FEC-FR group).</summary>
    public Ssrc? FecSsrc { get; init; }
}

/// <summary>What was agreed for all sections that were not rejected, in the order of the description.</summary>
public sealed record NegotiatedSession(RemoteTransport Transport, IReadOnlyList<NegotiatedMedia> Media)
{
    public NegotiatedMedia? Find(string mid)
    {
        foreach (var media in Media)
        {
            if (media.Mid == mid) return media;
        }

        return null;
    }
}

/// <summary>What was agreed for one section.</summary>
/// <param name="Direction">Ours.</param>
/// <param name="Codecs">
/// Most preferred first, without retransmission types (see <see cref="RtpCodec.RtxPayloadType"/>). When we send: what the
/// receiver accepts, with its payload types. When we receive: what may come.
/// </param>
/// <param name="Extensions">With the ids to be used in both directions; directions are ours.</param>
public sealed record NegotiatedMedia(
    string Mid, MediaKind Kind, MediaDirection Direction, IReadOnlyList<RtpCodec> Codecs, IReadOnlyList<RtpHeaderExtension> Extensions)
{
    /// <summary>The sources the other end announced; empty with rid-based simulcast and whenever it does not send.</summary>
    public IReadOnlyList<RemoteStream> RemoteStreams { get; init; } = [];

    /// <summary>The simulcast encodings that the other end may send, in its order; empty without simulcast.</summary>
    public IReadOnlyList<string> RemoteRids { get; init; } = [];

    public Msid? RemoteMsid { get; init; }

    /// <summary>What we send; null when we do not.</summary>
    public LocalTrack? LocalTrack { get; init; }

    /// <summary>
    /// The payload type of FlexFEC-03 repair packets for <see cref="LocalTrack"/>, or for what we receive; null: not agreed.
    /// </summary>
    public byte? FlexFecPayloadType { get; init; }

    /// <summary>Compound packets may be left out (RFC 5506).</summary>
    public bool ReducedSizeRtcp { get; init; }

    /// <summary>The peer understands one- and two-byte header extensions in one stream.</summary>
    public bool ExtmapAllowMixed { get; init; }

    /// <summary>Finds the codec of a payload type; for a retransmission type the codec that is repeated.</summary>
    public bool TryGetCodec(byte payloadType, [NotNullWhen(true)] out RtpCodec? codec, out bool isRtx)
    {
        for (var i = 0; i < Codecs.Count; i++)
        {
            codec = Codecs[i];
            isRtx = codec.RtxPayloadType == payloadType;
            if (isRtx || codec.PayloadType == payloadType) return true;
        }

        codec = null;
        isRtx = false;
        return false;
    }

    /// <summary>
    /// Finds what this receiver calls the codec in which something was published: exactly the same one if there is one, else
    /// one whose decoder includes it (such as H.264 Main for constrained baseline). The first in the order of preference wins.
    /// </summary>
    public bool TryMatchCodec(RtpCodec published, [NotNullWhen(true)] out RtpCodec? receiversCodec)
    {
        receiversCodec = null;
        for (var i = 0; i < Codecs.Count; i++)
        {
            if (CodecMatcher.IsSame(Codecs[i], published))
            {
                receiversCodec = Codecs[i];
                return true;
            }

            if (receiversCodec is null && CodecMatcher.CanReceive(Codecs[i], published)) receiversCodec = Codecs[i];
        }

        return receiversCodec is not null;
    }

    /// <summary>The id of a header extension, or 0 when it was not agreed.</summary>
    public int GetExtensionId(string uri)
    {
        for (var i = 0; i < Extensions.Count; i++)
        {
            if (Extensions[i].Uri == uri) return Extensions[i].Id;
        }

        return 0;
    }

    /// <summary>True when some agreed codec has the feedback message, such as <c>nack</c> or <c>transport-cc</c>.</summary>
    public bool HasFeedback(string message)
    {
        for (var i = 0; i < Codecs.Count; i++)
        {
            if (Codecs[i].HasFeedback(message)) return true;
        }

        return false;
    }

}
