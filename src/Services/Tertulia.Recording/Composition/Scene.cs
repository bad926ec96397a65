using Tertulia.Recording.Log;
using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Recording.Composition;

/// <summary>One participant at one moment.</summary>
/// <param name="Camera">It is on, as far as the participant said.</param>
internal sealed record ScenePerson(string PeerId, string Name, bool Camera, bool Microphone, bool Screen);

/// <summary>Who is there and what is to be seen at one moment, whatever the layout.</summary>
/// <param name="People">In the order in which they came.</param>
/// <param name="Speaker">Peer id of who speaks, or spoke last.</param>
internal sealed record Scene(IReadOnlyList<ScenePerson> People, string? Speaker)
{
    public static readonly Scene Empty = new([], null);

    public ScenePerson? Find(string? peerId) => People.FirstOrDefault(person => person.PeerId == peerId);

    /// <summary>Who shares a screen; the one who came last, of several.</summary>
    public ScenePerson? Sharing => People.LastOrDefault(person => person.Screen);
}

/// <summary>
/// Follows a meeting's facts, recorded or live: what it looked like after each of them. Those who send without having been introduced are
/// there too.
/// </summary>
internal sealed class SceneFollower
{
    private readonly List<ScenePerson> _people = [];
    private string? _speaker;

    public Scene Current => new([.. _people], _speaker);

    /// <summary>True if something is different now.</summary>
    public bool Apply(RecordedFact fact)
    {
        switch (fact)
        {
            case RecordedFact.Joined joined:
                _people.RemoveAll(person => person.PeerId == joined.PeerId);
                _people.Add(new ScenePerson(joined.PeerId, joined.Name, Camera: false, Microphone: false, Screen: false));
                return true;
            case RecordedFact.Left left:
                if (_speaker == left.PeerId) _speaker = null;
                return _people.RemoveAll(person => person.PeerId == left.PeerId) > 0;
            case RecordedFact.TrackState track:
                return SetTrack(track);
            case RecordedFact.Speaking speaking when speaking.PeerId != _speaker:
                _speaker = speaking.PeerId;
                return true;
            default:
                return false;
        }
    }

    private bool SetTrack(RecordedFact.TrackState track)
    {
        var at = _people.FindIndex(person => person.PeerId == track.PeerId);
        if (at < 0) return false;
        var before = _people[at];
        var isOn = track is { Muted: false, Removed: false };
        _people[at] = track.Source switch
        {
            "camera" => before with { Camera = isOn },
            "microphone" => before with { Microphone = isOn },
            "screen" => before with { Screen = isOn },
            _ => before,
        };
        return _people[at] != before;
    }
}

/// <summary>The scenes of a recording, by the number of the frame with which each begins.</summary>
internal sealed class SceneScript
{
    private readonly List<(long From, Scene Scene)> _scenes = [(0, Scene.Empty)];

    public IReadOnlyList<(long From, Scene Scene)> Scenes => _scenes;

    public static SceneScript From(IEnumerable<(Instant At, RecordedFact Fact)> facts, Instant start, int framesPerSecond)
    {
        var script = new SceneScript();
        var follower = new SceneFollower();
        foreach (var (at, fact) in facts)
        {
            if (!follower.Apply(fact)) continue;
            var frame = Math.Max(0, (at - start).Ticks * framesPerSecond / TimeSpan.TicksPerSecond);
            if (script._scenes[^1].From == frame) script._scenes[^1] = (frame, follower.Current);
            else script._scenes.Add((frame, follower.Current));
        }

        return script;
    }
}
