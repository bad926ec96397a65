using Tertulia.Rtc.Rtp;

namespace Tertulia.Sfu.Forwarding;

/// <summary>What the packets around a gap tell of what was lost in it.</summary>
internal static class LossImpact
{
    private const int Reach = 64;

    /// <summary>
    /// All that is missing between these two belonged to pictures of higher temporal layers, so that the next picture of the base layer does
    /// without. False where that is not certain.
    /// </summary>
    public static bool IsOfSublayersOnly(PacketHistory history, ExtendedSequenceNumber first, ExtendedSequenceNumber last)
    {
        for (var number = first.Value; number <= last.Value; number++)
        {
            if (history.TryGet(new(number), out _)) continue;
            if (!TryFind(history, number, -1, out var before, out _) || !TryFind(history, number, 1, out var after, out var end) || !IsOfSublayersOnly(before, after)) return false;
            number = end;
        }

        return true;
    }

    private static bool IsOfSublayersOnly(in StoredPacket before, in StoredPacket after)
    {
        if (before.Frame.IsUnreadable || after.Frame.IsUnreadable) return false;
        if (before.Timestamp == after.Timestamp) return before.Frame.TemporalId > 0;

        // The rest of the picture before, the beginning of the one behind, and what lay between them.
        var beginsPicture = after.Frame is { StartsFrame: true, SpatialId: 0 };
        if (!before.Marker && before.Frame.TemporalId == 0) return false;
        if (!beginsPicture && after.Frame.TemporalId == 0) return false;
        if (before.Frame.Tl0PictureIndex is not { } from || after.Frame.Tl0PictureIndex is not { } to) return false;
        return (byte)(to - from) == (after.Frame.TemporalId == 0 ? 1 : 0);
    }

    private static bool TryFind(PacketHistory history, long number, int step, out StoredPacket packet, out long found)
    {
        for (var distance = 1; distance <= Reach; distance++)
        {
            found = number + step * distance;
            if (history.TryGet(new(found), out packet)) return true;
        }

        packet = default;
        found = 0;
        return false;
    }
}
