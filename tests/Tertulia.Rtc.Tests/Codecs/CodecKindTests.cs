using Tertulia.Rtc.Codecs;

namespace Tertulia.Rtc.Tests.Codecs;

public sealed class CodecKindTests
{
    [Fact]
    public void Names_lead_back_to_their_kinds()
    {
        foreach (var kind in Enum.GetValues<CodecKind>())
        {
            Assert.Equal(kind, CodecKinds.FromName(kind.Name()));
            Assert.Equal(kind, CodecKinds.FromName(kind.Name().ToUpperInvariant()));
            Assert.True((kind.IsAudio() ? 1 : 0) + (kind.IsVideo() ? 1 : 0) + (kind.IsRepair() ? 1 : 0) == (kind == CodecKind.Other ? 0 : 1));
        }

        Assert.Equal(CodecKind.Vp8, CodecKinds.FromName("vp8"));
        Assert.Equal(CodecKind.Opus, CodecKinds.FromName("OPUS"));
        Assert.Equal(CodecKind.Other, CodecKinds.FromName("telephone-event"));
        Assert.Equal(CodecKind.Other, CodecKinds.FromName(""));
    }

    [Fact]
    public void Clock_rates_are_those_of_the_formats()
    {
        Assert.Equal((48_000, 2), (CodecKind.Opus.ClockRate(), CodecKind.Opus.Channels()));
        Assert.Equal((90_000, 0), (CodecKind.Vp8.ClockRate(), CodecKind.Vp8.Channels()));
        Assert.Equal(0, CodecKind.Rtx.ClockRate());
    }
}
