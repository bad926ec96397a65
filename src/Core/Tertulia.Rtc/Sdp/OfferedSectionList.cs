using System.Globalization;

namespace Tertulia.Rtc.Sdp;

/// <summary>
/// The sections of a connection whose offers come from us, as tracks come and go. A track keeps its mid; a place whose track
/// has gone stays in the description, inactive, until a later track of the same kind takes it: sections can never be removed.
/// Browsers tell their page of the new track by its msid, even where the section was never seen inactive in between.
/// </summary>
public sealed class OfferedSectionList
{
    private readonly List<OfferedSection> _sections = [];

    /// <summary>What to give to <see cref="SdpNegotiator.CreateOffer"/>.</summary>
    public IReadOnlyList<OfferedSection> Sections => _sections;

    /// <summary>Finds a place for the track and returns its mid.</summary>
    public string Add(LocalTrack track)
    {
        var index = _sections.FindIndex(section => section.Track is null && section.Kind == track.Kind);
        if (index < 0)
        {
            var mid = _sections.Count.ToString(CultureInfo.InvariantCulture);
            _sections.Add(OfferedSection.Send(mid, track));
            return mid;
        }

        _sections[index] = OfferedSection.Send(_sections[index].Mid, track);
        return _sections[index].Mid;
    }

    /// <summary>Takes a track out; false when there is none with that mid.</summary>
    public bool Remove(string mid)
    {
        var index = _sections.FindIndex(section => section.Mid == mid && section.Track is not null);
        if (index < 0) return false;
        _sections[index] = OfferedSection.Inactive(mid, _sections[index].Kind);
        return true;
    }
}
