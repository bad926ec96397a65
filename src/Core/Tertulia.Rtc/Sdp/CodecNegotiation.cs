using System.Globalization;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Sdp;

/// <summary>Intersects what two ends can do with one section's payload types and header extensions (RFC 3264 section 6).</summary>
internal static class CodecNegotiation
{
    private const string TransportCc = "transport-cc";
    private const string Remb = "goog-remb";

    /// <summary>The codecs of an offer that the policy knows, with the offerer's payload types and our parameters.</summary>
    public static List<RtpCodec> AnswerCodecs(
        MediaSection offered, MediaPolicy policy, MediaDirection direction, IReadOnlyList<RtpHeaderExtension> extensions)
    {
        var templates = policy.CodecsOf(offered.Kind);
        var codecs = new List<RtpCodec>();
        foreach (var codec in offered.Codecs)
        {
            if (!IsPrimary(codec.Kind) || Find(templates, codec) is not { } template) continue;
            codecs.Add(codec with
            {
                Parameters = AnswerParameters(codec, template, policy, direction),
                Feedback = Feedback(codec, template, extensions),
                RtxPayloadType = template.RtxPayloadType is null ? null : codec.RtxPayloadType,
            });
        }

        codecs.RemoveAll(codec => codec.Kind == CodecKind.Red && !RepeatsOnly(codec, codecs));
        return direction.Receives() ? policy.InUplinkOrder(offered.Kind, codecs) : codecs;
    }

    /// <summary>The codecs of our offer that an answer took, in the answerer's order and with its parameters.</summary>
    public static List<RtpCodec> AcceptedCodecs(MediaSection offered, MediaSection answered, IReadOnlyList<RtpHeaderExtension> extensions)
    {
        var codecs = new List<RtpCodec>();
        foreach (var codec in answered.Codecs)
        {
            if (!IsPrimary(codec.Kind) || Find(offered.Codecs, codec) is not { } ours) continue;
            codecs.Add(codec with
            {
                Feedback = Feedback(codec, ours, extensions),
                RtxPayloadType = ours.RtxPayloadType is null ? null : codec.RtxPayloadType,
            });
        }

        return codecs;
    }

    /// <summary>The offered extensions that the policy knows, under the offerer's ids, with our directions.</summary>
    /// <param name="first">The codec that will be sent in the section, as far as we know.</param>
    public static List<RtpHeaderExtension> AnswerExtensions(MediaSection offered, MediaPolicy policy, MediaDirection direction, bool withRids, CodecKind first)
    {
        var known = policy.ExtensionsOf(offered.Kind);
        var accepted = new List<RtpHeaderExtension>();
        foreach (var extension in offered.HeaderExtensions)
        {
            var needsTwoByteForm = extension.Id > 14;
            if (extension.Direction == MediaDirection.Inactive || (needsTwoByteForm && !offered.ExtmapAllowMixed)) continue;
            if (!Contains(known, extension.Uri) || Contains(accepted, extension.Uri) || (!withRids && NamesEncodings(extension.Uri))) continue;
            if (!IsOfUse(extension.Uri, direction, first)) continue;
            accepted.Add(new(extension.Id, extension.Uri, extension.Direction.Reversed()));
        }

        return accepted;
    }

    /// <summary>The extensions of our offer that an answer kept, under our ids, with our directions.</summary>
    public static List<RtpHeaderExtension> AcceptedExtensions(MediaSection offered, MediaSection answered)
    {
        var accepted = new List<RtpHeaderExtension>();
        foreach (var extension in offered.HeaderExtensions)
        {
            foreach (var other in answered.HeaderExtensions)
            {
                if (other.Uri != extension.Uri || other.Id != extension.Id) continue;
                var direction = extension.Direction & other.Direction.Reversed();
                if (direction != MediaDirection.Inactive) accepted.Add(extension with { Direction = direction });
                break;
            }
        }

        return accepted;
    }

    /// <summary>See <see cref="MediaPolicy.VideoExtensions"/>.</summary>
    public static bool IsOfUse(string uri, MediaDirection direction, CodecKind first) =>
        uri != HeaderExtensionUris.DependencyDescriptor || !direction.Receives() || first != CodecKind.Vp8;

    /// <summary>The extensions that tell simulcast encodings apart.</summary>
    public static bool NamesEncodings(string uri) => uri is HeaderExtensionUris.RtpStreamId or HeaderExtensionUris.RepairedRtpStreamId;

    /// <summary>The repair packets that an offer takes for a track that we send, or has for what we receive; null for none.</summary>
    public static RtpCodec? AnswerFlexFec(
        MediaSection offered, MediaPolicy policy, MediaDirection direction, LocalTrack? track, IReadOnlyList<RtpHeaderExtension> extensions)
    {
        var isWanted = direction.Sends() ? track?.FecSsrc is not null : direction.Receives() && policy.ReceivesFlexFec;
        if (!isWanted || policy.FlexFec is not { } template || Find(offered.Codecs, template) is not { } codec) return null;
        return codec with { Parameters = template.Parameters, Feedback = Feedback(codec, template, extensions) };
    }

