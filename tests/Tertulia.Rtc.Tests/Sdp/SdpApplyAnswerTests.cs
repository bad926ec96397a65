using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc.Tests.Sdp;

public class SdpApplyAnswerTests
{
    [Theory]
    [InlineData("chromium", 10)]
    [InlineData("firefox", 3)]
    [InlineData("gst", 1)]
    public void An_uplink_answer_tells_what_comes(string client, int videoCodecs)
    {
        var negotiated = SdpSamples.Apply(SdpSamples.UplinkOffer(), SdpSamples.Load($"{client}-uplink.answer"));
        var (audio, video) = (negotiated.Media[0], negotiated.Media[1]);

        Assert.Equal(DtlsSetup.Active, negotiated.Transport.Setup);
        Assert.Single(negotiated.Transport.Fingerprints);
        Assert.All(negotiated.Media, media => Assert.Equal(MediaDirection.ReceiveOnly, media.Direction));
        Assert.Equal([CodecKind.Opus], audio.Codecs.Select(codec => codec.Kind));
        Assert.Equal(videoCodecs, video.Codecs.Count);
        Assert.Equal(CodecKind.Vp8, video.Codecs[0].Kind);
        Assert.Single(audio.RemoteStreams);
        Assert.Equal(client != "gst", Assert.Single(video.RemoteStreams).RtxSsrc is not null);
        Assert.Equal(client != "gst", video.HasFeedback("transport-cc"));
        Assert.False(video.HasFeedback("goog-remb"));
        Assert.Equal(audio.RemoteMsid!.Value.StreamId, video.RemoteMsid!.Value.StreamId);
        Assert.Null(video.LocalTrack);
        Assert.Equal(client == "gst" ? 0 : 3, video.GetExtensionId(HeaderExtensionUris.TransportSequenceNumber));
    }

    [Theory]
    [InlineData("chromium")]
    [InlineData("firefox")]
    public void A_client_without_camera_answers_inactive(string client)
    {
        var negotiated = SdpSamples.Apply(SdpSamples.UplinkOffer(), SdpSamples.Load($"{client}-uplink-no-tracks.answer"));
        Assert.All(negotiated.Media, media => Assert.Equal(MediaDirection.Inactive, media.Direction));
        Assert.All(negotiated.Media, media => Assert.Empty(media.RemoteStreams));
    }

    [Theory]
    [InlineData("chromium", true)]
    [InlineData("firefox", true)]
    [InlineData("gst", false)]
    public void A_downlink_answer_tells_what_may_be_sent(string client, bool withRetransmission)
    {
        var negotiated = SdpSamples.Apply(SdpSamples.DownlinkOffer(), SdpSamples.Load($"{client}-downlink.answer"));
        var video = negotiated.Media[1];
        Assert.Equal(MediaDirection.SendOnly, video.Direction);
        Assert.Equal(withRetransmission ? SdpSamples.Video(1) : SdpSamples.Video(1) with { RtxSsrc = null }, video.LocalTrack);
        Assert.Equal(SdpSamples.Audio(1), negotiated.Media[0].LocalTrack);
        Assert.Equal(withRetransmission ? 97 : null, video.Codecs[0].RtxPayloadType);
        Assert.Null(video.RemoteMsid);
    }

    [Theory]
    [InlineData("chromium")]
    [InlineData("firefox")]
    public void A_shared_downlink_follows_its_tracks(string client)
    {
        var (six, someInactive, reused) = SdpSamples.SharedOffers();
        string Directions(SessionDescription offer, string answer) => string.Concat(
            SdpSamples.Apply(offer, SdpSamples.Load($"{client}-{answer}.answer")).Media.Select(media => media.Direction.ToAttribute()[0]));

        Assert.Equal("ssssss", Directions(six, "shared-6"));
        Assert.Equal("iisssi", Directions(someInactive, "shared-some-inactive"));
        Assert.Equal("ssssssss", Directions(reused, "shared-reused"));
        var negotiated = SdpSamples.Apply(reused, SdpSamples.Load($"{client}-shared-reused.answer"));
        Assert.Equal(SdpSamples.Video(8), negotiated.Find("5")!.LocalTrack);
    }

    [Fact]
    public void A_rejected_section_is_left_out()
    {
        var answer = SdpSamples.Text("chromium-uplink.answer").Replace("m=audio 9", "m=audio 0", StringComparison.Ordinal);
        Assert.Equal(["1"], SdpSamples.Apply(SdpSamples.UplinkOffer(), SdpSamples.Parse(answer)).Media.Select(media => media.Mid));
    }

    [Fact]
    public void A_section_without_common_codec_carries_nothing()
    {
        var answer = SdpSamples.Text("firefox-uplink.answer").Replace("opus/48000/2", "speex/48000/2", StringComparison.Ordinal);
        var audio = SdpSamples.Apply(SdpSamples.UplinkOffer(), SdpSamples.Parse(answer)).Media[0];
        Assert.Equal(MediaDirection.Inactive, audio.Direction);
        Assert.Empty(audio.Codecs);
    }

    [Theory]
    [InlineData("a=setup:active", "a=setup:passive", SdpErrorCode.UnsupportedSetup)]
    [InlineData("a=setup:active", "a=setup:actpass", SdpErrorCode.UnsupportedSetup)]
    [InlineData("a=ice-ufrag", "a=x-ufrag", SdpErrorCode.MissingIceCredentials)]
    [InlineData("a=fingerprint", "a=x-print", SdpErrorCode.MissingFingerprint)]
    [InlineData("a=extmap-allow-mixed\r\n", "a=ice-lite\r\n", SdpErrorCode.UnsupportedIceLite)]
    [InlineData("a=mid:1", "a=mid:7", SdpErrorCode.AnswerDoesNotMatchOffer)]
    [InlineData("m=video", "m=audio", SdpErrorCode.AnswerDoesNotMatchOffer)]
    [InlineData("BUNDLE 0 1", "BUNDLE 0", SdpErrorCode.AnswerDoesNotMatchOffer)]
    [InlineData(" 9 UDP", " 0 UDP", SdpErrorCode.NothingAccepted)]
    [InlineData("m=video 9", "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nm=video 9", SdpErrorCode.AnswerDoesNotMatchOffer)]
    public void An_answer_that_does_not_fit_is_refused(string part, string replacement, SdpErrorCode expected)
    {
        var answer = SdpSamples.Parse(SdpSamples.Text("firefox-uplink.answer").Replace(part, replacement, StringComparison.Ordinal));
        Assert.False(SdpNegotiator.TryApplyAnswer(SdpSamples.UplinkOffer(), answer, out var negotiated, out var error));
        Assert.Null(negotiated);
        Assert.Equal(expected, error.Code);
    }

    [Fact]
    public void An_answer_with_its_mids_exchanged_is_refused()
    {
        var answer = SdpSamples.Parse(SdpSamples.Text("firefox-shared-6.answer")
            .Replace("a=mid:2\r\n", "a=mid:x\r\n", StringComparison.Ordinal)
            .Replace("a=mid:4\r\n", "a=mid:2\r\n", StringComparison.Ordinal)
            .Replace("a=mid:x\r\n", "a=mid:4\r\n", StringComparison.Ordinal));
        Assert.False(SdpNegotiator.TryApplyAnswer(SdpSamples.SharedOffers().Six, answer, out _, out var error));
        Assert.Equal(SdpErrorCode.AnswerDoesNotMatchOffer, error.Code);
    }
}
