using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Tests.Rtp;

namespace Tertulia.Rtc.Tests.Codecs;

public sealed class Vp9PayloadDescriptorTests
{
    // I L B E V; picture id 0x1234; TID 0, SID 0; TL0PICIDX 7; two spatial layers with sizes and a group of two pictures
    internal static readonly byte[] KeyFrame = Convert.FromHexString("AE" + "9234" + "00" + "07" + "38" + "014000B4" + "02800168" + "02" + "10" + "2502" + "AA");

    // I P L F B: flexible, TID 2 U SID 1 D, references 1 and 2
    internal static readonly byte[] Flexible = Convert.FromHexString("F8" + "05" + "53" + "03" + "04" + "BB");

    [Fact]
    public void Every_field_is_read()
    {
        Assert.True(Vp9PayloadDescriptor.TryParse(KeyFrame, out var descriptor));
        Assert.Equal(KeyFrame.Length - 1, descriptor.HeaderLength);
        Assert.True(descriptor.IsFrameStart && descriptor.IsFrameEnd && descriptor.BeginsKeyFrame);
        Assert.False(descriptor.IsFlexible || descriptor.IsInterPicturePredicted || descriptor.IsInterLayerPredicted);
        Assert.Equal((ushort)0x1234, descriptor.PictureId);
        Assert.Equal(15, descriptor.PictureIdBits);
        Assert.Equal((byte)0, descriptor.TemporalLayer);
        Assert.Equal((byte)0, descriptor.SpatialLayer);
        Assert.Equal((byte)7, descriptor.Tl0PictureIndex);
        Assert.Equal(2, descriptor.SpatialLayerCount);
        Assert.Equal(new PictureSize(640, 360), descriptor.PictureSize);
    }

    [Fact]
    public void Flexible_mode_has_references_and_no_TL0PICIDX()
    {
        Assert.True(Vp9PayloadDescriptor.TryParse(Flexible, out var descriptor));
        Assert.Equal(5, descriptor.HeaderLength);
        Assert.True(descriptor.IsFlexible && descriptor.IsInterPicturePredicted && descriptor.IsSwitchingUpPoint && descriptor.IsInterLayerPredicted);
        Assert.Equal((ushort)5, descriptor.PictureId);
        Assert.Equal((byte)2, descriptor.TemporalLayer);
        Assert.Equal((byte)1, descriptor.SpatialLayer);
        Assert.Null(descriptor.Tl0PictureIndex);
        Assert.False(descriptor.BeginsKeyFrame);
    }

    [Theory]
    [InlineData("08AA", true)] // no layers
    [InlineData("28000011", true)] // base layer
    [InlineData("28020011", false)] // a higher spatial layer of the key frame
    [InlineData("48AA", false)] // predicted
    [InlineData("00AA", false)] // goes on
    [InlineData("50030303", false)] // a fourth reference
    [InlineData("0280", false)] // structure announces pictures that are missing
    [InlineData("", false)]
    public void Key_frames_begin_with_the_base_layer(string payload, bool isKeyFrame) =>
        Assert.Equal(isKeyFrame, KeyFrameDetector.IsKeyFrameStart(CodecKind.Vp9, Convert.FromHexString(payload)));

    [Fact]
    public void Cut_descriptors_are_refused()
    {
        foreach (var whole in (byte[][])[KeyFrame, Flexible])
        {
            for (var length = 0; length < whole.Length - 1; length++)
            {
                Assert.False(Vp9PayloadDescriptor.TryParse(whole.AsSpan(0, length), out _));
            }
        }
    }

    [Fact]
    public void Rewriting_changes_its_two_fields_and_nothing_else()
    {
        foreach (var form in (byte[][])[KeyFrame, Flexible])
        {
            var payload = form.ToArray();
            Assert.True(Vp9PayloadDescriptor.TryParse(payload, out var before));
            before.Rewrite(payload, 0x7fff, 0xab);
            Assert.True(Vp9PayloadDescriptor.TryParse(payload, out var after));
            Assert.Equal(before.PictureIdBits == 15 ? (ushort)0x7fff : (ushort)127, after.PictureId);
            Assert.Equal(before.Tl0PictureIndex is null ? null : (byte)0xab, after.Tl0PictureIndex);
            after.Rewrite(payload, before.PictureId ?? 0, before.Tl0PictureIndex ?? 0);
            Assert.Equal(form, payload);
        }
    }

    [Fact]
    public void Damage_is_survived()
    {
        var copy = new byte[1500];
        Fuzz.Run(
            payload =>
            {
                if (!Vp9PayloadDescriptor.TryParse(payload, out var descriptor)) return;
                if (descriptor.HeaderLength > payload.Length) throw new InvalidOperationException("Read too far.");
                payload.CopyTo(copy);
                descriptor.Rewrite(copy.AsSpan(0, payload.Length), 1, 2);
            },
            200_000,
            KeyFrame,
            Flexible);
    }
}
