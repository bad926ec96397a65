using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc.Tests.Sdp;

public class SdpAnswerTests
{
    public static TheoryData<string, string> OffersAndWishes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in SdpSamples.Names.Where(name => name.EndsWith(".offer", StringComparison.Ordinal)))
            {
                foreach (var wish in new[] { "receive", "send", "both", "inactive" }) data.Add(name, wish);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(OffersAndWishes))]
    public void Every_recorded_offer_gets_an_answer_that_fits_it(string name, string wish)
    {
        var offer = SdpSamples.Load(name);
        var (answer, negotiated) = SdpSamples.Answer(offer, section => wish switch
        {
            "receive" => SectionAnswer.Receive,
            "send" => SdpSamples.Send(section),
            "both" => SectionAnswer.SendAndReceive(section.Kind == MediaKind.Audio ? SdpSamples.Audio(1) : SdpSamples.Video(1)),
            _ => SectionAnswer.Inactive,
        });

        AnswerInvariants.Check(offer, answer, negotiated);
        var text = SdpWriter.Write(answer);
        AnswerInvariants.Check(offer, SdpSamples.Parse(text), negotiated);
        Assert.Equal(text, SdpWriter.Write(SdpSamples.Parse(text)));
    }

    [Theory]
    [InlineData(CodecKind.Vp8, false)]
    [InlineData(CodecKind.H264, true)]
    [InlineData(CodecKind.Vp9, true)]
    [InlineData(CodecKind.Av1, true)]
    public void Dependency_descriptors_are_asked_for_unless_vp8_will_come(CodecKind preferred, bool expected)
    {
        var (answer, _) = SdpSamples.Answer(
            SdpSamples.Load("chromium-simulcast.offer"), _ => SectionAnswer.Receive, SdpSamples.Recorded with { PreferredUplinkCodec = preferred });
        var video = answer.MediaSections.Single(section => section.Kind == MediaKind.Video);
        Assert.Equal(preferred, video.Codecs[0].Kind);
        Assert.Equal(expected, video.HeaderExtensions.Any(extension => extension.Uri == HeaderExtensionUris.DependencyDescriptor));
    }

    [Fact]
    public void Dependency_descriptors_are_offered_with_what_we_send()
    {
        static bool Has(SessionDescription offer) => offer.MediaSections.Single(section => section.Kind == MediaKind.Video).HeaderExtensions
            .Any(extension => extension.Uri == HeaderExtensionUris.DependencyDescriptor);
        Assert.False(Has(SdpSamples.UplinkOffer()));
        Assert.True(Has(SdpSamples.DownlinkOffer()));
    }

    [Theory]
    [InlineData("chromium")]
    [InlineData("firefox")]
    public void The_answer_to_simulcast_is_the_one_that_browsers_took(string browser)
    {
        var (answer, _) = SdpSamples.Answer(SdpSamples.Load($"{browser}-simulcast.offer"), _ => SectionAnswer.Receive);
        Assert.Equal(SdpSamples.Text($"{browser}-simulcast.server-answer"), SdpWriter.Write(answer));
    }

    [Fact]
    public void A_chromium_uplink_is_received_with_its_sources()
    {
        var (_, negotiated) = SdpSamples.Answer(SdpSamples.Load("chromium-plain.offer"), _ => SectionAnswer.Receive);
        var (audio, video) = (negotiated.Media[0], negotiated.Media[1]);

        Assert.Equal(new("VUjf", "iPHZsTJO9w12eicePLOMPF+7"), negotiated.Transport.Ice);
        Assert.Equal(DtlsSetup.ActPass, negotiated.Transport.Setup);
        Assert.Equal([CodecKind.Opus], audio.Codecs.Select(codec => codec.Kind));
        Assert.Equal([new(new(953886953), null, "uaTrpJkFk+RFGl8n")], audio.RemoteStreams);
        Assert.Equal(1, audio.GetExtensionId(HeaderExtensionUris.AudioLevel));
        Assert.Equal([new(new(2429052713), new Ssrc(2892488795), "uaTrpJkFk+RFGl8n")], video.RemoteStreams);
        Assert.Equal("b1a1521b-fc49-438f-8ede-5fe6540bbed5", video.RemoteMsid!.Value.TrackId);
        Assert.Equal(["transport-cc", "ccm fir", "nack", "nack pli"], video.Codecs[0].Feedback);
        Assert.Equal(0, video.GetExtensionId(HeaderExtensionUris.AbsSendTime));
        Assert.Equal(0, video.GetExtensionId(HeaderExtensionUris.RtpStreamId));
        Assert.True(video.ReducedSizeRtcp);
        Assert.True(video.HasFeedback("nack pli"));
        Assert.False(video.HasFeedback("goog-remb"));
    }

    [Fact]
    public void An_offer_to_a_named_peer_is_answered_with_that_peers_track_and_nothing_comes_up()
    {
        var (answer, negotiated) = SdpSamples.Answer(SdpSamples.Load("chromium-plain.offer"), SdpSamples.Send);
        var video = answer.MediaSections[1];

        Assert.Equal(MediaDirection.SendOnly, video.Direction);
        Assert.Equal(new Msid("stream1", "video1"), video.Msid);
        Assert.Equal([2001u, 3001u], video.Ssrcs.Select(source => source.Ssrc.Value));
        Assert.Equal([2001u, 3001u], Assert.Single(video.SsrcGroups).Ssrcs.Select(ssrc => ssrc.Value));
        Assert.Equal(SdpSamples.Video(1), negotiated.Media[1].LocalTrack);
        Assert.Empty(negotiated.Media[1].RemoteStreams);
    }

    [Fact]
    public void Without_a_retransmission_payload_type_no_retransmission_source_is_announced()
    {
        var (answer, negotiated) = SdpSamples.Answer(SdpSamples.Load("gst-plain.offer"), SdpSamples.Send);
        Assert.Single(answer.MediaSections[0].Ssrcs);
        Assert.Empty(answer.MediaSections[0].SsrcGroups);
        Assert.Null(negotiated.Media[0].LocalTrack!.RtxSsrc);
    }

    [Fact]
    public void The_plainest_peer_gets_what_it_can_do_and_no_feedback_that_would_be_empty()
    {
        var (answer, negotiated) = SdpSamples.Answer(SdpSamples.Load("gst-plain.offer"), _ => SectionAnswer.Receive);
        Assert.Equal(["96"], answer.MediaSections[0].Formats);
        Assert.Equal(["nack pli", "ccm fir"], negotiated.Media[0].Codecs[0].Feedback);
        Assert.Equal(9, answer.MediaSections[1].Port);
        Assert.Equal("minptime=10;useinbandfec=1;stereo=1", answer.MediaSections[1].Codecs[0].Parameters.ToString());
    }

    [Fact]
    public void Uplinks_prefer_vp8_and_downlinks_keep_the_offerers_order()
    {
        var text = SdpSamples.Text("chromium-plain.offer").Replace("SAVPF 96 97 102 103", "SAVPF 102 103 96 97", StringComparison.Ordinal);
        var offer = SdpSamples.Parse(text);
        byte First(Func<MediaSection, SectionAnswer> choose, MediaPolicy? policy = null) =>
            SdpSamples.Answer(offer, choose, policy).Negotiated.Media[1].Codecs[0].PayloadType;

        Assert.Equal(96, First(_ => SectionAnswer.Receive));
        Assert.Equal(102, First(SdpSamples.Send));
        Assert.Equal(102, First(_ => SectionAnswer.Receive, MediaPolicy.Default with { PreferredUplinkCodec = null }));
        Assert.Equal(45, First(_ => SectionAnswer.Receive, MediaPolicy.Default with { PreferredUplinkCodec = CodecKind.Av1 }));
    }

    [Fact]
    public void Stereo_is_passed_on_where_it_is_offered()
    {
        var (answer, _) = SdpSamples.Answer(SdpSamples.Load("firefox-plain.offer"), _ => SectionAnswer.Receive);
        Assert.Equal("minptime=10;useinbandfec=1;stereo=1", answer.MediaSections[0].Codecs[0].Parameters.ToString());
        Assert.True(answer.MediaSections[1].Codecs.First(codec => codec.Kind == CodecKind.Vp8).Parameters.IsEmpty);
    }

    [Fact]
    public void Redundant_audio_is_accepted_only_by_a_policy_that_has_it()
    {
        var offer = SdpSamples.Load("chromium-plain.offer");
        var withRed = MediaPolicy.Default with { PreferredUplinkAudio = null };
        Assert.Equal(["111"], SdpSamples.Answer(offer, _ => SectionAnswer.Receive).Answer.MediaSections[0].Formats);
        Assert.Equal(["111", "63"], SdpSamples.Answer(offer, _ => SectionAnswer.Receive, withRed).Answer.MediaSections[0].Formats);

        var ofUnknown = SdpSamples.Parse(SdpSamples.Text("chromium-plain.offer").Replace("63 111/111", "63 111/9", StringComparison.Ordinal));
        Assert.Equal(["111"], SdpSamples.Answer(ofUnknown, _ => SectionAnswer.Receive, withRed).Answer.MediaSections[0].Formats);
    }

    [Fact]
    public void Redundant_audio_comes_first_where_we_receive_and_second_where_we_send()
    {
        var offer = SdpSamples.Load("chromium-plain.offer");
        Assert.Equal(["63", "111"], SdpSamples.Answer(offer, _ => SectionAnswer.Receive, MediaPolicy.Default).Answer.MediaSections[0].Formats);
        Assert.Equal(["111", "63"], SdpSamples.Answer(offer, SdpSamples.Send, MediaPolicy.Default).Answer.MediaSections[0].Formats);
        Assert.Equal(["63", "111"], SdpSamples.UplinkOffer(MediaPolicy.Default).MediaSections[0].Formats);

        var redFirst = SdpSamples.Parse(SdpSamples.Text("chromium-plain.offer").Replace("SAVPF 111 63", "SAVPF 63 111", StringComparison.Ordinal));
        Assert.Equal(["63", "111"], SdpSamples.Answer(redFirst, SdpSamples.Send, MediaPolicy.Default).Answer.MediaSections[0].Formats);
    }

    [Fact]
    public void Remb_is_answered_when_there_is_nothing_better()
    {
        var text = SdpSamples.Text("chromium-plain.offer").Replace("a=extmap:3 ", "a=extmap:3 x-", StringComparison.Ordinal);
        var (_, negotiated) = SdpSamples.Answer(SdpSamples.Parse(text), _ => SectionAnswer.Receive);
        Assert.True(negotiated.Media[1].HasFeedback("goog-remb"));
        Assert.False(negotiated.Media[1].HasFeedback("transport-cc"));
    }

    [Fact]
    public void Firefox_names_its_encodings_by_rid_and_by_source()
    {
        var (answer, negotiated) = SdpSamples.Answer(SdpSamples.Load("firefox-sim.offer"), _ => SectionAnswer.Receive);
        var video = negotiated.Media[1];
        Assert.Equal(["q", "h", "f"], video.RemoteRids);
        Assert.Equal([3526910206u, 3391862846u, 178498470u], video.RemoteStreams.Select(stream => stream.Ssrc.Value));
        Assert.Equal([1525159710u, 2610835670u, 1777469966u], video.RemoteStreams.Select(stream => stream.RtxSsrc!.Value.Value));
        Assert.Equal(9, video.GetExtensionId(HeaderExtensionUris.RtpStreamId));
        Assert.Equal(MediaDirection.ReceiveOnly, answer.MediaSections[1].HeaderExtensions.Single(extension => extension.Id == 9).Direction);
    }

    [Fact]
    public void Simulcast_takes_first_alternatives_that_are_described_and_no_more_than_the_policy_wants()
    {
        var text = SdpSamples.Text("chromium-sim.offer")
            .Replace("a=simulcast:send q;h;f", "a=rid:x send pt=45,7\r\na=rid:y send pt=120;max-width=9\r\na=simulcast:send gone,~q;y;x;h;f", StringComparison.Ordinal);
        var offer = SdpSamples.Parse(text);
        var (answer, negotiated) = SdpSamples.Answer(offer, _ => SectionAnswer.Receive);

        Assert.Equal(["q", "x", "h"], negotiated.Media[1].RemoteRids);
        Assert.Contains("a=rid:x recv pt=45,7\r\n", SdpWriter.Write(answer), StringComparison.Ordinal);
        Assert.Contains("a=simulcast:recv q;x;h\r\n", SdpWriter.Write(answer), StringComparison.Ordinal);

        var (refused, none) = SdpSamples.Answer(offer, _ => SectionAnswer.Receive, MediaPolicy.Default with { MaxSimulcastStreams = 0 });
        Assert.Null(refused.MediaSections[1].Simulcast);
        Assert.Empty(none.Media[1].RemoteRids);
        Assert.Equal(0, none.Media[1].GetExtensionId(HeaderExtensionUris.RtpStreamId));
        Assert.Null(SdpSamples.Answer(offer, SdpSamples.Send).Answer.MediaSections[1].Simulcast);
    }

    [Fact]
    public void Hints_and_limits_for_what_we_receive_stand_in_the_answer()
    {
        var policy = MediaPolicy.Default with { ReceivedVideoParameters = [new("x-google-start-bitrate", "4000")] };
        var offer = SdpSamples.Load("chromium-plain.offer");
        var (answer, _) = SdpSamples.Answer(offer, _ => SectionAnswer.Receive with { MaxKilobitsPerSecond = 120 }, policy);
        var text = SdpWriter.Write(answer);
        Assert.Contains("a=fmtp:96 x-google-start-bitrate=4000\r\n", text, StringComparison.Ordinal);
        Assert.Contains("b=AS:120\r\nb=TIAS:120000\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("x-google", SdpWriter.Write(SdpSamples.Answer(offer, SdpSamples.Send, policy).Answer), StringComparison.Ordinal);
    }

    [Fact]
    public void Renegotiation_keeps_the_session_counts_its_versions_and_shows_a_restart()
    {
        var (first, before) = SdpSamples.Answer(SdpSamples.Load("chromium-simulcast.offer"), _ => SectionAnswer.Receive);
        var (second, after) = SdpSamples.Answer(SdpSamples.Load("chromium-simulcast-again.offer"), _ => SectionAnswer.Receive, previous: first);
        var (third, last) = SdpSamples.Answer(SdpSamples.Load("chromium-simulcast-removed.offer"), _ => SectionAnswer.Receive, previous: second);

        Assert.Equal([1ul, 2ul, 3ul], new[] { first, second, third }.Select(answer => answer.Origin.Version));
        Assert.Equal(first.Origin.SessionId, third.Origin.SessionId);
        Assert.True(after.Transport.IsIceRestartOf(before.Transport));
        Assert.False(last.Transport.IsIceRestartOf(after.Transport));
        Assert.Equal(["0", "1", "3"], after.Media.Select(media => media.Mid));
        Assert.Equal(["0", "3"], last.Media.Select(media => media.Mid));
        Assert.Equal([9, 0, 0, 9], third.MediaSections.Select(section => section.Port));
    }

    [Fact]
    public void Choices_are_asked_for_in_order_and_only_for_what_can_be_accepted()
    {
        var asked = new List<string>();
        var (answer, negotiated) = SdpSamples.Answer(SdpSamples.Load("chromium-sim.offer"), section =>
        {
            asked.Add(section.Mid);
            return section.Kind == MediaKind.Audio ? SectionAnswer.Reject : SectionAnswer.Receive;
        });
        Assert.Equal(["0", "1"], asked);
        Assert.Equal([0, 9, 0], answer.MediaSections.Select(section => section.Port));
        Assert.Equal(["1"], answer.BundledMids);
        Assert.True(answer.MediaSections[1].EndOfCandidates);
        Assert.Equal("1", Assert.Single(negotiated.Media).Mid);
    }

    [Fact]
    public void Transport_attributes_may_stand_in_any_bundled_section()
    {
        var text = SdpSamples.Text("gst-plain.offer").ReplaceLineEndings("\n");
        var firstOnly = text[..text.IndexOf("m=audio", StringComparison.Ordinal)] + string.Join('\n', text[text.IndexOf("m=audio", StringComparison.Ordinal)..]
            .Split('\n').Where(line => !line.StartsWith("a=ice", StringComparison.Ordinal) && !line.StartsWith("a=fingerprint", StringComparison.Ordinal)));
        var (_, negotiated) = SdpSamples.Answer(SdpSamples.Parse(firstOnly), _ => SectionAnswer.Receive);
        Assert.Equal(2, negotiated.Media.Count);
        Assert.Equal("RgzIAHiz5qDyTH8mdS56ezXX5kM3Z3yV", negotiated.Transport.Ice.UsernameFragment);
    }

    [Fact]
    public void Without_bundle_only_the_first_section_is_accepted()
    {
        var text = SdpSamples.Text("firefox-plain.offer").Replace("a=group:BUNDLE 0 1\r\n", "", StringComparison.Ordinal);
        var (answer, _) = SdpSamples.Answer(SdpSamples.Parse(text), _ => SectionAnswer.Receive);
        Assert.Equal([9, 0], answer.MediaSections.Select(section => section.Port));
        Assert.Empty(answer.Groups);
    }

    [Theory]
    [InlineData("a=ice-pwd", "a=x-pwd", SdpErrorCode.MissingIceCredentials)]
    [InlineData("a=fingerprint", "a=x-print", SdpErrorCode.MissingFingerprint)]
    [InlineData("a=setup:actpass", "a=setup:passive", SdpErrorCode.UnsupportedSetup)]
    [InlineData("a=setup:actpass", "a=setup:holdconn", SdpErrorCode.UnsupportedSetup)]
    [InlineData("a=extmap-allow-mixed", "a=ice-lite", SdpErrorCode.UnsupportedIceLite)]
    [InlineData("a=rtcp-mux", "a=no-mux", SdpErrorCode.NothingAccepted)]
    [InlineData("UDP/TLS/RTP/SAVPF", "RTP/AVPF", SdpErrorCode.NothingAccepted)]
    [InlineData("/90000", "/90001", SdpErrorCode.None)]
    public void An_offer_without_what_a_connection_needs_is_refused(string part, string replacement, SdpErrorCode expected)
    {
        var offer = SdpSamples.Parse(SdpSamples.Text("chromium-plain.offer").Replace(part, replacement, StringComparison.Ordinal));
        var succeeded = SdpNegotiator.TryAnswer(
            offer, SdpSamples.Local, MediaPolicy.Default, _ => SectionAnswer.Receive, out var answer, out var negotiated, out var error);
        Assert.Equal(expected, error.Code);
        Assert.Equal(expected == SdpErrorCode.None, succeeded);
        Assert.Equal(succeeded, answer is not null && negotiated is not null);
    }

    [Fact]
    public void Sections_without_mid_cannot_be_answered()
    {
        var text = string.Join('\n', SdpSamples.Text("firefox-plain.offer").Split("\r\n")
            .Where(line => !line.StartsWith("a=mid", StringComparison.Ordinal) && !line.StartsWith("a=group", StringComparison.Ordinal)));
        Assert.False(SdpNegotiator.TryAnswer(
            SdpSamples.Parse(text), SdpSamples.Local, MediaPolicy.Default, _ => SectionAnswer.Receive, out _, out _, out var error));
        Assert.Equal(SdpErrorCode.MissingMid, error.Code);
    }
}
