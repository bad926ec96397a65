using System.Text.Json.Serialization;

namespace Tertulia.Contracts.Events;

/// <summary>Where and when something happened.</summary>
/// <param name="Offset">Seconds since the meeting's start; 0 before it.</param>
public readonly record struct EventMoment(string MeetingId, DateTimeOffset Timestamp, double Offset);

/// <summary>
/// A fact about a meeting. Those that are <see cref="IsDurable"/> are in the database, and on their way to webhooks, before anybody
/// hears of them; the others exist only for those who listen within this process. As JSON: the <c>data</c> of a webhook.
/// </summary>
/// <param name="Type">One of <see cref="EventTypes"/> if it is durable.</param>
public abstract record MeetingEvent([property: JsonIgnore] EventMoment Moment, [property: JsonIgnore] string Type)
{
    [JsonPropertyOrder(-2)]
    public string MeetingId => Moment.MeetingId;

    [JsonPropertyOrder(-1)]
    public double Offset => Moment.Offset;

    [JsonIgnore]
    public DateTimeOffset Timestamp => Moment.Timestamp;

    [JsonIgnore]
    public bool IsDurable => EventTypes.IsKnown(Type);
}

/// <summary>The first participant came.</summary>
public sealed record MeetingStarted(EventMoment Moment, string Title) : MeetingEvent(Moment, EventTypes.MeetingStarted);

/// <param name="Duration">Seconds since the start; 0 if nobody ever came.</param>
public sealed record MeetingEnded(EventMoment Moment, string Title, string Reason, double Duration) : MeetingEvent(Moment, EventTypes.MeetingEnded);

/// <param name="Role">One of <see cref="ParticipantRole"/>.</param>
public sealed record ParticipantJoined(EventMoment Moment, string PeerId, string DisplayName, string Role) : MeetingEvent(Moment, EventTypes.ParticipantJoined);

/// <param name="Reason">One of <see cref="Signaling.LeaveReasons"/>.</param>
/// <param name="Duration">Seconds of this stay.</param>
public sealed record ParticipantLeft(
    EventMoment Moment, string PeerId, string DisplayName, string Role, string Reason, double Duration) : MeetingEvent(Moment, EventTypes.ParticipantLeft);

public sealed record RecordingStarted(EventMoment Moment, string RecordingId) : MeetingEvent(Moment, EventTypes.RecordingStarted);

/// <param name="RecordingUrl">Signed; until <paramref name="ExpiresAt"/>. Later ones come from <c>GET …/recordings</c>.</param>
/// <param name="Duration">Seconds.</param>
/// <param name="Size">Bytes.</param>
public sealed record RecordingReady(
    EventMoment Moment, string RecordingId, string RecordingUrl, string? TranscriptUrl, DateTimeOffset ExpiresAt, double Duration, long Size)
    : MeetingEvent(Moment, EventTypes.RecordingReady);

/// <param name="Reason">For people; says what can be done, if anything can.</param>
public sealed record RecordingFailed(EventMoment Moment, string RecordingId, string Reason) : MeetingEvent(Moment, EventTypes.RecordingFailed);

/// <param name="BroadcastId">Of this meeting's broadcasts, the same for each of them.</param>
/// <param name="WatchUrl">The page for viewers.</param>
public sealed record BroadcastStarted(EventMoment Moment, string BroadcastId, string WatchUrl) : MeetingEvent(Moment, EventTypes.BroadcastStarted);

/// <param name="Duration">Seconds.</param>
/// <param name="MostViewers">At once, as far as this server saw.</param>
public sealed record BroadcastEnded(EventMoment Moment, string BroadcastId, double Duration, int MostViewers) : MeetingEvent(Moment, EventTypes.BroadcastEnded);

/// <param name="Language">A BCP 47 tag.</param>
public sealed record TranscriptReady(EventMoment Moment, int Segments, string? Language, string? TranscriptUrl) : MeetingEvent(Moment, EventTypes.TranscriptReady);

/// <param name="Version">Ascending within the meeting.</param>
public sealed record SummaryReady(EventMoment Moment, string SummaryId, int Version) : MeetingEvent(Moment, EventTypes.SummaryReady);
