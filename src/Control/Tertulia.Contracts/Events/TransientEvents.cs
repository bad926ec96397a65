using Tertulia.Contracts.Signaling;

namespace Tertulia.Contracts.Events;

/// <summary>Somebody as a listener finds them.</summary>
/// <param name="Tracks">What they send now, and whether it is muted.</param>
public sealed record PresentParticipant(
    string PeerId, string DisplayName, string Role, DateTimeOffset JoinedAt, IReadOnlyList<TrackInfo> Tracks);

/// <summary>How things stand when a listener begins: the first event of every observation, and nothing of it is told again.</summary>
/// <param name="StartedAt">When the first participant came; null before.</param>
/// <param name="ActiveSpeaker">A peer id, or null.</param>
public sealed record MeetingSnapshot(
    EventMoment Moment,
    string Title,
    MeetingSettings Settings,
    DateTimeOffset? StartedAt,
    IReadOnlyList<PresentParticipant> Participants,
    string? ActiveSpeaker) : MeetingEvent(Moment, "snapshot");

/// <summary>A source appeared: by announcement or by its first media, whichever came first.</summary>
/// <param name="Source">One of <see cref="SourceNames"/>.</param>
public sealed record TrackPublished(EventMoment Moment, string PeerId, string Source, bool Muted) : MeetingEvent(Moment, "track.published");

/// <summary>A source that was there before was muted or unmuted.</summary>
public sealed record TrackMuted(EventMoment Moment, string PeerId, string Source, bool Muted) : MeetingEvent(Moment, "track.muted");

public sealed record TrackRemoved(EventMoment Moment, string PeerId, string Source) : MeetingEvent(Moment, "track.removed");

/// <param name="PeerId">Null when nobody has spoken for a while.</param>
public sealed record ActiveSpeakerChanged(EventMoment Moment, string? PeerId) : MeetingEvent(Moment, "speaker.changed");

/// <summary>Something was said to everyone; what is said to one participant alone is nobody else's business.</summary>
public sealed record ChatSaid(EventMoment Moment, string Id, string PeerId, string DisplayName, string Text) : MeetingEvent(Moment, "chat.said");
