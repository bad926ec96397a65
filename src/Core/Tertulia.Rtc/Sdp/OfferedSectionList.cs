using System.Globalization;

namespace Tertulia.Rtc.Sdp;

/// <summary>
/// The sections of a connection whose offers come from us, as tracks come and go: a track keeps its mid, a place whose track
/// has gone stays in the description, inactive, and is given to a later track of the same kind.
/// </summary>
public sealed class OfferedSectionList
{
    private readonly List<Slot> _slots = [];

    public int Count => _slots.Count;

    /// <summary>Finds a place for the track and returns its mid.</summary>
    public string Add(LocalTrack track)
    {
        var slot = _slots.Find(slot => slot.IsFree && slot.Kind == track.Kind);
        if (slot is null) _slots.Add(slot = new(_slots.Count.ToString(CultureInfo.InvariantCulture), track.Kind));
        slot.Track = track;
        slot.IsFree = false;
        return slot.Mid;
    }

    /// <summary>Takes a track out; false when there is none with that mid.</summary>
    public bool Remove(string mid)
    {
        var slot = _slots.Find(slot => slot.Mid == mid && slot.Track is not null);
        if (slot is null) return false;
        slot.Track = null;
        return true;
    }

    /// <summary>
    /// The sections for the next offer. A place is given away only after an offer has shown it inactive: a browser tells its
    /// page of a new track when a section starts to be sent, not when it changes hands.
    /// </summary>
    public IReadOnlyList<OfferedSection> TakeForOffer()
    {
        foreach (var slot in _slots) slot.IsFree = slot.Track is null;
        return [.. _slots.Select(slot =>
            slot.Track is { } track ? OfferedSection.Send(slot.Mid, track) : OfferedSection.Inactive(slot.Mid, slot.Kind))];
    }

    private sealed class Slot(string mid, MediaKind kind)
    {
        public string Mid { get; } = mid;

        public MediaKind Kind { get; } = kind;

        public LocalTrack? Track { get; set; }

        public bool IsFree { get; set; }
    }
}
