using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Sdp;

/// <summary>Sources, tracks and simulcast of one section.</summary>
internal static class MediaNegotiation
{
    private const string FlowIdentification = "FID";
    private const string FecFramework = "FEC-FR";

    /// <summary>Adds what we send: msid, sources, and their retransmissions where a codec has a payload type for them.</summary>
    public static MediaSection With(this MediaSection section, LocalTrack track)
    {
        var sources = new List<SsrcDescription> { new(track.Ssrc) { Cname = track.Cname, Msid = track.Msid } };
        var groups = new List<SsrcGroup>();
        if (track.RtxSsrc is { } rtx)
        {
            sources.Add(new(rtx) { Cname = track.Cname, Msid = track.Msid });
            groups.Add(new(FlowIdentification, [track.Ssrc, rtx]));
        }

        if (track.FecSsrc is { } fec)
        {
            sources.Add(new(fec) { Cname = track.Cname, Msid = track.Msid });
            groups.Add(new(FecFramework, [track.Ssrc, fec]));
        }

        return section with { Msid = track.Msid, Ssrcs = sources, SsrcGroups = groups };
    }

    /// <summary>The track as it can be sent with these codecs.</summary>
    /// <param name="fec">The agreed codec of its repair packets.</param>
    public static LocalTrack For(this LocalTrack track, IReadOnlyList<RtpCodec> codecs, RtpCodec? fec) => track with
    {
        RtxSsrc = codecs.Any(codec => codec.RtxPayloadType is not null) ? track.RtxSsrc : null,
        FecSsrc = fec is null ? null : track.FecSsrc,
    };

    /// <summary>The sources that a peer's section announces, each with its retransmissions.</summary>
    public static List<RemoteStream> RemoteStreams(MediaSection section)
    {
        var pairs = new Dictionary<Ssrc, Ssrc>();
        var protections = new Dictionary<Ssrc, Ssrc>();
        var repairs = new HashSet<Ssrc>();
        foreach (var group in section.SsrcGroups)
        {
            // The second of FID repeats, that of FEC-FR protects; SIM groups hold sources in their own right.
            var isFid = group.Semantics == FlowIdentification;
            if (group.Ssrcs.Count != 2 || (!isFid && group.Semantics != FecFramework)) continue;
            (isFid ? pairs : protections).TryAdd(group.Ssrcs[0], group.Ssrcs[1]);
            repairs.Add(group.Ssrcs[1]);
        }

        var streams = new List<RemoteStream>();
        foreach (var source in section.Ssrcs)
        {
            if (repairs.Contains(source.Ssrc)) continue;
            streams.Add(new(source.Ssrc, pairs.TryGetValue(source.Ssrc, out var rtx) ? rtx : null, source.Cname)
            {
                FecSsrc = protections.TryGetValue(source.Ssrc, out var fec) ? fec : null,
            });
        }

        return streams;
    }

    /// <summary>The encodings of an offered simulcast that we take: the first alternative of each stream, up to the policy's limit.</summary>
    public static List<string> AcceptedRids(MediaSection offered, MediaPolicy policy, IReadOnlyList<RtpCodec> codecs)
    {
        var rids = new List<string>();
        if (offered.Simulcast is not { } simulcast || !offered.HeaderExtensions.Any(extension => extension.Uri == HeaderExtensionUris.RtpStreamId))
            return rids;
        foreach (var stream in simulcast.Send)
        {
            if (rids.Count == policy.MaxSimulcastStreams) break;
            foreach (var alternative in stream.Alternatives)
            {
                if (rids.Contains(alternative.Rid)) continue;
                if (!offered.Rids.Any(rid => rid.IsSend && rid.Id == alternative.Rid && AllowsSomeOf(rid, codecs))) continue;
                rids.Add(alternative.Rid);
                break;
            }
        }

        return rids;
    }

    public static MediaSection WithReceivedRids(this MediaSection section, MediaSection offered, IReadOnlyList<string> rids) => section with
    {
        // Restrictions are repeated as they are: an answer may tighten, but not drop them (RFC 8851 section 6.3).
        Rids = [.. rids.Select(rid => new RidDescription(rid, IsSend: false, offered.Rids.First(other => other.Id == rid).Restrictions))],
        Simulcast = new([], [.. rids.Select(rid => new SimulcastStream([new(rid)]))]),
    };

    private static bool AllowsSomeOf(RidDescription rid, IReadOnlyList<RtpCodec> codecs)
    {
        if (rid.Restrictions is null || FormatParameters.Parse(rid.Restrictions)["pt"] is not { } payloadTypes) return true;
        var allowed = payloadTypes.Split(',');
        return codecs.Any(codec => allowed.Contains(codec.PayloadType.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }
}
