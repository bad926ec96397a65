using Tertulia.Rtc.Net;
using Tertulia.Sfu.Forwarding;
using Tertulia.Sfu.Layers;

namespace Tertulia.Sfu.Allocation;

/// <summary>One way to send a video, and what it costs.</summary>
internal readonly record struct LayerOption(LayerTarget Target, long BitsPerSecond);

/// <summary>The ways to send a track now, from the cheapest to the best that its receiver can show.</summary>
internal static class LayerOptions
{
    // Encoders' usual rates, for layers that were not measured yet: a small uplink, and simulcast from below.
    private static readonly long[] NominalBitsPerSecond = [120_000, 150_000, 500_000, 1_700_000];

    /// <param name="repairOverhead">What repair packets add to each, as a share of it.</param>
    /// <returns>The receiver could show more, and the publisher could send it but does not now.</returns>
    public static bool Collect(Instant now, PublishedTrack track, in VideoDemand demand, double repairOverhead, List<LayerOption> options)
    {
        options.Clear();
        var (isLowest, isHeldBack) = (true, false);
        for (var i = 0; i < track.LayersByIndex.Count; i++)
        {
            var layer = track.LayersByIndex[i];
            if (!layer.IsFlowing(now))
            {
                isHeldBack |= !isLowest;
                continue;
            }

            var rates = layer.Rates;
            isHeldBack = rates.MaxSpatial + 1 < layer.Shape.SpatialLayers;
            for (byte spatial = 0; spatial <= rates.MaxSpatial; spatial++)
            {
                // The lowest picture may go at a third of its frame rate, larger ones at half.
                var from = isLowest ? 0 : Math.Max(0, rates.MaxTemporal - 1);
                for (var temporal = from; temporal <= rates.MaxTemporal; temporal++)
                    options.Add(new LayerOption(new LayerTarget(layer, spatial, (byte)temporal), (long)(Cost(layer, spatial, (byte)temporal) * (1 + repairOverhead))));
                isLowest = false;
                if (demand.IsFilledBy(layer.Shape.HeightOf(spatial))) return false;
            }
        }

        return isHeldBack;
    }

    private static long Cost(PublishedLayer layer, byte spatial, byte temporal) =>
        layer.Rates.IsKnown ? layer.Rates.BitsPerSecond(spatial, temporal) : NominalBitsPerSecond[Math.Clamp(layer.Index - PublishedLayer.SmallUplinkIndex, 0, 3)];
}
