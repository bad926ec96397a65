using Tertulia.Rtc.Codecs;
using Tertulia.Sfu.Layers;

namespace Tertulia.Sfu.Tests.Layers;

/// <summary>One encoding of several spatial layers (SVC), whose upper layers need the lower ones always, or only in key pictures (K-SVC).</summary>
public sealed class SpatialLayersTests
{
    private const byte Top = 2;
    private readonly LayerSelector _selector = new();

    [Fact]
    public void Lower_layers_go_along_where_the_upper_ones_need_them()
    {
        Begin(spatial: 2);
        Assert.Equal("012", Picture(isKey: false, isInterLayerPredicted: true));
        Begin(spatial: 1);
        Assert.Equal("01", Picture(isKey: false, isInterLayerPredicted: true));
    }

    [Fact]
    public void Lower_layers_are_left_out_where_nothing_needs_them()
    {
        Begin(spatial: 2);
        Assert.Equal("2", Picture(isKey: false));
        Assert.Equal("2", Picture(isKey: false));
        Assert.Equal("012", Picture(isKey: true));
        Begin(spatial: 1);
        Assert.Equal("1", Picture(isKey: false));
    }

    [Fact]
    public void After_that_the_way_down_begins_with_a_key_picture()
    {
        Begin(spatial: 2);
        Picture(isKey: false);
        SetTarget(spatial: 0);
        Assert.True(_selector.AwaitsKeyFrame);
        Assert.Equal("2", Picture(isKey: false));
        Assert.Equal("0", Picture(isKey: true));
        Assert.False(_selector.AwaitsKeyFrame);
        Assert.Equal("0", Picture(isKey: false));
    }

    [Fact]
    public void Where_nothing_was_left_out_the_way_down_is_free()
    {
        Begin(spatial: 2);
        Picture(isKey: false, isInterLayerPredicted: true);
        SetTarget(spatial: 1);
        Assert.False(_selector.AwaitsKeyFrame);
        Assert.Equal("01", Picture(isKey: false, isInterLayerPredicted: true));
    }

    [Fact]
    public void The_way_up_asks_for_a_key_picture()
    {
        Begin(spatial: 0);
        SetTarget(spatial: 2);
        Assert.True(_selector.AwaitsKeyFrame);
        Assert.Equal("0", Picture(isKey: false));
        Assert.Equal("012", Picture(isKey: true));
        Assert.False(_selector.AwaitsKeyFrame);
        Assert.Equal("2", Picture(isKey: false));
    }

    [Fact]
    public void When_the_encoder_drops_the_largest_layer_the_next_one_is_forwarded()
    {
        Begin(spatial: 2);
        Picture(isKey: false);
        Assert.Equal("1", Picture(isKey: false, top: 1));
    }

    private void Begin(byte spatial)
    {
        SetTarget(spatial);
        var layer = _selector.Target!.Value.Layer;
        Assert.Equal(Rtc.DropReason.None, _selector.TrySwitch(layer, Frame(0, isKey: true, isNeeded: true), needsKeyFrame: true));
        Picture(isKey: true);
    }

    private void SetTarget(byte spatial) => _selector.SetTarget(new LayerTarget(null!, spatial, 0));

    /// <returns>The layers that are forwarded.</returns>
    private string Picture(bool isKey, bool isInterLayerPredicted = false, byte top = Top)
    {
        var forwarded = "";
        for (byte layer = 0; layer <= top; layer++)
        {
            var isNeeded = (isKey || isInterLayerPredicted) && layer < top;
            if (_selector.Wants(Frame(layer, isKey && layer == 0, isNeeded), top)) forwarded += layer;
        }

        return forwarded;
    }

    private static FrameLayer Frame(byte spatial, bool isKey, bool isNeeded) =>
        new(spatial, 0, StartsFrame: true, EndsFrame: true, isKey, isKey, isKey, false) { IsNeededByHigherSpatialLayers = isNeeded };
}
