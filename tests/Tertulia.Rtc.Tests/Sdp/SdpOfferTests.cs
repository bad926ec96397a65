using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc.Tests.Sdp;

public class SdpOfferTests
{
    [Fact]
    public void Offers_are_those_that_browsers_took()
    {
        Assert.Equal(SdpSamples.Text("uplink.server-offer"), SdpWriter.Write(SdpSamples.UplinkOffer()));
        Assert.Equal(SdpSamples.Text("downlink.server-offer"), SdpWriter.Write(SdpSamples.DownlinkOffer()));
        Assert.Equal(SdpSamples.Text("shared-some-inactive.server-offer"), SdpWriter.Write(SdpSamples.SharedOffers().SomeInactive));
    }

    [Fact]
    public void An_uplink_asks_for_vp8_first_then_h264_vp9_av1_and_never_for_simulcast()
    {
        var video = SdpSamples.UplinkOffer().MediaSections[1];
        Assert.Equal(
            [CodecKind.Vp8, CodecKind.H264, CodecKind.Vp9, CodecKind.Av1],
            video.Codecs.Select(codec => codec.Kind).Where(kind => kind != CodecKind.Rtx).Distinct());
        Assert.All(video.Codecs.Where(codec => codec.Kind != CodecKind.Rtx), codec => Assert.NotNull(codec.RtxPayloadType));
        Assert.Equal((MediaDirection.ReceiveOnly, DtlsSetup.ActPass), (video.Direction, video.Setup!.Value));
        Assert.Null(video.Msid);
        Assert.Null(video.Simulcast);
        Assert.DoesNotContain(video.HeaderExtensions, extension => extension.Uri == HeaderExtensionUris.RtpStreamId);
    }

    [Fact]
    public void Payload_types_and_extension_ids_are_distinct_and_in_range()
    {
        var codecs = MediaPolicy.Default.AudioCodecs.Concat(MediaPolicy.Default.VideoCodecs).ToList();
        var payloadTypes = codecs.Select(codec => codec.PayloadType).Concat(codecs.Where(codec => codec.RtxPayloadType is not null).Select(codec => codec.RtxPayloadType!.Value)).ToList();
        Assert.Equal(payloadTypes.Count, payloadTypes.Distinct().Count());
        // 64 to 95 would collide with RTCP on the shared flow (RFC 5761 section 4).
        Assert.All(payloadTypes, payloadType => Assert.True(payloadType is (>= 35 and <= 63) or (>= 96 and <= 127)));
        var extensions = MediaPolicy.Default.AudioExtensions.Concat(MediaPolicy.Default.VideoExtensions).ToList();
        Assert.All(extensions, extension => Assert.InRange(extension.Id, 1, 14));
        // One id means the same in all bundled sections (RFC 9143 section 14).
        Assert.All(extensions.GroupBy(extension => extension.Id), group => Assert.Single(group.Select(extension => extension.Uri).Distinct()));
        Assert.All(extensions.GroupBy(extension => extension.Uri), group => Assert.Single(group.Select(extension => extension.Id).Distinct()));
    }

    [Fact]
    public void Shared_sections_keep_order_and_mids_and_free_places_are_used_again()
    {
        var (six, someInactive, reused) = SdpSamples.SharedOffers();

        Assert.Equal(["0", "1", "2", "3", "4", "5"], six.MediaSections.Select(section => section.Mid));
        Assert.Equal(["0", "1", "2", "3", "4", "5"], someInactive.BundledMids);
        Assert.Equal(
            ["inactive", "inactive", "sendonly", "sendonly", "sendonly", "inactive"],
            someInactive.MediaSections.Select(section => section.Direction.ToAttribute()));
        Assert.All(someInactive.MediaSections, section => Assert.Equal(9, section.Port));
        Assert.Null(someInactive.MediaSections[0].Msid);
        Assert.Equal(
            ["stream7", "stream7", "stream2", "stream2", "stream3", "stream8", "stream9", "stream9"],
            reused.MediaSections.Select(section => section.Msid!.Value.StreamId));
        Assert.Equal([1ul, 2ul, 3ul], new[] { six, someInactive, reused }.Select(offer => offer.Origin.Version));
        Assert.Throws<ArgumentException>(() => SdpNegotiator.CreateOffer(SdpSamples.Local, [], MediaPolicy.Default, six));
    }

    [Fact]
    public void A_place_is_given_only_to_tracks_of_its_kind()
    {
        var list = new OfferedSectionList();
        Assert.Equal(["0", "1"], new[] { list.Add(SdpSamples.Audio(1)), list.Add(SdpSamples.Video(1)) });
        Assert.True(list.Remove("0"));
        Assert.False(list.Remove("0"));
        Assert.False(list.Remove("7"));
        Assert.Equal(["2", "0"], new[] { list.Add(SdpSamples.Video(2)), list.Add(SdpSamples.Audio(2)) });
        Assert.Equal([MediaKind.Audio, MediaKind.Video, MediaKind.Video], list.Sections.Select(section => section.Kind));
    }

    [Fact]
    public void Limits_and_hints_stand_only_where_we_receive()
    {
        var policy = MediaPolicy.Default with { ReceivedVideoParameters = [new("x-google-min-bitrate", "3000")] };
        var offer = SdpNegotiator.CreateOffer(
            SdpSamples.Local,
            [OfferedSection.Receive("0", MediaKind.Video) with { MaxKilobitsPerSecond = 120 }, OfferedSection.Send("1", SdpSamples.Video(1))],
            policy);
        Assert.Equal([new("AS", 120), new("TIAS", 120_000)], offer.MediaSections[0].Bandwidth);
        Assert.Equal("3000", offer.MediaSections[0].Codecs[0].Parameters["x-google-min-bitrate"]);
        Assert.Empty(offer.MediaSections[1].Bandwidth);
        Assert.Null(offer.MediaSections[1].Codecs[0].Parameters["x-google-min-bitrate"]);
    }
}
