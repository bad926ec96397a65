using System.Runtime.CompilerServices;
using System.Text;

namespace Tertulia.Rtc.Sdp;

/// <summary>Writes session descriptions with CRLF line ends, in the order that browsers themselves use.</summary>
public static class SdpWriter
{
    public static string Write(SessionDescription session)
    {
        var text = new StringBuilder(4096);
        var origin = session.Origin;
        Line(text, "v=0");
        Line(text, $"o={origin.Username} {origin.SessionId} {origin.Version} {origin.Address}");
        Line(text, $"s={session.Name}");
        Line(text, "t=0 0");
        foreach (var group in session.Groups) Line(text, $"a=group:{string.Join(' ', group.Mids.Prepend(group.Semantics))}");
        if (session.ExtmapAllowMixed) Line(text, "a=extmap-allow-mixed");
        if (session.IceLite) Line(text, "a=ice-lite");
        if (session.IceOptions.Count > 0) Line(text, $"a=ice-options:{string.Join(' ', session.IceOptions)}");
        WriteOthers(text, session.OtherAttributes);
        foreach (var section in session.MediaSections) WriteSection(text, section, session.ExtmapAllowMixed);
        return text.ToString();
    }

    private static void WriteSection(StringBuilder text, MediaSection section, bool sessionAllowsMixed)
    {
        Line(text, $"m={section.Media} {section.Port} {section.Protocol} {string.Join(' ', section.Formats)}");
        Line(text, "c=IN IP4 0.0.0.0");
        foreach (var bandwidth in section.Bandwidth) Line(text, $"b={bandwidth.Type}:{bandwidth.Value}");
        WriteTransport(text, section);
        if (section.Mid.Length > 0) Line(text, $"a=mid:{section.Mid}");
        if (section.BundleOnly) Line(text, "a=bundle-only");
        foreach (var extension in section.HeaderExtensions) WriteExtension(text, extension);
        if (section.ExtmapAllowMixed && !sessionAllowsMixed) Line(text, "a=extmap-allow-mixed");
        if (section.IsRtp || section.Direction != MediaDirection.SendReceive) Line(text, $"a={section.Direction.ToAttribute()}");
        if (section.Msid is { } msid) Line(text, $"a=msid:{msid}");
        if (section.RtcpMux) Line(text, "a=rtcp-mux");
        if (section.RtcpReducedSize) Line(text, "a=rtcp-rsize");
        foreach (var codec in section.Codecs) WriteCodec(text, codec);
        WriteSources(text, section);
        foreach (var rid in section.Rids)
        {
            Line(text, $"a=rid:{rid.Id} {(rid.IsSend ? "send" : "recv")}{(rid.Restrictions is null ? "" : " " + rid.Restrictions)}");
        }

        if (section.Simulcast is { } simulcast) Line(text, $"a=simulcast:{SimulcastSyntax.Write(simulcast)}");
        WriteOthers(text, section.OtherAttributes);
    }

    private static void WriteTransport(StringBuilder text, MediaSection section)
    {
        foreach (var candidate in section.Candidates) Line(text, $"a={candidate}");
        if (section.EndOfCandidates) Line(text, "a=end-of-candidates");
        if (section.Ice is { } ice)
        {
            Line(text, $"a=ice-ufrag:{ice.UsernameFragment}");
            Line(text, $"a=ice-pwd:{ice.Password}");
        }

        foreach (var fingerprint in section.Fingerprints) Line(text, $"a=fingerprint:{fingerprint.Algorithm} {fingerprint.Value}");
        if (section.Setup is { } setup) Line(text, $"a=setup:{setup.ToAttribute()}");
    }

    private static void WriteExtension(StringBuilder text, RtpHeaderExtension extension)
    {
        var direction = extension.Direction == MediaDirection.SendReceive ? "" : "/" + extension.Direction.ToAttribute();
        var attributes = extension.Attributes is null ? "" : " " + extension.Attributes;
        Line(text, $"a=extmap:{extension.Id}{direction} {extension.Uri}{attributes}");
    }

    private static void WriteCodec(StringBuilder text, RtpCodec codec)
    {
        var channels = codec.Channels > 1 ? $"/{codec.Channels}" : "";
        Line(text, $"a=rtpmap:{codec.PayloadType} {codec.Name}/{codec.ClockRate}{channels}");
        foreach (var feedback in codec.Feedback) Line(text, $"a=rtcp-fb:{codec.PayloadType} {feedback}");
        if (!codec.Parameters.IsEmpty) Line(text, $"a=fmtp:{codec.PayloadType} {codec.Parameters}");
    }

    private static void WriteSources(StringBuilder text, MediaSection section)
    {
        foreach (var group in section.SsrcGroups) Line(text, $"a=ssrc-group:{group.Semantics} {string.Join(' ', group.Ssrcs)}");
        foreach (var source in section.Ssrcs)
        {
            if (source.Cname is not null) Line(text, $"a=ssrc:{source.Ssrc} cname:{source.Cname}");
            if (source.Msid is { } msid) Line(text, $"a=ssrc:{source.Ssrc} msid:{msid}");
        }
    }

    private static void WriteOthers(StringBuilder text, IReadOnlyList<SdpAttribute> attributes)
    {
        foreach (var attribute in attributes) Line(text, attribute.Value is null ? $"a={attribute.Name}" : $"a={attribute.Name}:{attribute.Value}");
    }

    // The handler has written into the builder before this runs; process-wide cultures are invariant.
    private static void Line(
        StringBuilder text, [InterpolatedStringHandlerArgument(nameof(text))] ref StringBuilder.AppendInterpolatedStringHandler line) =>
        text.Append("\r\n");

    private static void Line(StringBuilder text, string line) => text.Append(line).Append("\r\n");
}
