using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc.Tests.Sdp;

public class SdpParserToleranceTests
{
    private const string Minimal = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData(" \t\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("\n\n  ")]
    public void Line_ends_and_surrounding_blanks_make_no_difference(string lineEnd)
    {
        foreach (var name in SdpSamples.Names)
        {
            var text = SdpSamples.Text(name).ReplaceLineEndings("\n");
            Assert.Equal(SdpWriter.Write(SdpSamples.Parse(text)), SdpWriter.Write(SdpSamples.Parse(text.Replace("\n", lineEnd, StringComparison.Ordinal))));
        }
    }

    [Fact]
    public void A_section_inherits_from_the_session_what_it_does_not_say_itself()
    {
        var session = SdpSamples.Parse(Minimal + """
            a=ice-ufrag:sess
            a=ice-pwd:sessionPasswordOf22chr
            a=fingerprint:SHA-256 aa:bb
            a=setup:actpass
            a=recvonly
            a=extmap:1 urn:a
            a=extmap:2 urn:b
            a=extmap-allow-mixed
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            a=mid:a
            m=video 9 UDP/TLS/RTP/SAVPF 96
            a=mid:b
            a=ice-ufrag:own1
            a=ice-pwd:ownPasswordOf22charact
            a=fingerprint:sha-1 CC:DD
            a=setup:active
            a=sendonly
            a=extmap:2 urn:c
            """);
        var (inheriting, own) = (session.MediaSections[0], session.MediaSections[1]);

        Assert.Equal(new("sess", "sessionPasswordOf22chr"), inheriting.Ice);
        Assert.Equal([new("sha-256", "AA:BB")], inheriting.Fingerprints);
        Assert.Equal((DtlsSetup.ActPass, MediaDirection.ReceiveOnly, true), (inheriting.Setup!.Value, inheriting.Direction, inheriting.ExtmapAllowMixed));
        Assert.Equal(["urn:a", "urn:b"], inheriting.HeaderExtensions.Select(extension => extension.Uri));
        Assert.Equal(new("own1", "ownPasswordOf22charact"), own.Ice);
        Assert.Equal([new("sha-1", "CC:DD")], own.Fingerprints);
        Assert.Equal((DtlsSetup.Active, MediaDirection.SendOnly), (own.Setup!.Value, own.Direction));
        Assert.Equal(["urn:c", "urn:a"], own.HeaderExtensions.Select(extension => extension.Uri));
    }

    [Fact]
    public void Malformed_attributes_are_passed_over_and_unknown_ones_kept()
    {
        var section = SdpSamples.Parse(Minimal + """
            m=video 49170/2 UDP/TLS/RTP/SAVPF 96 97 98 200 96
            i=a title
            k=clear:secret
            b=AS:many
            b=AS:300
            a=mid:0
            a=rtpmap:96 VP8
            a=rtpmap:96 VP8/0
            a=rtpmap:x VP8/90000
            a=rtpmap:97 VP8/90000
            a=rtpmap:97 H264/90000
            a=rtpmap:128 VP9/90000
            a=rtpmap:98 rtx/90000
            a=fmtp:98 apt=250
            a=fmtp:
            a=rtcp-fb:97
            a=rtcp-fb:* nack
            a=rtcp-fb:* nack
            a=extmap:0 urn:zero
            a=extmap:15 urn:fifteen
            a=extmap:4097 urn:alternative
            a=extmap:3/sideways urn:direction
            a=extmap:3
            a=extmap:14/SENDONLY urn:kept with attributes
            a=extmap:14 urn:repeated
            a=fingerprint:sha-256 AB:CD:E
            a=fingerprint:sha-256 ABCD
            a=setup:maybe
            a=ice-ufrag:abc
            a=ice-pwd:short
            a=candidate:1 1 udp 1 192.0.2.1 70000 typ host
            a=candidate:nonsense
            a=ssrc:-1 cname:x
            a=ssrc:4294967296 cname:x
            a=ssrc:4294967295 cname:x
            a=ssrc-group:FID 1 two
            a=rid:bad/rid send
            a=rid:q sideways
            a=simulcast:send q;;h
            a=rtcp-xr:rcvr-rtt=all
            a=framerate : 15
            a=whatever
            """).MediaSections[0];

        Assert.Equal((49170, "0"), (section.Port, section.Mid));
        Assert.Equal([new SdpBandwidth("AS", 300)], section.Bandwidth);
        Assert.Equal([97, 98], section.Codecs.Select(codec => (int)codec.PayloadType));
        Assert.Equal((CodecKind.Vp8, (byte?)null), (section.Codecs[0].Kind, section.Codecs[0].RtxPayloadType));
        Assert.Equal(["nack"], section.Codecs[0].Feedback);
        Assert.Null(section.Codecs[1].AssociatedPayloadType);
        Assert.Equal([new RtpHeaderExtension(14, "urn:kept", MediaDirection.SendOnly) { Attributes = "with attributes" }], section.HeaderExtensions);
        Assert.Empty(section.Fingerprints);
        Assert.Null(section.Setup);
        Assert.Null(section.Ice);
        Assert.Empty(section.Candidates);
        Assert.Equal(4294967295u, Assert.Single(section.Ssrcs).Ssrc.Value);
        Assert.Empty(section.SsrcGroups);
        Assert.Empty(section.Rids);
        Assert.Null(section.Simulcast);
        Assert.Equal([new("rtcp-xr", "rcvr-rtt=all"), new("framerate", "15"), new("whatever", null)], section.OtherAttributes);
    }

    [Theory]
    [InlineData("send q;h;f", "send q;h;f")]
    [InlineData("send q,~h;f recv a", "send q,~h;f recv a")]
    [InlineData("recv a send b", "send b recv a")]
    public void Simulcast_is_read_with_alternatives_and_pauses(string value, string written)
    {
        var section = SdpSamples.Parse(Minimal + $"m=video 9 UDP/TLS/RTP/SAVPF 96\na=simulcast:{value}").MediaSections[0];
        Assert.Contains($"a=simulcast:{written}\r\n", SdpWriter.Write(new(new("-", "1", 1), [section])), StringComparison.Ordinal);
    }

    [Fact]
    public void Static_payload_types_need_no_map()
    {
        var codecs = SdpSamples.Parse(Minimal + "m=audio 9 RTP/AVP 0 8 9 13 3").MediaSections[0].Codecs;
        Assert.Equal(["PCMU", "PCMA", "G722", "CN"], codecs.Select(codec => codec.Name));
    }

    [Theory]
    [InlineData(null, SdpErrorCode.NotSdp, 0)]
    [InlineData("", SdpErrorCode.NotSdp, 0)]
    [InlineData("\r\n \r\n", SdpErrorCode.NotSdp, 0)]
    [InlineData("hello", SdpErrorCode.NotSdp, 1)]
    [InlineData("{\"type\":\"offer\"}", SdpErrorCode.NotSdp, 1)]
    [InlineData("v=1\r\n", SdpErrorCode.NotSdp, 1)]
    [InlineData("v=0\r\nnonsense", SdpErrorCode.MalformedLine, 2)]
    [InlineData("v=0\r\n\r\n=x", SdpErrorCode.MalformedLine, 3)]
    [InlineData("v=0\r\nA=mid:1", SdpErrorCode.MalformedLine, 2)]
    [InlineData("v=0\r\nm=audio", SdpErrorCode.MalformedMediaLine, 2)]
    [InlineData("v=0\r\nm=audio 9 RTP/AVP", SdpErrorCode.MalformedMediaLine, 2)]
    [InlineData("v=0\r\nm=audio 65536 RTP/AVP 0", SdpErrorCode.MalformedMediaLine, 2)]
    [InlineData("v=0\r\nm=audio -1 RTP/AVP 0", SdpErrorCode.MalformedMediaLine, 2)]
    [InlineData("v=0\r\nm=audio 9 RTP/AVP 0\r\na=mid:", SdpErrorCode.MalformedAttribute, 3)]
    [InlineData("v=0\r\nm=audio 9 RTP/AVP 0\r\na=mid:a b", SdpErrorCode.MalformedAttribute, 3)]
    [InlineData("v=0\r\nm=audio 9 RTP/AVP 0\r\na=mid:1\r\nm=audio 9 RTP/AVP 0\r\na=mid:1", SdpErrorCode.DuplicateMid, 0)]
    public void What_is_no_description_is_refused_with_code_and_line(string? text, SdpErrorCode code, int line)
    {
        var error = SdpSamples.ParseError(text);
        Assert.Equal((code, line), (error.Code, error.Line));
        Assert.NotEmpty(error.Message);
    }

    [Fact]
    public void A_carriage_return_never_survives_inside_a_value()
    {
        var session = SdpSamples.Parse(Minimal + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\ra=injected:1\r\n");
        Assert.Equal("0", session.MediaSections[0].Mid);
        Assert.DoesNotContain('\r', SdpWriter.Write(session).Replace("\r\n", "", StringComparison.Ordinal));
    }
}
