using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc.Tests.Sdp;

public class SdpFlexFecTests
{
    private static readonly LocalTrack Protected = SdpSamples.Video(1) with { FecSsrc = new Ssrc(4001) };

    [Fact]
    public void The_offer_is_the_one_that_browsers_took() =>
        Assert.Equal(SdpSamples.Text("downlink-fec.server-offer"), SdpWriter.Write(Offer()));

    [Fact]
    public void An_offer_names_codec_window_and_protected_source()
    {
        var text = SdpWriter.Write(Offer());
        Assert.Contains("a=rtpmap:49 flexfec-03/90000\r\n", text, StringComparison.Ordinal);
        Assert.Contains("a=fmtp:49 repair-window=10000000\r\n", text, StringComparison.Ordinal);
        Assert.Contains("a=ssrc-group:FEC-FR 2001 4001\r\n", text, StringComparison.Ordinal);
        Assert.Contains("a=ssrc:4001 cname:cname1\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_policy_can_switch_it_off()
    {
        var text = SdpWriter.Write(Offer(SdpSamples.Recorded with { FlexFec = null }));
        Assert.DoesNotContain("flexfec", text, StringComparison.Ordinal);
        Assert.DoesNotContain("FEC-FR", text, StringComparison.Ordinal);
        Assert.DoesNotContain("4001", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chromium", true)]
    [InlineData("firefox", false)]
    public void Chromium_takes_it_and_Firefox_leaves_it(string client, bool taken)
    {
        var video = SdpSamples.Apply(Offer(), SdpSamples.Load($"{client}-downlink-fec.answer")).Media[1];
        Assert.Equal(taken ? 49 : null, video.FlexFecPayloadType);
        Assert.Equal(taken ? Protected : SdpSamples.Video(1), video.LocalTrack);
        Assert.DoesNotContain(video.Codecs, codec => codec.Kind == CodecKind.FlexFec03);
    }

    [Fact]
    public void A_recvonly_offer_is_answered_with_it()
    {
        var offer = SdpSamples.Load("chromium-recvonly.offer");
        var (text, video) = Answer(offer, SdpSamples.Recorded);
        var payloadType = offer.MediaSections[1].Codecs.Single(codec => codec.Kind == CodecKind.FlexFec03).PayloadType;
        Assert.Equal((payloadType, Protected), (video.FlexFecPayloadType, video.LocalTrack));
        Assert.Contains($"a=fmtp:{payloadType} repair-window=10000000\r\n", text, StringComparison.Ordinal);
        Assert.Contains("a=ssrc-group:FEC-FR 2001 4001\r\n", text, StringComparison.Ordinal);

        (text, video) = Answer(offer, SdpSamples.Recorded with { FlexFec = null });
        Assert.Equal((null, SdpSamples.Video(1)), (video.FlexFecPayloadType, video.LocalTrack));
        Assert.DoesNotContain("flexfec", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_receiver_of_ours_takes_it_when_told_to()
    {
        SessionDescription offer = SdpSamples.Parse(SdpWriter.Write(Offer())) with { IceLite = false };
        NegotiatedMedia Received(MediaPolicy policy)
        {
            Assert.True(SdpNegotiator.TryAnswer(offer, SdpSamples.Local, policy, _ => SectionAnswer.Receive, out _, out var negotiated, out var error), error.ToString());
            return negotiated.Media[1];
        }

        var media = Received(SdpSamples.Recorded with { ReceivesFlexFec = true });
        Assert.Equal((byte)49, media.FlexFecPayloadType);
        Assert.Equal(new Ssrc(4001), Assert.Single(media.RemoteStreams).FecSsrc);
        Assert.Null(Received(SdpSamples.Recorded).FlexFecPayloadType);
    }

    private static SessionDescription Offer(MediaPolicy? policy = null) => SdpNegotiator.CreateOffer(
        SdpSamples.Local, [OfferedSection.Send("0", SdpSamples.Audio(1)), OfferedSection.Send("1", Protected)], policy ?? SdpSamples.Recorded);

    private static LocalTrack Track(MediaSection section) => section.Kind == MediaKind.Audio ? SdpSamples.Audio(1) : Protected;

    private static (string Text, NegotiatedMedia Video) Answer(SessionDescription offer, MediaPolicy policy)
    {
        Assert.True(SdpNegotiator.TryAnswer(
            offer, SdpSamples.Local, policy, section => SectionAnswer.Send(Track(section)), out var answer, out var negotiated, out var error), error.ToString());
        return (SdpWriter.Write(answer), negotiated.Media[1]);
    }
}
