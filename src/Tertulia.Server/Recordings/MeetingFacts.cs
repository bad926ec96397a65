using Tertulia.Contracts.Events;
using Tertulia.Recording.Log;

namespace Tertulia.Server.Recordings;

/// <summary>What a recording keeps of what happens in its meeting.</summary>
internal static class MeetingFacts
{
    public static IEnumerable<RecordedFact> Of(MeetingEvent happened) => happened switch
    {
        MeetingSnapshot snapshot => OfSnapshot(snapshot),
        ParticipantJoined joined => [new RecordedFact.Joined(joined.PeerId, joined.DisplayName, joined.Role)],
        ParticipantLeft left => [new RecordedFact.Left(left.PeerId)],
        TrackPublished track => [new RecordedFact.TrackState(track.PeerId, track.Source, track.Muted, Removed: false)],
        TrackMuted track => [new RecordedFact.TrackState(track.PeerId, track.Source, track.Muted, Removed: false)],
        TrackRemoved track => [new RecordedFact.TrackState(track.PeerId, track.Source, Muted: true, Removed: true)],
        ActiveSpeakerChanged speaker => [new RecordedFact.Speaking(speaker.PeerId)],
        ChatSaid chat => [new RecordedFact.Said(chat.PeerId, chat.DisplayName, chat.Text)],
        _ => [],
    };

    private static IEnumerable<RecordedFact> OfSnapshot(MeetingSnapshot snapshot)
    {
        foreach (var person in snapshot.Participants)
        {
            yield return new RecordedFact.Joined(person.PeerId, person.DisplayName, person.Role);
            foreach (var track in person.Tracks) yield return new RecordedFact.TrackState(person.PeerId, track.Source, track.Muted, Removed: false);
        }

        if (snapshot.ActiveSpeaker is { } speaker) yield return new RecordedFact.Speaking(speaker);
    }
}
