using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Tests.Rtp;
using static Tertulia.Rtc.Tests.Codecs.Structures;

namespace Tertulia.Rtc.Tests.Codecs;

public sealed class FrameLayerReaderTests
{
    private readonly FrameLayerReader _reader = new();

    [Theory]
    // X S, I L T K: picture id, TL0PICIDX, TID and Y
    [InlineData("9080" + "05" + "00", true, 0, true, true, true, true)] // key frame, nothing but a picture id
    [InlineData("90E0" + "05" + "01" + "00" + "01", true, 0, true, false, false, false)] // base layer
    [InlineData("90E0" + "05" + "01" + "60" + "01", false, 1, true, false, true, false)] // TID 1, Y
    [InlineData("90E0" + "05" + "01" + "A0" + "01", true, 2, true, false, true, false)] // TID 2, Y
    [InlineData("90E0" + "05" + "01" + "80" + "01", true, 2, true, false, false, false)] // TID 2 without Y
    [InlineData("80E0" + "05" + "01" + "A0" + "01", true, 2, false, false, false, false)] // a later packet of it
    [InlineData("91E0" + "05" + "01" + "A0" + "01", true, 2, false, false, false, false)] // a later partition
    public void Vp8(string payload, bool marker, byte temporalId, bool starts, bool isKey, bool up, bool spatial) => Assert.Equal(
        new FrameLayer(0, temporalId, starts, marker, isKey, up, spatial, false) { Tl0PictureIndex = payload[2] == 'E' ? (byte)1 : null },
        _reader.Read(CodecKind.Vp8, Convert.FromHexString(payload), marker, []));

    [Fact]
    public void Vp8_frames_without_references_to_them_are_discardable() =>
        Assert.True(_reader.Read(CodecKind.Vp8, Convert.FromHexString("B0E0050140" + "01"), true, []).IsDiscardable);

    [Fact]
    public void Vp9_fields_of_a_spatial_picture()
    {
        Assert.Equal(
            new FrameLayer(0, 0, true, false, true, true, true, false) { IsNeededByHigherSpatialLayers = true, Tl0PictureIndex = 0 },
            Vp9(1, 0, 0, p: false, end: false));
        Assert.Equal(
            new FrameLayer(0, 0, false, true, false, false, false, false) { IsNeededByHigherSpatialLayers = true, Tl0PictureIndex = 0 },
            Vp9(1, 0, 0, p: false, begin: false));
        // The next spatial layer needs the one below and nothing else: may be joined.
        Assert.Equal(new FrameLayer(1, 0, true, true, false, false, true, false) { Tl0PictureIndex = 0 }, Vp9(1, 0, 1, p: false, d: true, z: true));
        Assert.Equal(new FrameLayer(1, 0, true, true, false, false, false, false) { Tl0PictureIndex = 0 }, Vp9(2, 0, 1, d: true, z: true));
    }

