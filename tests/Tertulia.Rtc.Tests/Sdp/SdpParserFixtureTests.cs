using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc.Tests.Sdp;

public class SdpParserFixtureTests
{
    [Theory]
    [MemberData(nameof(SdpSamples.All), MemberType = typeof(SdpSamples))]
    public void Every_recorded_description_is_read_completely(string name)
    {
        var text = SdpSamples.Text(name);
        var session = SdpSamples.Parse(text);
        var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 10) lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int Count(string start) => lines.Count(line => line.StartsWith(start, StringComparison.Ordinal));

        Assert.Equal(Count("m="), session.MediaSections.Count);
        Assert.Equal(Count("a=mid:"), session.MediaSections.Count(section => section.Mid.Length > 0));
        Assert.Equal(Count("a=rtpmap:"), session.MediaSections.Sum(section => section.Codecs.Count));
        Assert.Equal(Count("a=rtcp-fb:"), session.MediaSections.Sum(section => section.Codecs.Sum(codec => codec.Feedback.Count)));
        Assert.Equal(Count("a=fmtp:"), session.MediaSections.Sum(section => section.Codecs.Count(codec => !codec.Parameters.IsEmpty)));
        Assert.Equal(Count("a=extmap:"), session.MediaSections.Sum(section => section.HeaderExtensions.Count));
        Assert.Equal(Count("a=ssrc-group:"), session.MediaSections.Sum(section => section.SsrcGroups.Count));
        Assert.Equal(Count("a=rid:"), session.MediaSections.Sum(section => section.Rids.Count));
        Assert.Equal(Count("a=simulcast:"), session.MediaSections.Count(section => section.Simulcast is not null));
        Assert.Equal(
            lines.Count(line => line.StartsWith("a=candidate:", StringComparison.Ordinal) && line.Split(' ')[1] == "1"),
            session.MediaSections.Sum(section => section.Candidates.Count));
        Assert.All(session.MediaSections.Where(section => section.Port != 0), section => Assert.NotNull(section.Ice));
        Assert.All(session.MediaSections.Where(section => section.Port != 0), section => Assert.Single(section.Fingerprints));
        Assert.NotEmpty(session.BundledMids);
        foreach (var section in session.MediaSections)
        {
            foreach (var rtx in section.Codecs.Where(codec => codec.Kind == CodecKind.Rtx))
                Assert.Contains(section.Codecs, codec => codec.PayloadType == rtx.AssociatedPayloadType && codec.RtxPayloadType == rtx.PayloadType);
        }
    }

    [Fact]
    public void Chromium_offers_simulcast_by_rid_without_sources()
    {
        var session = SdpSamples.Load("chromium-sim.offer");
        var (audio, video, data) = (session.MediaSections[0], session.MediaSections[1], session.MediaSections[2]);

        Assert.Equal(new SessionOrigin("-", "3285855319423672871", 2), session.Origin);
        Assert.Equal(["0", "1", "2"], session.BundledMids);
        Assert.True(session.ExtmapAllowMixed);
        Assert.Equal((MediaKind.Audio, "0", 42484, MediaDirection.SendReceive), (audio.Kind, audio.Mid, audio.Port, audio.Direction));
        Assert.Equal(["111", "63", "9", "0", "8", "13", "110", "126"], audio.Formats);
        var opus = audio.Codecs[0];
        Assert.Equal((CodecKind.Opus, 48000, 2), (opus.Kind, opus.ClockRate, opus.Channels));
        Assert.Equal("minptime=10;useinbandfec=1", opus.Parameters.ToString());
        Assert.Equal("111/111", audio.Codecs[1].Parameters.Items[0].Name);
        Assert.Equal(CodecKind.Red, audio.Codecs[1].Kind);
        Assert.Equal(new("k/Di", "QrpU6jSQWNZ9W9Vf80i7URIX"), audio.Ice);
        Assert.Equal(DtlsSetup.ActPass, audio.Setup);
        Assert.Equal("sha-256", audio.Fingerprints[0].Algorithm);
        Assert.StartsWith("4F:E1:33:C4", audio.Fingerprints[0].Value, StringComparison.Ordinal);
        Assert.Equal(4, audio.Candidates.Count);
        Assert.Equal(("192.0.2.2", (ushort)42484, IceCandidateType.Host), (audio.Candidates[0].Address, audio.Candidates[0].Port, audio.Candidates[0].Type));
        Assert.Equal((IceTransportProtocol.Tcp, "active"), (audio.Candidates[2].Protocol, audio.Candidates[2].TcpType));
        Assert.Equal(new Msid("66c49acc-c6a6-429a-bbf2-d08cf230d2ea", "50ae3cc4-3be8-4e4b-96d8-5df2913eb9db"), audio.Msid);
        Assert.Equal("NM1XyLGxMSu/59bv", Assert.Single(audio.Ssrcs).Cname);

        Assert.Equal(MediaDirection.SendOnly, video.Direction);
        Assert.Equal(["q", "h", "f"], video.Rids.Select(rid => rid.Id));
        Assert.All(video.Rids, rid => Assert.True(rid.IsSend));
        Assert.Equal(["q", "h", "f"], video.Simulcast!.Send.Select(stream => stream.Alternatives[0].Rid));
        Assert.Empty(video.Simulcast.Receive);
        Assert.Empty(video.Ssrcs);
        Assert.True(video.RtcpMux && video.RtcpReducedSize);
        var vp8 = video.Codecs[0];
        Assert.Equal((CodecKind.Vp8, (byte)96, (byte?)97), (vp8.Kind, vp8.PayloadType, vp8.RtxPayloadType));
        Assert.Equal(["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"], vp8.Feedback);
        Assert.Equal(6, video.Codecs.Count(codec => codec.Kind == CodecKind.H264));
        Assert.Equal("2", video.Codecs.Single(codec => codec.PayloadType == 100).Parameters["profile-id"]);
        Assert.Equal(10, video.HeaderExtensions.Single(extension => extension.Uri == HeaderExtensionUris.RtpStreamId).Id);

        Assert.Equal((MediaKind.Application, "UDP/DTLS/SCTP"), (data.Kind, data.Protocol));
        Assert.Equal(["webrtc-datachannel"], data.Formats);
        Assert.Contains(new SdpAttribute("sctp-port", "5000"), data.OtherAttributes);
    }

    [Fact]
    public void Firefox_gives_fingerprint_at_session_level_and_names_extension_directions()
    {
        var session = SdpSamples.Load("firefox-sim.offer");
        var video = session.MediaSections[1];

        Assert.StartsWith("FE:F4:4E:BC", video.Fingerprints[0].Value, StringComparison.Ordinal);
        Assert.Equal(MediaDirection.SendReceive, session.MediaSections[0].Direction);
        Assert.Equal(MediaDirection.SendOnly, video.Direction);
        Assert.Equal(new Msid("{38d0a4dd-3bd1-478b-b07b-e9ce0c26abc3}", "{36fac12f-cb0d-4e5e-a5bc-0d95cc489d60}"), video.Msid);
        Assert.Equal(4, video.Candidates.Count);
        Assert.All(video.Candidates, candidate => Assert.Equal(1, candidate.Component));
        Assert.True(video.EndOfCandidates);
        Assert.Equal(MediaDirection.SendOnly, video.HeaderExtensions.Single(extension => extension.Uri == HeaderExtensionUris.RtpStreamId).Direction);
        Assert.Equal(MediaDirection.ReceiveOnly, video.HeaderExtensions.Single(extension => extension.Uri == HeaderExtensionUris.PlayoutDelay).Direction);
        Assert.True(video.ExtmapAllowMixed);
        Assert.False(session.ExtmapAllowMixed);
        Assert.Equal(3, video.SsrcGroups.Count(group => group.Semantics == "FID"));
        Assert.Equal("max-fs=12288;max-fr=60", video.Codecs[0].Parameters.ToString());
        Assert.Equal((CodecKind.Av1, (byte?)100), (video.Codecs[4].Kind, video.Codecs[4].RtxPayloadType));
        Assert.Equal("0-15", session.MediaSections[0].Codecs[4].Parameters.Items[0].Name);
        Assert.Equal(1, session.MediaSections[0].Codecs[1].Channels);
    }

    [Fact]
    public void GStreamer_gives_msid_by_source_and_a_bundle_only_section_with_port_0()
    {
        var session = SdpSamples.Load("gst-plain.offer");
        var (video, audio) = (session.MediaSections[0], session.MediaSections[1]);

        Assert.Equal((MediaKind.Audio, "audio1", 0), (audio.Kind, audio.Mid, audio.Port));
        Assert.True(audio.BundleOnly);
        Assert.False(audio.IsRejected);
        Assert.Equal((CodecKind.Opus, "OPUS"), (audio.Codecs[0].Kind, audio.Codecs[0].Name));
        Assert.Equal(new Msid("user1@gstreamer", "webrtctransceiver1"), audio.Msid);
        Assert.Equal("video0", video.Mid);
        Assert.Null(video.Codecs[0].RtxPayloadType);
    }
}
