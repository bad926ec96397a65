using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Tests.Rtp;

namespace Tertulia.Rtc.Tests.Codecs;

public sealed class KeyFrameTests
{
    [Theory]
    [InlineData("6742C01F", true, true)] // sequence parameter set
    [InlineData("68CE3C80", false, false)] // picture parameter set
    [InlineData("6588", true, false)] // IDR, first macroblock 0
    [InlineData("6540", false, false)] // IDR, a later slice
    [InlineData("65", false, false)]
    [InlineData("419A", false, false)] // predicted
    [InlineData("7C8588", true, false)] // FU-A, first fragment of an IDR
    [InlineData("7C8540", false, false)] // of its second slice
    [InlineData("7C0588", false, false)] // a later fragment
    [InlineData("7C819A", false, false)] // first fragment of something else
    [InlineData("7C87", true, false)] // first fragment of a huge parameter set
    [InlineData("78" + "0004" + "6742C01F" + "0002" + "68CE", true, true)] // STAP-A
    [InlineData("78" + "0002" + "09F0" + "0002" + "6742", true, true)] // behind an access unit delimiter
    [InlineData("78" + "0002" + "68CE" + "0002" + "6588", true, false)]
    [InlineData("78" + "0002" + "68CE" + "0002" + "419A", false, false)]
    [InlineData("78" + "0009" + "6742", false, false)] // longer than the packet
    [InlineData("78" + "0000" + "6742", false, false)]
    [InlineData("7C", false, false)]
    [InlineData("", false, false)]
    public void H264(string payload, bool isKeyFrame, bool hasParameterSets)
    {
        var bytes = Convert.FromHexString(payload);
        Assert.Equal(isKeyFrame, KeyFrameDetector.IsKeyFrameStart(CodecKind.H264, bytes));
        Assert.Equal(hasParameterSets, H264Payload.ContainsParameterSets(bytes));
    }

    [Theory]
    [InlineData("18" + "0A0B", true)] // W 1, N
    [InlineData("10" + "0A0B", true)] // W 1, a sequence header without N
    [InlineData("10" + "320B", false)] // W 1, a frame
    [InlineData("90" + "0A0B", false)] // goes on from the packet before
    [InlineData("98" + "0A0B", false)] // Z and N exclude each other
    [InlineData("20" + "021200" + "0A0B", true)] // W 2: temporal delimiter, then a sequence header without length
    [InlineData("20" + "021200" + "320B", false)]
    [InlineData("00" + "021200" + "020A0B", true)] // W 0: each has a length
    [InlineData("00" + "021200" + "0232", false)] // cut
    [InlineData("00" + "FFFFFFFF01" + "0A", false)] // a length beyond all packets
    [InlineData("00" + "00" + "020A0B", true)] // an empty element
    [InlineData("18", false)]
    [InlineData("", false)]
    public void Av1(string payload, bool isKeyFrame) =>
        Assert.Equal(isKeyFrame, KeyFrameDetector.IsKeyFrameStart(CodecKind.Av1, Convert.FromHexString(payload)));

    [Fact]
    public void Av1_header_bits()
    {
        Assert.True(Av1AggregationHeader.TryParse([0x60, 0], out var header));
        Assert.Equal(new Av1AggregationHeader(false, true, 2, false), header);
    }

    [Theory]
    [InlineData("6764001FACD9405005BB011000000300100000030320F1831960", 1280, 720)] // High
    [InlineData("6742C00CD901419F9F011000000300100000030320F142A480", 320, 180)] // Constrained Baseline, cropped
    [InlineData("676E0028A6CD940780227E5C0440000003004000000C83C60C6580", 1920, 1080)] // High 10, cropped
    [InlineData("78" + "0019" + "6742C00CD901419F9F011000000300100000030320F142A480" + "0002" + "68CE", 320, 180)] // STAP-A
    public void H264_parameter_sets_tell_the_size(string payload, int width, int height)
    {
        Assert.True(H264Payload.TryGetPictureSize(Convert.FromHexString(payload), out var size));
        Assert.Equal(new PictureSize(width, height), size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("67")]
    [InlineData("6742C00C")]
    [InlineData("658880")]
    [InlineData("6742C00C000000000000")] // a number without end
    public void What_is_no_parameter_set_tells_none(string payload) =>
        Assert.False(H264Payload.TryGetPictureSize(Convert.FromHexString(payload), out _));

    [Fact]
    public void Audio_can_begin_anywhere_and_repair_nowhere()
    {
        Assert.True(KeyFrameDetector.IsKeyFrameStart(CodecKind.Opus, [0xfc]));
        Assert.False(KeyFrameDetector.IsKeyFrameStart(CodecKind.Opus, []));
        Assert.False(KeyFrameDetector.IsKeyFrameStart(CodecKind.Rtx, [0, 0, 0x10, 0]));
        Assert.False(KeyFrameDetector.IsKeyFrameStart(CodecKind.Other, [0x10, 0]));
    }

    [Fact]
    public void Damage_is_survived() => Fuzz.Run(
        payload =>
        {
            for (var kind = CodecKind.Other; kind <= CodecKind.FlexFec03; kind++) KeyFrameDetector.IsKeyFrameStart(kind, payload);
            H264Payload.ContainsParameterSets(payload);
            if (H264Payload.TryGetPictureSize(payload, out var size)) Assert.True(size is { Width: > 0 and <= ushort.MaxValue, Height: > 0 and <= ushort.MaxValue });
        },
        200_000,
        Convert.FromHexString("6742C00CD901419F9F011000000300100000030320F142A480"),
        Convert.FromHexString("676E0028A6CD940780227E5C0440000003004000000C83C60C6580"),
        Convert.FromHexString("7800046742C01F000268CE"),
        Convert.FromHexString("7C8588"),
        Convert.FromHexString("200212000A0B"),
        Convert.FromHexString("00021200020A0B02320B"),
        Vp8PayloadDescriptorTests.KeyFrame,
        Vp9PayloadDescriptorTests.KeyFrame);
}
