using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc.Tests.Sdp;

public class CodecMatcherTests
{
    [Theory]
    // The same codec, however it is written.
    [InlineData("H264", "profile-level-id=42e01f;packetization-mode=1", "profile-level-id=42E034;packetization-mode=1", true, true)]
    [InlineData("H264", "profile-level-id=42e01f;packetization-mode=1", "profile-level-id=4d801f;packetization-mode=1", true, true)]
    [InlineData("H264", "", "profile-level-id=42e01f", true, true)]
    [InlineData("H264", "profile-level-id=640c1f;packetization-mode=1", "profile-level-id=640c2a;packetization-mode=1", true, true)]
    [InlineData("H264", "profile-level-id=f4001f", "profile-level-id=f4001f", true, true)]
    [InlineData("VP9", "", "profile-id=0", true, true)]
    [InlineData("AV1", "level-idx=5;profile=0;tier=0", "", true, true)]
    [InlineData("VP8", "max-fs=12288", "", true, true)]
    // Decodable by more than the same.
    [InlineData("H264", "profile-level-id=42e01f;packetization-mode=1", "profile-level-id=42001f;packetization-mode=1", false, true)]
    [InlineData("H264", "profile-level-id=42e01f;packetization-mode=1", "profile-level-id=4d001f;packetization-mode=1", false, true)]
    [InlineData("H264", "profile-level-id=42e01f;packetization-mode=1", "profile-level-id=64001f;packetization-mode=1", false, true)]
    [InlineData("H264", "profile-level-id=4d001f;packetization-mode=1", "profile-level-id=64001f;packetization-mode=1", false, true)]
    [InlineData("H264", "profile-level-id=640c1f;packetization-mode=1", "profile-level-id=64001f;packetization-mode=1", false, true)]
    [InlineData("H264", "profile-level-id=42e01f;packetization-mode=0", "profile-level-id=42e01f;packetization-mode=1", false, true)]
    [InlineData("AV1", "profile=0", "profile=1", false, true)]
    // Not decodable.
    [InlineData("H264", "profile-level-id=42e01f;packetization-mode=1", "profile-level-id=42e01f;packetization-mode=0", false, false)]
    [InlineData("H264", "profile-level-id=42001f;packetization-mode=1", "profile-level-id=42e01f;packetization-mode=1", false, false)]
    [InlineData("H264", "profile-level-id=42001f;packetization-mode=1", "profile-level-id=4d001f;packetization-mode=1", false, false)]
    [InlineData("H264", "profile-level-id=64001f;packetization-mode=1", "profile-level-id=4d001f;packetization-mode=1", false, false)]
    [InlineData("H264", "profile-level-id=42e01f", "profile-level-id=f4001f", false, false)]
    [InlineData("H264", "profile-level-id=42e01f", "profile-level-id=nonsense", false, false)]
    [InlineData("H264", "profile-level-id=42e01f", "profile-level-id=42e01", false, false)]
    [InlineData("H264", "packetization-mode=2", "packetization-mode=1", false, false)]
    [InlineData("VP9", "profile-id=2", "profile-id=0", false, false)]
    [InlineData("VP9", "profile-id=0", "profile-id=2", false, false)]
    [InlineData("AV1", "profile=1", "profile=0", false, false)]
    [InlineData("AV1", "profile=x", "profile=0", false, false)]
    public void Formats_decide(string name, string published, string receivers, bool same, bool receivable)
    {
        var (sent, received) = (Codec(name, published), Codec(name, receivers));
        Assert.Equal(same, CodecMatcher.IsSame(sent, received));
        Assert.Equal(same, CodecMatcher.IsSame(received, sent));
        Assert.Equal(receivable, CodecMatcher.CanReceive(received, sent));
    }

    [Fact]
    public void Different_codecs_never_match()
    {
        string[] names = ["VP8", "VP9", "H264", "AV1", "opus", "G722"];
        foreach (var left in names)
        {
            foreach (var right in names) Assert.Equal(left == right, CodecMatcher.CanReceive(Codec(left, ""), Codec(right, "")));
        }

        Assert.False(CodecMatcher.CanReceive(Codec("opus", ""), Codec("opus", "") with { Channels = 1 }));
        Assert.False(CodecMatcher.IsSame(Codec("G722", ""), Codec("PCMU", "")));
    }

    [Fact]
    public void A_receiver_that_offered_is_matched_with_the_payload_types_of_its_own_offer()
    {
        var publisher = SdpSamples.Answer(SdpSamples.Load("chromium-plain.offer"), _ => SectionAnswer.Receive).Negotiated.Media[1];
        var receiver = SdpSamples.Answer(SdpSamples.Load("firefox-plain.offer"), SdpSamples.Send).Negotiated.Media[1];

        RtpCodec Published(byte payloadType) => publisher.Codecs.Single(codec => codec.PayloadType == payloadType);
        Assert.True(receiver.TryMatchCodec(Published(96), out var vp8));
        Assert.Equal((120, (byte?)124), (vp8.PayloadType, vp8.RtxPayloadType));
        Assert.True(receiver.TryMatchCodec(Published(98), out var vp9));
        Assert.Equal(121, vp9.PayloadType);
        Assert.True(receiver.TryMatchCodec(Published(45), out var av1));
        Assert.Equal(99, av1.PayloadType);
        Assert.False(receiver.TryMatchCodec(Published(102), out _));
        Assert.False(receiver.TryMatchCodec(Published(100), out _));
    }

    [Fact]
    public void The_same_format_goes_before_one_that_includes_it()
    {
        var receiver = SdpSamples.Answer(SdpSamples.Load("chromium-plain.offer"), SdpSamples.Send).Negotiated.Media[1];
        Assert.True(receiver.TryMatchCodec(Codec("H264", "profile-level-id=42e01f;packetization-mode=1"), out var same));
        Assert.Equal(108, same.PayloadType);
        var reduced = receiver with { Codecs = [.. receiver.Codecs.Where(codec => codec.PayloadType is not (108 or 114))] };
        Assert.True(reduced.TryMatchCodec(Codec("H264", "profile-level-id=42e01f;packetization-mode=1"), out var including));
        Assert.Equal(102, including.PayloadType);
    }

    private static RtpCodec Codec(string name, string parameters) =>
        new(96, RtpCodec.KindOf(name), name, name is "opus" ? 48000 : 90000, name is "opus" ? 2 : 1) { Parameters = FormatParameters.Parse(parameters) };
}
