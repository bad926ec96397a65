using System.Diagnostics.CodeAnalysis;

namespace Tertulia.Rtc.Sdp;

/// <summary>
/// Offer and answer (RFC 3264, RFC 9429) as pure functions. This end is ICE lite, always the DTLS server, and carries all
/// media over one bundled transport with RTCP multiplexed.
/// </summary>
public static partial class SdpNegotiator
{
    /// <summary>Makes the answer to a peer's offer.</summary>
    /// <param name="choose">
    /// Called once, in order, for each audio or video section that could be accepted: says what we want with it. Sections it
    /// is not called for (data channels, no common codec, not bundled) are rejected.
    /// </param>
    /// <param name="previous">Our last description of this connection, whose version is continued.</param>
    /// <returns>False when the offer lacks what a connection needs or nothing of it is accepted.</returns>
    public static bool TryAnswer(
        SessionDescription offer,
        LocalTransport local,
        MediaPolicy policy,
        Func<MediaSection, SectionAnswer> choose,
        [NotNullWhen(true)] out SessionDescription? answer,
        [NotNullWhen(true)] out NegotiatedSession? negotiated,
        out SdpError error,
        SessionDescription? previous = null)
    {
        answer = null;
        negotiated = null;
        var bundle = Bundle(offer);
        var bundled = bundle.Select(offer.FindSection).OfType<MediaSection>().Where(section => !section.IsRejected).ToList();
        if (!TransportNegotiation.TryGetRemote(offer, bundled, out var transport, out error)) return false;
        if (transport.Setup is not (DtlsSetup.ActPass or DtlsSetup.Active))
        {
            error = SdpError.Of(SdpErrorCode.UnsupportedSetup, "The offer's setup must be actpass or active.");
            return false;
        }

        var sections = new MediaSection?[offer.MediaSections.Count];
        var media = new List<NegotiatedMedia>();
        for (var i = 0; i < sections.Length; i++)
        {
            var offered = offer.MediaSections[i];
            if (!bundle.Contains(offered.Mid) || !offered.RtcpMux || AnswerSection(offered, policy, choose) is not var (section, agreed)) continue;
            if (offered.Mid.Length == 0)
            {
                error = SdpError.Of(SdpErrorCode.MissingMid, "A media section has no mid.");
                return false;
            }

            sections[i] = section;
            media.Add(agreed);
        }

        if (media.Count == 0)
        {
            error = SdpError.Of(SdpErrorCode.NothingAccepted, "No media section can be accepted.");
            return false;
        }

        var acceptedMids = bundle.Where(mid => media.Exists(agreed => agreed.Mid == mid)).ToList();
        var answered = sections.Select((section, i) =>
            section?.With(local, DtlsSetup.Passive, section.Mid == acceptedMids[0]) ?? Rejected(offer.MediaSections[i]));
        answer = TransportNegotiation.Describe(local, [.. answered], offer.BundledMids.Count == 0 ? [] : acceptedMids, previous)
            with { ExtmapAllowMixed = offer.ExtmapAllowMixed };
        negotiated = new(transport, media);
        return true;
    }

    /// <summary>The mids that may share the transport: the BUNDLE group, or without one the first usable section alone.</summary>
    private static IReadOnlyList<string> Bundle(SessionDescription description)
    {
        if (description.BundledMids is { Count: > 0 } mids) return [.. mids.Distinct(StringComparer.Ordinal)];
        var first = description.MediaSections.FirstOrDefault(section => !section.IsRejected && section.Kind is MediaKind.Audio or MediaKind.Video);
        return first is null ? [] : [first.Mid];
    }

    private static (MediaSection Section, NegotiatedMedia Media)? AnswerSection(
        MediaSection offered, MediaPolicy policy, Func<MediaSection, SectionAnswer> choose)
    {
        if (offered.IsRejected || offered.Kind is not (MediaKind.Audio or MediaKind.Video) || !IsSecureRtp(offered.Protocol)) return null;
        // Which codecs are common does not depend on the choice, only their order and parameters do.
        if (CodecNegotiation.AnswerCodecs(offered, policy, MediaDirection.Inactive, []).Count == 0) return null;
        var choice = choose(offered);
        if (choice.IsRejected) return null;
        if (choice.Track is { } chosen && chosen.Kind != offered.Kind)
            throw new ArgumentException($"A track of kind {chosen.Kind} was chosen for a section of kind {offered.Kind}.", nameof(choose));

        var direction = choice.Direction & offered.Direction.Reversed();
        var withSimulcast = direction.Receives() && offered.Simulcast is not null && policy.MaxSimulcastStreams > 0;
        var first = CodecNegotiation.AnswerCodecs(offered, policy, direction, [])[0].Kind;
        var extensions = CodecNegotiation.AnswerExtensions(offered, policy, direction, withSimulcast, first);
        var codecs = CodecNegotiation.AnswerCodecs(offered, policy, direction, extensions);
        var rids = withSimulcast ? MediaNegotiation.AcceptedRids(offered, policy, codecs) : [];
        var flexFec = CodecNegotiation.AnswerFlexFec(offered, policy, direction, choice.Track, extensions);
        var entries = CodecNegotiation.AllEntries(codecs, flexFec);
        var section = new MediaSection(offered.Kind, offered.Mid)
        {
            Media = offered.Media,
            Protocol = offered.Protocol,
            Formats = CodecNegotiation.FormatsOf(entries),
            Codecs = entries,
            Direction = direction,
            HeaderExtensions = extensions,
            ExtmapAllowMixed = offered.ExtmapAllowMixed,
            RtcpReducedSize = offered.RtcpReducedSize,
            Bandwidth = direction.Receives() ? Limit(choice.MaxKilobitsPerSecond) : [],
        };
        var track = direction.Sends() ? choice.Track?.For(codecs, flexFec) : null;
        if (track is not null) section = section.With(track);
        if (rids.Count > 0) section = section.WithReceivedRids(offered, rids);
        return (section, Agreed(offered, direction, codecs, extensions) with
        {
            RemoteRids = rids,
            LocalTrack = track,
            FlexFecPayloadType = flexFec?.PayloadType,
            ReducedSizeRtcp = offered.RtcpReducedSize,
            ExtmapAllowMixed = offered.ExtmapAllowMixed,
        });
    }

    /// <summary>Both forms, since no browser is bound to read either.</summary>
    private static IReadOnlyList<SdpBandwidth> Limit(int? kilobitsPerSecond) =>
        kilobitsPerSecond is { } limit ? [new("AS", limit), new("TIAS", limit * 1000L)] : [];

    private static bool IsSecureRtp(string protocol) => protocol.Contains("RTP/SAVP", StringComparison.OrdinalIgnoreCase);

    private static NegotiatedMedia Agreed(
        MediaSection remote, MediaDirection direction, IReadOnlyList<RtpCodec> codecs, IReadOnlyList<RtpHeaderExtension> extensions) =>
        new(remote.Mid, remote.Kind, direction, codecs, extensions)
        {
            RemoteStreams = direction.Receives() ? MediaNegotiation.RemoteStreams(remote) : [],
            RemoteMsid = direction.Receives() ? remote.Msid : null,
        };

    private static MediaSection Rejected(MediaSection offered) => new(offered.Kind, offered.Mid)
    {
        Media = offered.Media,
        Port = 0,
        Protocol = offered.Protocol,
        Formats = offered.Formats,
        Direction = MediaDirection.Inactive,
    };
}
