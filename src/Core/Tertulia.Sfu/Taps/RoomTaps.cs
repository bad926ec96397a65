using Tertulia.Rtc.Net;
using Tertulia.Rtc.Sdp;
using Tertulia.Sfu.Forwarding;
using Tertulia.Taps;

namespace Tertulia.Sfu.Taps;

/// <summary>Who listens to a room. Costs nothing while nobody does.</summary>
internal sealed class RoomTaps
{
    private readonly List<RoomTap> _taps = [];

    public void Add(Instant now, IMediaTap tap, TapOptions options, IEnumerable<Participant> participants)
    {
        var added = new RoomTap(tap, options);
        _taps.Add(added);
        foreach (var participant in participants)
        {
            foreach (var track in participant.Tracks.Values) Attach(now, track, added);
        }
    }

    /// <summary>The tap hears that its streams end, and that this was all.</summary>
    public void Remove(Instant now, IMediaTap tap, IEnumerable<Participant> participants)
    {
        if (_taps.Find(one => one.Tap == tap) is not { } removed) return;
        _taps.Remove(removed);
        foreach (var participant in participants)
        {
            foreach (var track in participant.Tracks.Values) track.RemoveTap(now, removed);
        }

        tap.OnClosed(now);
    }

    public void OnPublished(Instant now, PublishedTrack track)
    {
        foreach (var tap in _taps) Attach(now, track, tap);
    }

    public void Close(Instant now)
    {
        foreach (var tap in _taps) tap.Tap.OnClosed(now);
        _taps.Clear();
    }

    private static void Attach(Instant now, PublishedTrack track, RoomTap tap)
    {
        if (track.Kind == MediaKind.Audio ? tap.Options.Audio : tap.Options.Video) track.AddTap(now, new TrackTap(tap, track));
    }
}

/// <summary>One listener, and the numbers that it was given for streams.</summary>
internal sealed class RoomTap(IMediaTap tap, TapOptions options)
{
    private int _streams;

    public IMediaTap Tap { get; } = tap;

    public TapOptions Options { get; } = options;

    public int NextStreamId() => ++_streams;
}
