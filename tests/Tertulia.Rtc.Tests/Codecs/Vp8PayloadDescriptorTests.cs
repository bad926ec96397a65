using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Tests.Rtp;

namespace Tertulia.Rtc.Tests.Codecs;

public sealed class Vp8PayloadDescriptorTests
{
    // X, S; I L T K; 15-bit picture id 0x1234; TL0PICIDX 0x56; TID 2, Y, KEYIDX 9; key frame of 640x360 with scaling bits set
    internal static readonly byte[] KeyFrame = Convert.FromHexString("90F0923456A9" + "100200" + "9D012A" + "8042" + "6881" + "FF");

    private static readonly string[] s_forms =
    [
        "10" + "01", "00" + "01", "9000" + "01", "908005" + "01", "90808005" + "01", "904007" + "01", "9020E0" + "01", "90101F" + "01",
        "90C00507" + "01", "90F0050764" + "01", "90F080050764" + "01", "B0F0FFFF0764" + "01",
    ];

    [Fact]
    public void Every_field_is_read()
    {
        Assert.True(Vp8PayloadDescriptor.TryParse(KeyFrame, out var descriptor));
        Assert.Equal(6, descriptor.HeaderLength);
        Assert.True(descriptor.IsFrameStart);
        Assert.False(descriptor.IsNonReference);
        Assert.Equal((ushort)0x1234, descriptor.PictureId);
        Assert.Equal(15, descriptor.PictureIdBits);
        Assert.Equal((byte)0x56, descriptor.Tl0PictureIndex);
        Assert.Equal((byte)2, descriptor.TemporalLayer);
        Assert.True(descriptor.IsLayerSync);
        Assert.Equal((byte)9, descriptor.KeyIndex);
        Assert.True(descriptor.TryGetPictureSize(KeyFrame, out var size));
        Assert.Equal(new PictureSize(640, 360), size);
    }

    [Fact]
    public void The_short_form_has_nothing()
    {
        Assert.True(Vp8PayloadDescriptor.TryParse([0x21], out var descriptor));
        Assert.Equal(1, descriptor.HeaderLength);
        Assert.True(descriptor.IsNonReference);
        Assert.False(descriptor.IsPartitionStart);
        Assert.Equal(1, descriptor.PartitionIndex);
        Assert.Null(descriptor.PictureId);
        Assert.Null(descriptor.Tl0PictureIndex);
        Assert.Null(descriptor.TemporalLayer);
        Assert.Null(descriptor.KeyIndex);
    }

    [Theory]
    [InlineData("1000", true)]
    [InlineData("1001", false)] // predicted
    [InlineData("0000", false)] // goes on
    [InlineData("1100", false)] // another partition
    [InlineData("10", false)] // nothing after the descriptor
    [InlineData("9080920500", true)]
    [InlineData("", false)]
    public void Key_frames_are_told_by_their_first_packet(string payload, bool isKeyFrame)
    {
        Assert.Equal(isKeyFrame, Vp8PayloadDescriptor.IsKeyFrame(Convert.FromHexString(payload)));
        Assert.Equal(isKeyFrame, KeyFrameDetector.IsKeyFrameStart(CodecKind.Vp8, Convert.FromHexString(payload)));
    }

    [Fact]
    public void Every_form_cut_anywhere_is_refused_or_ends_in_time()
    {
        foreach (var form in s_forms)
        {
            var whole = Convert.FromHexString(form);
            Assert.True(Vp8PayloadDescriptor.TryParse(whole, out var descriptor));
            Assert.Equal(whole.Length - 1, descriptor.HeaderLength);
            for (var length = 0; length < descriptor.HeaderLength; length++)
            {
                Assert.False(Vp8PayloadDescriptor.TryParse(whole.AsSpan(0, length), out _));
            }
        }
    }

    [Fact]
    public void Rewriting_changes_its_two_fields_and_nothing_else()
    {
        foreach (var form in s_forms)
        {
            foreach (var pictureId in (ushort[])[0, 1, 127, 128, 255, 256, 32766, 32767])
            {
                var payload = Convert.FromHexString(form);
                Assert.True(Vp8PayloadDescriptor.TryParse(payload, out var before));
                before.Rewrite(payload, pictureId, 0xab);
                Assert.True(Vp8PayloadDescriptor.TryParse(payload, out var after));
                Assert.Equal(before.PictureIdBits switch { 15 => pictureId, 7 => (ushort)(pictureId & 127), _ => null }, after.PictureId);
                Assert.Equal(before.Tl0PictureIndex is null ? null : (byte)0xab, after.Tl0PictureIndex);

                // Put the old values back: what comes out is what went in.
                after.Rewrite(payload, before.PictureId ?? 0, before.Tl0PictureIndex ?? 0);
                Assert.Equal(form, Convert.ToHexString(payload));
            }
        }
    }

    [Fact]
    public void Damage_is_survived()
    {
        var copy = new byte[1500];
        Fuzz.Run(
            payload =>
            {
                if (!Vp8PayloadDescriptor.TryParse(payload, out var descriptor)) return;
                if (descriptor.HeaderLength > payload.Length) throw new InvalidOperationException("Read too far.");
                descriptor.TryGetPictureSize(payload, out _);
                payload.CopyTo(copy);
                descriptor.Rewrite(copy.AsSpan(0, payload.Length), 1, 2);
            },
            200_000,
            [KeyFrame, .. s_forms.Select(Convert.FromHexString)]);
    }
}