    [Fact]
    public void Vp9_pictures_may_begin_above_layers_that_are_switched_off()
    {
        Assert.True(Vp9(1, 0, 1, p: false).IsKeyFrame);
        Assert.False(Vp9(1, 0, 2, p: false, d: true).IsKeyFrame);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Vp9_temporal_layers_are_joined_after_a_switching_up_point_while_nothing_was_missed(bool flexible)
    {
        Vp9(0, 0, 0, p: false, flexible: flexible);
        // As Chromium sends three temporal layers: each picture is a switching up point for those above.
        for (var picture = 1; picture < 600; picture++)
        {
            var (tid, up) = (picture % 4) switch
            {
                0 => (0, false),
                1 => (2, true),
                2 => (1, true),
                _ => (2, false), // refers to the one before, which a receiver of the base layer has not
            };
            Assert.Equal(up, Vp9(picture, tid, 0, u: true, flexible: flexible).CanSwitchUpTemporal);
        }
    }

    [Fact]
    public void Vp9_temporal_layers_stay_closed_without_a_switching_up_point()
    {
        Vp9(0, 0, 0, p: false);
        Assert.True(Vp9(1, 1, 0).CanSwitchUpTemporal); // nothing but the key picture before it
        for (var picture = 2; picture < 20; picture++) Assert.False(Vp9(picture, picture % 2, 0).CanSwitchUpTemporal);
        Vp9(20, 0, 0, u: true);
        Assert.True(Vp9(21, 1, 0).CanSwitchUpTemporal);
    }

    [Fact]
    public void Vp9_pictures_that_come_late_open_nothing()
    {
        Vp9(0x7ffe, 0, 0, p: false);
        Vp9(0x7fff, 1, 0);
        Vp9(1, 1, 0);
        Assert.False(Vp9(0, 0, 0, u: true).CanSwitchUpTemporal);
        Assert.False(Vp9(3, 1, 0).CanSwitchUpTemporal);
    }

    [Fact]
    public void L1T3_by_descriptor()
    {
        Assert.Equal(new FrameLayer(0, 0, true, true, true, true, true, false), Described(L1T3, 0, 65533, attach: true));
        for (var cycle = 0; cycle < 3; cycle++)
        {
            var at = 65534 + 4 * cycle;
            Assert.Equal(new FrameLayer(0, 2, true, true, false, true, false, true), Described(L1T3, 3, at));
            Assert.Equal(new FrameLayer(0, 1, true, true, false, true, false, false), Described(L1T3, 2, at + 1));
            Assert.Equal(new FrameLayer(0, 2, true, true, false, false, false, true), Described(L1T3, 4, at + 2));
            Assert.Equal(new FrameLayer(0, 0, true, true, false, false, false, false), Described(L1T3, 1, at + 3));
        }
    }

    [Fact]
    public void L3T3_by_descriptor()
    {
        var frame = 65530;
        foreach (var template in (int[])[.. L3T3Start, .. L3T3Period, .. L3T3Period])
        {
            var (s, t) = (L3T3.Templates[template].S, L3T3.Templates[template].T);
            var layer = Described(L3T3, template, frame++, attach: template == 0);
            Assert.Equal((s, t), (layer.SpatialId, layer.TemporalId));
            Assert.Equal(template == 0, layer.IsKeyFrame);
            // Spatial layers are joined in the key picture only; temporal ones at the first T2 and the T1 of each period.
            Assert.Equal(template is 0 or 5 or 10, layer.CanSwitchSpatial);
            Assert.Equal(template is 0 or 3 or 8 or 13 or 2 or 7 or 12, layer.CanSwitchUpTemporal);
            Assert.Equal(s < 2, layer.IsNeededByHigherSpatialLayers);
            Assert.Equal(template is 13 or 14, layer.IsDiscardable);
        }
    }

    [Fact]
    public void L2T2_KEY_by_descriptor()
    {
        var frame = 1;
        foreach (var template in (int[])[0, 3, 2, 5, 1, 4, 2, 5, 1, 4])
        {
            var layer = Described(L2T2Key, template, frame++, attach: template == 0);
            Assert.Equal(template is 0 or 3, layer.CanSwitchSpatial);
            Assert.Equal(template is 0 or 2 or 5, layer.CanSwitchUpTemporal);
            // Outside of key pictures the upper layer does without the lower.
            Assert.Equal(template == 0, layer.IsNeededByHigherSpatialLayers);
            Assert.Equal(template is 2 or 5, layer.IsDiscardable);
        }
    }

    /// <summary>Section A.10.1.2: the two ways to say that the upper of two layers may be joined, without a key frame.</summary>
    [Theory]
    [InlineData("SS", "-R")]
    [InlineData("SR", "-S")]
    public void A_spatial_layer_is_joined_where_it_refers_to_the_lower_one_only(string lower, string upper)
    {
        var model = new StructureModel(
            0, [new(0, 0, "SS", [], [0, 0]), new(0, 0, "SR", [2], [2, 1]), new(1, 0, "-S", [1], [1, 1]), new(1, 0, "-R", [2, 1], [1, 1])], [0, 1]);
        Described(model, 0, 101, attach: true);
        Assert.True(Described(model, 2, 102).CanSwitchSpatial);
        Assert.False(Described(model, 1, 103).CanSwitchSpatial);
        Assert.False(Described(model, 3, 104).CanSwitchSpatial);
        Assert.False(Described(model, 1, 105, custom: new(Indications: lower)).CanSwitchSpatial);
        Assert.True(Described(model, 3, 106, custom: new(Indications: upper, FrameDifferences: [1])).CanSwitchSpatial);
        Assert.False(Described(model, 1, 107).CanSwitchSpatial);
        // An intra-layer reference, or no indication at all.
        Assert.False(Described(model, 3, 108, custom: new(Indications: "-S")).CanSwitchSpatial);
        Described(model, 1, 109);
        Assert.False(Described(model, 3, 110, custom: new(FrameDifferences: [1])).CanSwitchSpatial);
        // The next frame of the same layer is no lower layer, near as it is (section A.10.1.3).
        Assert.False(Described(model, 2, 111).CanSwitchSpatial);
    }

    [Fact]
    public void Only_the_first_packet_of_a_frame_says_so()
    {
        var first = Described(L1T3, 0, 1, attach: true, last: false);
        Assert.True(first is { IsKeyFrame: true, StartsFrame: true, EndsFrame: false, CanSwitchSpatial: true });
        Assert.Equal(new FrameLayer(0, 0, false, true, false, false, false, false), Described(L1T3, 0, 1, first: false));
        Assert.True(Described(L1T3, 3, 2, last: false).CanSwitchUpTemporal);
        Assert.Equal(new FrameLayer(0, 2, false, true, false, false, false, true), Described(L1T3, 3, 2, first: false));
        // Its first packet lost and repaired: too late to join.
        Assert.False(Described(L1T3, 2, 3, first: false).CanSwitchUpTemporal);
        Assert.False(Described(L1T3, 2, 3, last: false).CanSwitchUpTemporal);
    }

    [Fact]
    public void Frames_that_come_late_open_nothing()
    {
        Described(L1T3, 0, 1, attach: true);
        Described(L1T3, 3, 2);
        Described(L1T3, 2, 3);
        Described(L1T3, 4, 4);
        Described(L1T3, 3, 6);
        Assert.False(Described(L1T3, 1, 5).CanSwitchUpTemporal);
        Assert.False(Described(L1T3, 4, 8).CanSwitchUpTemporal);
    }

    [Fact]
    public void Descriptors_that_cannot_be_read_leave_the_payload()
    {
        byte[] sequenceHeader = [0x18, 0x0a, 0x0b], frame = [0x10, 0x32, 0x0b];
        var layer = _reader.Read(CodecKind.Av1, sequenceHeader, true, L3T3.Packet(6, 1, last: false));
        Assert.Equal(new FrameLayer(0, 0, true, false, true, true, true, false) { IsUnreadable = true }, layer);
        Assert.Equal(new FrameLayer(0, 0, true, true, false, false, false, false) { IsUnreadable = true }, _reader.Read(CodecKind.Av1, frame, true, [1, 2]));
        Assert.Equal(2, _reader.UnreadableDescriptors);
        Assert.Null(_reader.Structure);
    }

    [Fact]
    public void The_place_of_decode_targets_is_that_of_the_last_packet()
    {
        Described(L3T3, 0, 1, attach: true);
        Assert.Equal(9, _reader.ActiveDecodeTargetsField.Width);
        Assert.Equal(0x1ffu, _reader.ActiveDecodeTargets);
        _reader.Read(CodecKind.Av1, [0x10, 0x32], true, []);
        Assert.Equal(default, _reader.ActiveDecodeTargetsField);
    }

    [Theory]
    [InlineData(CodecKind.Av1, "180A0B", "503200", "903200")] // Z: goes on
    [InlineData(CodecKind.H264, "6742C0", "7C019A", "7C419A")] // FU-A, end without start
    public void Without_a_descriptor_pictures_are_told_by_the_marker(CodecKind kind, string key, string delta, string rest)
    {
        if (kind == CodecKind.H264) delta = "7C819A";
        FrameLayer Read(string payload, bool marker) => _reader.Read(kind, Convert.FromHexString(payload), marker, []);
        Assert.Equal(new FrameLayer(0, 0, true, false, true, true, true, false), Read(key, false));
        Assert.Equal(default, Read(key, false)); // within the same picture
        Assert.Equal(new FrameLayer(0, 0, false, true, false, false, false, false), Read(rest, true));
        Assert.Equal(new FrameLayer(0, 0, true, false, false, false, false, false), Read(delta, false));
        Assert.Equal(default, Read(rest, false));
        // Its end was lost: a key frame is seen all the same, and a continuation never begins anything.
        Assert.True(Read(key, true).IsKeyFrame);
        Assert.False(Read(rest, true).StartsFrame);
    }

    [Fact]
    public void Audio_packets_are_whole_frames() =>
        Assert.Equal(new FrameLayer(0, 0, true, true, true, true, true, false), _reader.Read(CodecKind.Opus, [0xfc], false, []));

    [Fact]
    public void Damage_is_survived()
    {
        var state = 0u;
        Fuzz.Run(
            bytes =>
            {
                // Half of the input as payload, half as descriptor, in every combination of codec and marker.
                state = state * 1664525 + 1013904223;
                var kind = (CodecKind)(state >> 16 & 7);
                var layer = _reader.Read(kind, bytes[..(bytes.Length / 2)], (state & 0x80000000) != 0, bytes);
                if (layer.SpatialId > 7 || layer.TemporalId > 7) throw new InvalidOperationException("No such layer.");
                _reader.Read(kind, bytes, true, bytes[(bytes.Length / 2)..]);
            },
            100_000,
            L3T3.Packet(0, 1, attach: true),
            L3T3.Packet(6, 2, custom: new(5, "SSSSSSSSS", [300, 2], [1, 2, 3])),
            L1T3.Packet(2, 2),
            Vp8PayloadDescriptorTests.KeyFrame,
            Vp9PayloadDescriptorTests.KeyFrame,
            Vp9PayloadDescriptorTests.Flexible);
    }

    [Fact]
    public void Streams_are_read_without_allocation()
    {
        var packets = new List<byte[]> { L3T3.Packet(0, 0, attach: true) };
        for (var frame = 1; frame < 2000; frame++) packets.Add(L3T3.Packet(L3T3Period[frame % 12], frame, custom: frame % 3 == 0 ? new(7, "SSSSSSSSS", [1], [1, 2, 3]) : null));
        byte[] payload = [0x10, 0x32];
        foreach (var packet in packets) _reader.Read(CodecKind.Av1, payload, true, packet);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var packet in packets) _reader.Read(CodecKind.Av1, payload, true, packet);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, _reader.UnreadableDescriptors);
    }

    private FrameLayer Described(
        StructureModel model, int template, int frame, bool first = true, bool last = true, bool attach = false, Custom? custom = null) =>
        _reader.Read(CodecKind.Av1, [0x10, 0x32], last, model.Packet(template, frame, first, last, attach, custom));

    private FrameLayer Vp9(
        int pictureId, int tid, int sid, bool p = true, bool begin = true, bool end = true, bool u = false, bool d = false, bool z = false, bool flexible = false)
    {
        var flags = 0xa0 | (p ? 0x40 : 0) | (flexible ? 0x10 : 0) | (begin ? 8 : 0) | (end ? 4 : 0) | (z ? 1 : 0);
        var layers = tid << 5 | (u ? 0x10 : 0) | sid << 1 | (d ? 1 : 0);
        List<byte> payload = [(byte)flags, (byte)(pictureId >> 8 & 0x7f | 0x80), (byte)pictureId, (byte)layers];
        if (!flexible) payload.Add(0); // TL0PICIDX
        else if (p) payload.Add(2); // P_DIFF 1
        payload.Add(0xaa);
        return _reader.Read(CodecKind.Vp9, payload.ToArray(), end, []);
    }
}
