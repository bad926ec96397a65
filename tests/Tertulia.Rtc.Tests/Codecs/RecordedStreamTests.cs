using Tertulia.Rtc.Codecs;

namespace Tertulia.Rtc.Tests.Codecs;

public sealed class RecordedStreamTests
{
    private readonly FrameLayerReader _reader = new();

    /// <summary>Two descriptions of one stream by its sender must come to the same.</summary>
    [Fact]
    public void Vp9_payload_and_dependency_descriptor_agree()
    {
        var described = new FrameLayerReader();
        foreach (var (marker, payload, descriptor) in RecordedStreams.Vp9L3T3)
        {
            var bytes = Convert.FromHexString(payload);
            var own = _reader.Read(CodecKind.Vp9, bytes, marker, []);
            var other = described.Read(CodecKind.Av1, bytes, marker, Convert.FromHexString(descriptor));
            // VP9 does not tell who refers to a frame later, nor (before the next structure) which layers are switched off.
            Assert.Equal(own with { IsNeededByHigherSpatialLayers = false }, other with { IsDiscardable = false, IsNeededByHigherSpatialLayers = false });
        }

        Assert.Equal(0, described.UnreadableDescriptors);
        Assert.Equal(0x1ffu, described.ActiveDecodeTargets);
    }

    [Fact]
    public void Vp9_spatial_layers_are_joined_where_the_sender_adds_them() => Assert.Equal(
        "00Kus 02u 01u 02 00 10s 20s 02u 12u 22u 01u 11u 21u 02 12 22 00 10 20 02u", Layers(CodecKind.Vp9, RecordedStreams.Vp9L3T3));

    /// <summary>Its second period is no switching point: frames of T2 refer to T1 of the period before.</summary>
    [Fact]
    public void Vp8_layers_stand_in_the_dependency_descriptor_alone() => Assert.Equal(
        "00Kus 02ud 01u 02d 00 02d 02d 00 02ud 01u 02d 00 02d", Layers(CodecKind.Vp8, RecordedStreams.Vp8L1T3));

    [Fact]
    public void Av1_layers_below_one_that_is_switched_off() => Assert.Equal(
        "00Kus 10s 02u 12ud 01u 11u 02 12d 00 10 02u 12ud 01u 11u", Layers(CodecKind.Av1, RecordedStreams.Av1L3T3));

    private string Layers(CodecKind kind, (bool Marker, string Payload, string Descriptor)[] packets)
    {
        List<string> layers = [];
        foreach (var (marker, payload, descriptor) in packets)
        {
            var layer = _reader.Read(kind, Convert.FromHexString(payload), marker, Convert.FromHexString(descriptor));
            if (!layer.StartsFrame) continue;
            layers.Add(
                $"{layer.SpatialId}{layer.TemporalId}{(layer.IsKeyFrame ? "K" : "")}{(layer.CanSwitchUpTemporal ? "u" : "")}"
                + $"{(layer.CanSwitchSpatial ? "s" : "")}{(layer.IsDiscardable ? "d" : "")}");
        }

        Assert.Equal(0, _reader.UnreadableDescriptors);
        return string.Join(' ', layers);
    }
}