    /// <summary>The repair packets of our offer that an answer took, or null.</summary>
    public static RtpCodec? AcceptedFlexFec(MediaSection offered, MediaSection answered)
    {
        foreach (var codec in offered.Codecs)
        {
            if (codec.Kind == CodecKind.FlexFec03) return Find(answered.Codecs, codec);
        }

        return null;
    }

    /// <summary>Payload types for the media line and their entries: each codec, followed by its retransmissions, and repair packets.</summary>
    public static List<RtpCodec> AllEntries(IReadOnlyList<RtpCodec> codecs, RtpCodec? flexFec)
    {
        var all = new List<RtpCodec>(codecs.Count * 2);
        foreach (var codec in codecs)
        {
            all.Add(codec);
            if (codec.RtxEntry() is { } rtx) all.Add(rtx);
        }

        if (flexFec is not null) all.Add(flexFec);
        return all;
    }

    public static List<string> FormatsOf(IReadOnlyList<RtpCodec> codecs) =>
        [.. codecs.Select(codec => codec.PayloadType.ToString(CultureInfo.InvariantCulture))];

    private static bool IsPrimary(CodecKind kind) => kind is not (CodecKind.Rtx or CodecKind.Ulpfec or CodecKind.FlexFec03);

    private static RtpCodec? Find(IReadOnlyList<RtpCodec> codecs, RtpCodec like)
    {
        foreach (var codec in codecs)
        {
            if (CodecMatcher.IsSame(codec, like)) return codec;
        }

        return null;
    }

    private static bool Contains(IReadOnlyList<RtpHeaderExtension> extensions, string uri)
    {
        foreach (var extension in extensions)
        {
            if (extension.Uri == uri) return true;
        }

        return false;
    }

    private static List<string> Feedback(RtpCodec codec, RtpCodec ours, IReadOnlyList<RtpHeaderExtension> extensions)
    {
        // Transport-wide feedback without the extension that numbers packets would report nothing.
        var hasTransportCc = codec.HasFeedback(TransportCc) && ours.HasFeedback(TransportCc)
            && Contains(extensions, HeaderExtensionUris.TransportSequenceNumber);
        var messages = new List<string>();
        foreach (var message in codec.Feedback)
        {
            if (!ours.HasFeedback(message)) continue;
            if (message.Equals(TransportCc, StringComparison.OrdinalIgnoreCase) && !hasTransportCc) continue;
            if (message.Equals(Remb, StringComparison.OrdinalIgnoreCase) && hasTransportCc) continue;
            messages.Add(message);
        }

        return messages;
    }

    /// <summary>Redundant audio is of use only when every block in it is a codec that was accepted beside it.</summary>
    private static bool RepeatsOnly(RtpCodec red, List<RtpCodec> accepted)
    {
        if (red.Parameters.Items.Count != 1 || red.Parameters.Items[0] is not { Value: null } blocks) return false;
        foreach (var block in blocks.Name.Split('/'))
        {
            if (!CodecTableBuilder.TryParsePayloadType(block, out var payloadType)) return false;
            if (!accepted.Exists(codec => codec.PayloadType == payloadType && codec.Kind != CodecKind.Red)) return false;
        }

        return true;
    }

    private static FormatParameters AnswerParameters(RtpCodec offered, RtpCodec template, MediaPolicy policy, MediaDirection direction)
    {
        var parameters = offered.Kind switch
        {
            // Both ends declare what they receive, and we pass on whatever comes: stereo if the peer has any use for it.
            CodecKind.Opus => offered.Parameters["stereo"] is "1" || offered.Parameters["sprop-stereo"] is "1"
                ? template.Parameters.With(new FormatParameter("stereo", "1"))
                : template.Parameters,
            CodecKind.Red => offered.Parameters,
            CodecKind.H264 => Copy(offered.Parameters, "level-asymmetry-allowed", "packetization-mode", "profile-level-id"),
            CodecKind.Vp9 => Copy(offered.Parameters, "profile-id"),
            CodecKind.Av1 => Copy(offered.Parameters, "level-idx", "profile", "tier"),
            _ => FormatParameters.Empty,
        };
        return direction.Receives() && offered.ClockRate == 90000 ? parameters.With([.. policy.ReceivedVideoParameters]) : parameters;
    }

    /// <summary>Only what describes the format: limits such as <c>max-fs</c> are the peer's own.</summary>
    private static FormatParameters Copy(FormatParameters parameters, params ReadOnlySpan<string> names)
    {
        var copied = new List<FormatParameter>();
        foreach (var name in names)
        {
            if (parameters.TryGet(name, out var value)) copied.Add(new(name, value));
        }

        return new([.. copied]);
    }
}
