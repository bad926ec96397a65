namespace Tertulia.Rtc.Codecs;

/// <summary>
/// Knows at which frames a receiver may be given a higher temporal layer. A stream names frames after which nothing refers to what
/// came before them in higher layers (VP9: U; dependency descriptor: switch indication). From such a frame on, a receiver may be raised
/// until the first frame that it misses: what is not forwarded may be referred to.
/// </summary>
internal sealed class TemporalSwitchTracker
{
    private const int Layers = 8;

    // For each spatial layer and for receivers of each temporal layer: a bit for every temporal layer that is open to them now.
    private readonly byte[] _open = new byte[Layers * Layers];

    /// <summary>
    /// Notes a frame, once each, in decoding order. <paramref name="switchTargets"/> has a bit for every temporal layer that can be
    /// decoded from here on by whoever can decode this frame. True if any receiver of lower temporal layers may be given this one now.
    /// </summary>
    public bool OnFrame(int spatialId, int temporalId, int switchTargets)
    {
        var open = _open.AsSpan(spatialId * Layers, Layers);
        var canSwitch = temporalId > 0;
        for (var receiver = 0; receiver < Layers; receiver++)
        {
            if (receiver < temporalId)
            {
                canSwitch &= (open[receiver] >> temporalId & 1) != 0;
                // Missed: by receivers who take this layer or more from later on.
                open[receiver] &= (byte)((1 << temporalId) - 1);
            }
            else
            {
                open[receiver] |= (byte)(switchTargets & ~((2 << receiver) - 1));
            }
        }

        return canSwitch;
    }
}
