using System.Diagnostics.CodeAnalysis;

namespace Tertulia.Rtc.Sdp;

public static partial class SdpNegotiator
{
    /// <summary>
    /// Makes an offer. It never asks for simulcast: a browser that did not plan for it would leave its camera unsent.
    /// </summary>
    /// <param name="sections">All sections, those of earlier offers first and in their order: they can only be added to.</param>
    /// <param name="previous">Our last description of this connection, whose version is continued.</param>
    public static SessionDescription CreateOffer(
        LocalTransport local, IReadOnlyList<OfferedSection> sections, MediaPolicy policy, SessionDescription? previous = null)
    {
        if (previous is not null && sections.Count < previous.MediaSections.Count)
            throw new ArgumentException("Sections of an earlier description are missing; make them inactive instead.", nameof(sections));
        var offered = new MediaSection[sections.Count];
        for (var i = 0; i < offered.Length; i++) offered[i] = OfferSection(sections[i], policy).With(local, DtlsSetup.ActPass, isTagged: i == 0);
        return TransportNegotiation.Describe(local, offered, [.. sections.Select(section => section.Mid)], previous)
            with { ExtmapAllowMixed = true };
    }

    /// <summary>Reads a peer's answer to an offer of ours.</summary>
    /// <param name="offer">What <see cref="CreateOffer"/> made.</param>
    /// <returns>False when the answer does not belong to the offer or lacks what a connection needs.</returns>
    public static bool TryApplyAnswer(
        SessionDescription offer, SessionDescription answer, [NotNullWhen(true)] out NegotiatedSession? negotiated, out SdpError error)
    {
        negotiated = null;
        error = default;
        var accepted = new List<MediaSection>();
        var media = new List<NegotiatedMedia>();
        if (answer.MediaSections.Count != offer.MediaSections.Count)
        {
            error = SdpError.Of(SdpErrorCode.AnswerDoesNotMatchOffer, "An answer has as many media sections as the offer.");
            return false;
        }

        for (var i = 0; i < answer.MediaSections.Count; i++)
        {
            var (ours, theirs) = (offer.MediaSections[i], answer.MediaSections[i]);
            if (ours.Kind != theirs.Kind || (theirs.Port != 0 && ours.Mid != theirs.Mid))
            {
                error = SdpError.Of(SdpErrorCode.AnswerDoesNotMatchOffer, "An answer's sections have the offer's media and mids in the offer's order.");
                return false;
            }

            // In an answer port 0 rejects, bundle-only or not (RFC 9143 section 7.3.3).
            if (theirs.Port == 0) continue;
            accepted.Add(theirs);
            media.Add(ApplySection(ours, theirs));
        }

        if (media.Count == 0)
        {
            error = SdpError.Of(SdpErrorCode.NothingAccepted, "The answer rejects every media section.");
            return false;
        }

        if (accepted.Count > 1 && !accepted.TrueForAll(section => answer.BundledMids.Contains(section.Mid)))
        {
            error = SdpError.Of(SdpErrorCode.AnswerDoesNotMatchOffer, "All accepted sections must be bundled.");
            return false;
        }

        if (!TransportNegotiation.TryGetRemote(answer, accepted, out var transport, out error)) return false;
        if (transport.Setup != DtlsSetup.Active)
        {
            error = SdpError.Of(SdpErrorCode.UnsupportedSetup, "The answer's setup must be active.");
            return false;
        }

        negotiated = new(transport, media);
        return true;
    }

    private static MediaSection OfferSection(OfferedSection section, MediaPolicy policy)
    {
        var codecs = policy.CodecsOf(section.Kind);
        if (section.Direction.Receives()) codecs = policy.InUplinkOrder(section.Kind, codecs);
        if (section.Direction.Receives() && section.Kind == MediaKind.Video && policy.ReceivedVideoParameters.Count > 0)
            codecs = [.. codecs.Select(codec => codec with { Parameters = codec.Parameters.With([.. policy.ReceivedVideoParameters]) })];
        var flexFec = section.Track?.FecSsrc is not null && section.Direction == MediaDirection.SendOnly ? policy.FlexFec : null;
        var entries = CodecNegotiation.AllEntries(codecs, flexFec);
        var offered = new MediaSection(section.Kind, section.Mid)
        {
            Formats = CodecNegotiation.FormatsOf(entries),
            Codecs = entries,
            Direction = section.Direction,
            HeaderExtensions = [.. policy.ExtensionsOf(section.Kind).Where(extension =>
                !CodecNegotiation.NamesEncodings(extension.Uri) && CodecNegotiation.IsOfUse(extension.Uri, section.Direction, codecs[0].Kind))],
            ExtmapAllowMixed = true,
            RtcpReducedSize = true,
            Bandwidth = section.Direction.Receives() ? Limit(section.MaxKilobitsPerSecond) : [],
        };
        return section.Track is { } track ? offered.With(track.For(codecs, flexFec)) : offered;
    }

    private static NegotiatedMedia ApplySection(MediaSection ours, MediaSection theirs)
    {
        var extensions = CodecNegotiation.AcceptedExtensions(ours, theirs);
        var codecs = CodecNegotiation.AcceptedCodecs(ours, theirs, extensions);
        var flexFec = CodecNegotiation.AcceptedFlexFec(ours, theirs);
        var direction = codecs.Count == 0 ? MediaDirection.Inactive : ours.Direction & theirs.Direction.Reversed();
        return Agreed(theirs, direction, codecs, extensions) with
        {
            LocalTrack = direction.Sends() ? SentTrack(ours)?.For(codecs, flexFec) : null,
            FlexFecPayloadType = direction.Sends() ? flexFec?.PayloadType : null,
            ReducedSizeRtcp = ours.RtcpReducedSize && theirs.RtcpReducedSize,
            ExtmapAllowMixed = ours.ExtmapAllowMixed && theirs.ExtmapAllowMixed,
        };
    }

    /// <summary>The track that an offered section was made from.</summary>
    private static LocalTrack? SentTrack(MediaSection ours)
    {
        if (ours.Msid is not { } msid || MediaNegotiation.RemoteStreams(ours) is not [var stream, ..]) return null;
        return new(ours.Kind, msid, stream.Ssrc, stream.RtxSsrc, stream.Cname ?? "") { FecSsrc = stream.FecSsrc };
    }
}
